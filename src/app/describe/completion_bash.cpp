// SPDX-License-Identifier: Apache-2.0
#include "completion.hpp"

namespace icesim::app {
namespace {

/// "--set|-s", as a pattern of `case`.
std::string pattern(const DeclaredOption& option) {
  return "--" + option.name + (option.letter.empty() ? "" : "|-" + option.letter);
}

/// What completes a value: words, files, or both.
std::string value(const std::vector<std::string>& words, bool files, WordLists& lists) {
  std::string text;
  if (!words.empty()) text += "_icesim_words \"$_icesim_list_" + std::to_string(lists.place(words)) + "\"";
  if (files) text += std::string(text.empty() ? "" : "; ") + "_icesim_files";
  return text.empty() ? ":" : text;
}

std::string command(const Declared& declared, WordLists& lists) {
  std::vector<std::string> options;
  std::string values;
  for (const DeclaredOption& option : declared.options) {
    options.push_back("--" + option.name);
    if (option.value.empty()) continue;
    values += "        " + pattern(option) + ") " + value(option.words, option.is_file, lists) + "; return ;;\n";
  }
  std::string text = "    " + declared.command + ")\n      case \"$before\" in\n" + values + "      esac\n";
  text += "      if [[ $cur == -* ]]; then _icesim_words \"" + joined(options) + "\"; return; fi\n";
  text += "      case $operand in\n";
  for (std::size_t i = 0; i < declared.operand_words.size(); ++i) {
    const auto& words = declared.operand_words[i];
    text += "        " + std::to_string(i) + ") " + value(words, words.empty(), lists) + " ;;\n";
  }
  const bool repeats = declared.operands.find("...") != std::string::npos;
  if (repeats) text += "        *) _icesim_files ;;\n";
  return text + "      esac ;;\n";
}

}  // namespace

std::string bash_completion(const std::vector<Declared>& commands) {
  WordLists lists;
  std::vector<std::string> names, takes_value;
  std::string cases;
  for (const Declared& each : commands) {
    names.push_back(each.command);
    cases += command(each, lists);
    for (const DeclaredOption& option : each.options)
      if (!option.value.empty()) takes_value.push_back(pattern(option));
  }
  std::string patterns;
  WordLists unique;
  for (const std::string& each : takes_value) unique.place({each});
  for (const auto& each : unique.all()) patterns.append(patterns.empty() ? "" : "|").append(each[0]);
  std::string text = "# Completion of icesim for bash, written by `icesim describe completion bash`.\n";
  for (std::size_t i = 0; i < lists.all().size(); ++i)
    text += "_icesim_list_" + std::to_string(i) + "='" + joined(lists.all()[i]) + "'\n";
  return text + R"sh(
# Bash ends words at '=': what stands before it is on the line already.
_icesim_words() {
  local known="${cur%"${cur##*=}"}" word
  for word in $(compgen -W "$1" -- "$cur"); do COMPREPLY+=("${word#"$known"}"); done
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2> /dev/null
  return 0
}
_icesim_files() {
  local file
  compopt -o filenames 2> /dev/null
  while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$cur")
}
_icesim() {
  local line="${COMP_LINE:0:COMP_POINT}" cur before='' word operand=-1 skip='' command=''
  local -a words
  read -ra words <<< "$line"
  COMPREPLY=()
  if [[ $line == *[[:space:]] ]]; then cur=''; else cur="${words[-1]}"; unset 'words[-1]'; fi
  for word in "${words[@]:1}"; do
    if [[ -z $command ]]; then command="$word"; continue; fi
    if [[ -n $skip ]]; then skip=''; continue; fi
    case "$word" in
      )sh" +
         patterns + R"sh() skip=1 ;;
      -*) ;;
      *) operand=$((operand + 1)) ;;
    esac
  done
  operand=$((operand + 1))
  [[ -n $skip ]] && before="${words[-1]}"
  case "$command" in
    '') _icesim_words ")sh" +
         joined(names) + R"sh( help version --help --version" ;;
    help) _icesim_words ")sh" + joined(names) + R"sh(" ;;
)sh" + cases + R"sh(  esac
}
complete -F _icesim icesim
)sh";
}

}  // namespace icesim::app
