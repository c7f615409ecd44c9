# cmake --install: programs side by side in lib/refex, where each finds the others (base/program.h), and links to those that
# people call; the unit, who runs it and its folder; manual pages and completion.
install(TARGETS refex refexd refex-link refex-ca RUNTIME DESTINATION lib/refex)
foreach(name refex refex-ca)
    install(CODE "
        file(MAKE_DIRECTORY \$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/bin)
        file(CREATE_LINK ../lib/refex/${name} \$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/bin/${name} SYMBOLIC)")
endforeach()
install(CODE "
    set(REFEX_LIBEXEC \${CMAKE_INSTALL_PREFIX}/lib/refex)
    configure_file(${CMAKE_SOURCE_DIR}/service/refexd.service.in ${CMAKE_BINARY_DIR}/service/refexd.service @ONLY)")
install(FILES ${CMAKE_BINARY_DIR}/service/refexd.service DESTINATION lib/systemd/system)
install(FILES service/refex.sysusers DESTINATION lib/sysusers.d RENAME refex.conf)
install(FILES service/refex.tmpfiles DESTINATION lib/tmpfiles.d RENAME refex.conf)
install(DIRECTORY ${CMAKE_BINARY_DIR}/share/man DESTINATION share PATTERN *.scd EXCLUDE)
install(DIRECTORY ${CMAKE_BINARY_DIR}/share/bash-completion DESTINATION share)
# The pages lie as in the tree, so that their links lead somewhere.
set(doc share/doc/refex)
install(FILES README.md SECURITY.md CONTRIBUTING.md LICENSE NOTICE DESTINATION ${doc})
install(DIRECTORY docs certs proto DESTINATION ${doc})
install(PROGRAMS hooks/mail-update DESTINATION ${doc}/hooks)
install(FILES hooks/mail-update.conf DESTINATION ${doc}/hooks)
