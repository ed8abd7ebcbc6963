# Compiles the commit into the program, in a source of its own: another commit changes nothing else that is compiled.
# What has been changed since that commit is not told.
set(ICESIM_COMMIT "" CACHE STRING "Commit named with the version; that of the git checkout unless given, and none outside of one")
set(version_commit ${ICESIM_COMMIT})
find_package(Git QUIET)
if(NOT version_commit AND GIT_FOUND AND EXISTS ${PROJECT_SOURCE_DIR}/.git)
  execute_process(COMMAND ${GIT_EXECUTABLE} -C ${PROJECT_SOURCE_DIR} rev-parse --short=12 HEAD
                  OUTPUT_VARIABLE version_commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  # The next commit lets CMake look again.
  execute_process(COMMAND ${GIT_EXECUTABLE} -C ${PROJECT_SOURCE_DIR} rev-parse --path-format=absolute --git-path logs/HEAD
                  OUTPUT_VARIABLE git_log OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(EXISTS "${git_log}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${git_log})
  endif()
endif()
if(version_commit)
  set(version_commit "+${version_commit}")
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/version.cpp.in ${PROJECT_BINARY_DIR}/generated/version.cpp @ONLY)
target_sources(icesim PRIVATE ${PROJECT_BINARY_DIR}/generated/version.cpp)
