# Run when icesim is installed: completions, and man pages where help2man is installed; `icesim`, `made`, `help2man` and
# `version` are set (install.cmake).
function(icesim_prints file)
  execute_process(COMMAND ${icesim} ${ARGN} OUTPUT_FILE ${file} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${made}/man)
file(MAKE_DIRECTORY ${made}/man)
icesim_prints(${made}/icesim describe completion bash)
icesim_prints(${made}/_icesim describe completion zsh)
icesim_prints(${made}/icesim.fish describe completion fish)

# The page of `icesim`, or of one of its commands.
function(man_page name what)
  string(REPLACE "-" " " called ${name})
  execute_process(COMMAND ${help2man} --no-info --version-string=${version} "--name=${what}"
                          "--source=icesim ${version}" "${called}"
                  OUTPUT_VARIABLE page COMMAND_ERROR_IS_FATAL ANY)
  string(REPLACE "\n${called} \\- " "\n${name} \\- " page "${page}")
  string(TOUPPER ${name} title)
  string(REGEX REPLACE "\n[.]TH ICESIM " "\n.TH ${title} " page "${page}")
  file(WRITE ${made}/man/${name}.1 "${page}")
endfunction()

if(help2man)
  get_filename_component(folder ${icesim} DIRECTORY)
  set(ENV{PATH} "${folder}:$ENV{PATH}")
  set(ENV{LC_ALL} C)
  man_page(icesim "cycle-accurate UFS host controller with inline crypto engine")
  execute_process(COMMAND ${icesim} describe commands OUTPUT_VARIABLE commands COMMAND_ERROR_IS_FATAL ANY)
  string(REPLACE ";" "<semicolon>" commands "${commands}")
  string(REGEX MATCHALL "[^\n]+" lines "${commands}")
  foreach(line IN LISTS lines)
    string(REGEX MATCH "^([a-z]+) +(.+)$" matched "${line}")
    string(REPLACE "<semicolon>" ";" sentence "${CMAKE_MATCH_2}")
    man_page(icesim-${CMAKE_MATCH_1} "${sentence}")
  endforeach()
else()
  message(STATUS "no man pages: help2man is not installed")
endif()
