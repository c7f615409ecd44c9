# A folder of src/ is a target. It can include the headers of what it USES and of nothing else: each room has an include
# folder in the build tree, its face, with one symbolic link to the room, so that #include "store/db.h" compiles only where
# store is used.

function(refex_face target room)
    set(face ${CMAKE_BINARY_DIR}/faces/${room})
    file(MAKE_DIRECTORY ${face})
    file(CREATE_LINK ${CMAKE_SOURCE_DIR}/src/${room} ${face}/${room} SYMBOLIC)
    target_include_directories(${target} PUBLIC ${face})
endfunction()

# room_library(NAME [ROOM folder] SOURCES … [USES lower rooms …] [PRIVATE foreign libraries …]); with ROOM, a library of
# its own of some files of that room.
function(room_library name)
    cmake_parse_arguments(ROOM "" "ROOM" "SOURCES;USES;PRIVATE" ${ARGN})
    if(NOT ROOM_ROOM)
        set(ROOM_ROOM ${name})
    endif()
    if(NOT ROOM_SOURCES) # a room that has headers only
        add_library(${name} INTERFACE)
        target_include_directories(${name} INTERFACE ${CMAKE_SOURCE_DIR}/src)
        return()
    endif()
    add_library(${name} STATIC ${ROOM_SOURCES})
    refex_face(${name} ${ROOM_ROOM})
    target_link_libraries(${name} PUBLIC ${ROOM_USES} PRIVATE refex_options ${ROOM_PRIVATE})
endfunction()

# The programs without the tests: ninja programs.
add_custom_target(programs)

# room_program(NAME ROOM folder SOURCES … [USES …] [PRIVATE …])
function(room_program name)
    cmake_parse_arguments(ROOM "" "ROOM" "SOURCES;USES;PRIVATE" ${ARGN})
    add_executable(${name} ${ROOM_SOURCES})
    if(REFEX_SANITIZE)
        target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/lib/no_leak_check.c)
    endif()
    refex_face(${name} ${ROOM_ROOM})
    target_link_libraries(${name} PRIVATE ${ROOM_USES} refex_options ${ROOM_PRIVATE})
    add_dependencies(programs ${name})
endfunction()

# unit_test(ROOM FILE [LIBRARY name] [USES …] [PRIVATE …]): tests/unit/ROOM/FILE.c is a program of cmocka tests, which
# links the room, or of it that library alone.
function(unit_test room file)
    cmake_parse_arguments(TEST "" "LIBRARY" "USES;PRIVATE" ${ARGN})
    if(NOT TEST_LIBRARY)
        set(TEST_LIBRARY ${room})
    endif()
    set(name unit_${room}_${file})
    add_executable(${name} ${file}.c $<TARGET_OBJECTS:test_pattern>)
    target_link_libraries(${name} PRIVATE ${TEST_LIBRARY} ${TEST_USES} test_lib refex_options PkgConfig::CMOCKA ${TEST_PRIVATE})
    target_compile_definitions(${name} PRIVATE TEST_DATA="${CMAKE_SOURCE_DIR}/tests/data" TEST_VECTORS="${CMAKE_SOURCE_DIR}/tests/vectors")
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 60)
endfunction()

# unit_tests(ROOM …): as unit_test, for each test_*.c of the folder that has no row of its own.
function(unit_tests room)
    file(GLOB files CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} test_*.c)
    foreach(file ${files})
        get_filename_component(file ${file} NAME_WE)
        if(NOT TARGET unit_${room}_${file})
            unit_test(${room} ${file} ${ARGN})
        endif()
    endforeach()
endfunction()
