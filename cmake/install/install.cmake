# What `cmake --install` puts where (docs/install.md). Two components: `program`, and `development` for find_package().
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS icesim RUNTIME COMPONENT program)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/models/platforms DESTINATION ${CMAKE_INSTALL_DATADIR}/icesim COMPONENT program)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright COMPONENT program)

# Written by the program when it is installed: building it again costs nothing for them.
find_program(HELP2MAN help2man)
set(ICESIM_ZSH_COMPLETIONS ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions CACHE STRING "Where zsh finds completions (Debian's place)")
install(CODE "set(icesim $<TARGET_FILE:icesim>)
set(made \"${PROJECT_BINARY_DIR}/installed\")
set(help2man \"${HELP2MAN}\")
set(version ${PROJECT_VERSION})" COMPONENT program)
install(SCRIPT ${CMAKE_CURRENT_LIST_DIR}/written.cmake COMPONENT program)
install(DIRECTORY ${PROJECT_BINARY_DIR}/installed/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
install(FILES ${PROJECT_BINARY_DIR}/installed/icesim DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT program)
install(FILES ${PROJECT_BINARY_DIR}/installed/_icesim DESTINATION ${ICESIM_ZSH_COMPLETIONS} COMPONENT program)
install(FILES ${PROJECT_BINARY_DIR}/installed/icesim.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT program)

# The libraries; headers of models are found as "models/...", and those of the rest as "icesim/...".
set(libraries icesim_perfetto icesim_timeline icesim_models)
foreach(name base spec crypto driver workload result study cosim)
  list(APPEND libraries icesim_${name})
  target_include_directories(icesim_${name} INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endforeach()
foreach(library ${libraries})
  string(REPLACE icesim_ "" name ${library})
  set_target_properties(${library} PROPERTIES EXPORT_NAME ${name})
endforeach()
target_include_directories(icesim_models INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/icesim-models>)
install(TARGETS ${libraries} EXPORT icesim ARCHIVE COMPONENT development)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/icesim DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/models DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/icesim-models COMPONENT development
        FILES_MATCHING PATTERN *.hpp PATTERN platforms EXCLUDE)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/icesim)
install(EXPORT icesim FILE icesim-targets.cmake NAMESPACE icesim:: DESTINATION ${package_folder} COMPONENT development)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/icesim-config.cmake.in ${PROJECT_BINARY_DIR}/installed/icesim-config.cmake
                              INSTALL_DESTINATION ${package_folder} NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
# Before 1.0 a second number may change what others build on.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/installed/icesim-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/installed/icesim-config.cmake ${PROJECT_BINARY_DIR}/installed/icesim-config-version.cmake
              ${PROJECT_SOURCE_DIR}/cmake/FindSystemC.cmake DESTINATION ${package_folder} COMPONENT development)

# cpack -G DEB: icesim, and icesim-dev.
set(CPACK_PACKAGE_NAME icesim)
set(CPACK_PACKAGE_VENDOR icesim)
set(CPACK_PACKAGE_CONTACT "icesim <icesim@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION electronics)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME icesim)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME icesim-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    "cmake, pkg-config, libsystemc-dev, libssl-dev, libzstd-dev, zlib1g-dev, libprotobuf-dev, protobuf-compiler, libsqlite3-dev")
include(CPack)
