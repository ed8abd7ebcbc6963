// SPDX-License-Identifier: Apache-2.0
#include "completion.hpp"

namespace icesim::app {
namespace {

/// A text between brackets of an option's description, inside of single quotes.
std::string description(const std::string& sentence) {
  std::string text;
  for (const char c : short_sentence(sentence)) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') text += '\\';
    text += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return text;
}

std::string action(const std::vector<std::string>& words, bool files, WordLists& lists) {
  std::string text;
  if (!words.empty()) text = "_icesim_words " + std::to_string(lists.place(words));
  if (files) text += std::string(text.empty() ? "" : "; ") + "_files";
  return text.empty() ? " " : "{" + text + "}";
}

std::string zsh_command(const Declared& declared, WordLists& lists) {
  std::string text = "    " + declared.command + ")\n      _arguments -s";
  for (const DeclaredOption& option : declared.options) {
    const std::string tail = "[" + description(option.sentence) + "]" +
                             (option.value.empty() ? "" : ":" + option.name + ":" + action(option.words, option.is_file, lists)) + "'";
    // Any may be repeated here: the program says which may not.
    text += " \\\n        '*--" + option.name + (option.value.empty() ? "" : "=") + tail;
    if (!option.letter.empty()) text += " \\\n        '*-" + option.letter + (option.value.empty() ? "" : "+") + tail;
  }
  for (std::size_t i = 0; i < declared.operand_words.size(); ++i) {
    const auto& words = declared.operand_words[i];
    text += " \\\n        '" + std::to_string(i + 1) + ":operand:" + action(words, words.empty(), lists) + "'";
  }
  if (declared.operands.find("...") != std::string::npos) text += " \\\n        '*:operand:_files'";
  return text + " ;;\n";
}

}  // namespace

std::string zsh_completion(const std::vector<Declared>& commands) {
  WordLists lists;
  std::string names, cases;
  for (const Command& each : app::commands())
    names += " \\\n    '" + std::string(each.name) + ":" + description(std::string(each.sentence)) + "'";
  for (const Declared& each : commands) cases += zsh_command(each, lists);
  std::string text = "#compdef icesim\n# Completion of icesim for zsh, written by `icesim describe completion zsh`.\n";
  text += "typeset -gA _icesim_lists\n";
  for (std::size_t i = 0; i < lists.all().size(); ++i)
    text += "_icesim_lists[" + std::to_string(i) + "]='" + joined(lists.all()[i]) + "'\n";
  return text + R"sh(
_icesim_words() {
  local -a all=(${=_icesim_lists[$1]})
  local -a open=(${(M)all:#*=}) closed=(${all:#*=})
  compadd -S '' -a open
  compadd -a closed
}
_icesim() {
  local curcontext="$curcontext" state line
  local -a commands=()sh" +
         names + R"sh( 'help:Explains a command' 'version:Prints the version')
  _arguments -C '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe command commands ;;
    argument) _icesim_command $words[1] ;;
  esac
}
_icesim_command() {
  case $1 in
    help) _describe command commands ;;
)sh" + cases + R"sh(  esac
}
if [[ $funcstack[1] == _icesim ]]; then _icesim "$@"; else compdef _icesim icesim; fi
)sh";
}

}  // namespace icesim::app
