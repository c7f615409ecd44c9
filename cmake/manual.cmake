# The manual pages and the completion for bash, made of the rows that the programs read: share/ in the build folder.
add_executable(manual tools/manual.c)
target_link_libraries(manual PRIVATE cli ca refexd_parts link refex_options)
set_target_properties(manual PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tools)

find_program(SCDOC scdoc)
set(share ${CMAKE_BINARY_DIR}/share)
set(made ${share}/bash-completion/completions/refex)
add_custom_command(OUTPUT ${made}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${share}/bash-completion/completions
    COMMAND manual completion > ${made}
    DEPENDS manual VERBATIM)
foreach(page refex.1 refex-ca.1 refexd.8 refex-link.8)
    string(REGEX REPLACE "\\..*" "" name ${page})
    string(REGEX REPLACE ".*\\." "" section ${page})
    set(to ${share}/man/man${section})
    add_custom_command(OUTPUT ${to}/${page}.scd
        COMMAND ${CMAKE_COMMAND} -E make_directory ${to}
        COMMAND manual ${name} > ${to}/${page}.scd
        DEPENDS manual VERBATIM)
    list(APPEND made ${to}/${page}.scd)
    if(SCDOC)
        add_custom_command(OUTPUT ${to}/${page}
            COMMAND ${SCDOC} < ${to}/${page}.scd > ${to}/${page}
            DEPENDS ${to}/${page}.scd VERBATIM)
        list(APPEND made ${to}/${page})
    endif()
endforeach()
if(NOT SCDOC)
    message(STATUS "scdoc is not there: no manual pages")
endif()
add_custom_target(manual_pages ALL DEPENDS ${made})
add_dependencies(programs manual_pages)
