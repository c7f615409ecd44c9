# How refex is compiled and linked: warnings, hardening, sanitizers. The warnings apply to all of our code, and only to
# ours.

add_library(refex_options INTERFACE)

target_compile_options(refex_options INTERFACE
    -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion -Wvla -Wformat=2 -Wundef
    -Wpointer-arith -Wwrite-strings -fno-common
    $<$<C_COMPILER_ID:Clang>:-Wno-string-conversion>) # for REQUIRE(!"what cannot be")
target_compile_definitions(refex_options INTERFACE _GNU_SOURCE REFEX_VERSION="${PROJECT_VERSION}")
if(REFEX_WERROR)
    target_compile_options(refex_options INTERFACE -Werror)
endif()

if(REFEX_SANITIZE OR REFEX_FUZZ)
    target_compile_options(refex_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(refex_options INTERFACE -fsanitize=address,undefined)
    target_compile_definitions(refex_options INTERFACE REFEX_SANITIZED=1)
endif()
if(REFEX_FUZZ)
    target_compile_options(refex_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Some 230 tests link the same libraries, which takes mold half a minute less than GNU ld.
include(CheckLinkerFlag)
find_program(MOLD mold)
if(MOLD)
    check_linker_flag(C -fuse-ld=mold HAS_MOLD)
    if(HAS_MOLD)
        add_link_options(-fuse-ld=mold)
    endif()
endif()

# Hardening (release): PIE, full RELRO, fortify, stack protector, stack clash protection, control-flow enforcement where the
# machine has it. For generated code as well, hence not in refex_options. The house tests check the programs for it.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
    set(CMAKE_POSITION_INDEPENDENT_CODE ON)
    include(CheckPIESupported)
    check_pie_supported()
    include(CheckCCompilerFlag)
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
    foreach(flag -fstack-clash-protection -fcf-protection=full)
        string(MAKE_C_IDENTIFIER "HAS${flag}" has)
        check_c_compiler_flag(${flag} ${has})
        if(${has})
            add_compile_options(${flag})
        endif()
    endforeach()
    add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
endif()
