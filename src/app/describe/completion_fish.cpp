// SPDX-License-Identifier: Apache-2.0
#include "completion.hpp"

namespace icesim::app {
namespace {

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

}  // namespace

std::string fish_completion(const std::vector<Declared>& commands) {
  WordLists lists;
  std::vector<std::string> names;
  std::string rules;
  for (const Declared& each : commands) names.push_back(each.command);
  for (const Command& each : app::commands())
    rules += "complete -c icesim -n __fish_use_subcommand -a " + std::string(each.name) + " -d " +
             quoted(short_sentence(std::string(each.sentence))) + "\n";
  for (const Declared& each : commands) {
    const std::string when = "complete -c icesim -n '__fish_seen_subcommand_from " + each.command + "'";
    const auto words = [&](const std::vector<std::string>& list) {
      return list.empty() ? "" : " -a '$__icesim_list_" + std::to_string(lists.place(list)) + "'";
    };
    for (const DeclaredOption& option : each.options) {
      rules += when + " -l " + option.name + (option.letter.empty() ? "" : " -s " + option.letter);
      if (!option.value.empty()) rules += (option.is_file ? " -r -F" : " -x") + words(option.words);
      rules += " -d " + quoted(short_sentence(option.sentence)) + "\n";
    }
    bool files = false;
    for (const auto& list : each.operand_words) {
      if (!list.empty()) rules += when + words(list) + "\n";
      files = files || list.empty();
    }
    if (files) rules += when + " -F\n";
  }
  std::string text = "# Completion of icesim for fish, written by `icesim describe completion fish`.\n";
  for (std::size_t i = 0; i < lists.all().size(); ++i)
    text += "set -g __icesim_list_" + std::to_string(i) + " " + joined(lists.all()[i]) + "\n";
  text += "complete -c icesim -f\n";
  text += "complete -c icesim -n __fish_use_subcommand -a 'help version'\n";
  text += "complete -c icesim -n '__fish_seen_subcommand_from help' -a '" + joined(names) + "'\n";
  return text + rules;
}

}  // namespace icesim::app
