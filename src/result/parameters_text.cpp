// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/parameter_writer.hpp"
#include "icesim/result/text_table.hpp"

namespace icesim {
namespace {

std::string cell(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

/// Names of sources in brackets as links to them.
std::string with_links(std::string_view text) {
  std::string linked;
  for (std::size_t at = 0; at < text.size(); ++at) {
    linked += text[at];
    const std::size_t open = text.rfind('[', at);
    if (text[at] != ']' || open == std::string_view::npos) continue;
    const std::string_view name = text.substr(open + 1, at - open - 1);
    if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos)
      linked.append("(sources.md#").append(name).append(")");
  }
  return linked;
}

std::string source_text(const Parameter& parameter, std::string_view mark) {
  if (!parameter.assumption) return parameter.source;
  std::string text = std::string(mark) + ": " + parameter.source;
  if (!parameter.moves.empty()) text += " (moves stage " + parameter.moves + ")";
  return text;
}

}  // namespace

std::string parameters_markdown(const std::vector<ParameterGroup>& groups) {
  std::string text;
  for (const ParameterGroup& group : groups) {
    if (!group.path.empty()) text += "### " + group.path + "\n\n" + group.sentence + "\n\n";
    if (group.parameters.empty()) continue;
    text += "| parameter | default | range | unit | meaning | source |\n|---|---|---|---|---|---|\n";
    for (const Parameter& parameter : group.parameters) {
      text += "| `" + parameter.path + "` | " + value_text(parameter) + " | " + cell(range_text(parameter)) + " | " +
              std::string(unit_text(parameter)) + " | " + cell(parameter.sentence);
      for (const auto& choice : parameter.choices) text += " `" + choice.name + "`: " + cell(choice.sentence);
      if (!parameter.idle.empty()) text += " *Without effect here: " + cell(parameter.idle) + ".*";
      text += " | " + with_links(cell(source_text(parameter, "**assumption**"))) + " |\n";
    }
    text += "\n";
  }
  if (!text.empty()) text.pop_back();
  return text;
}

std::string parameters_text(const std::vector<ParameterGroup>& groups) {
  std::string text;
  for (const ParameterGroup& group : groups) {
    if (!group.path.empty()) text += (text.empty() ? "" : "\n") + group.path + ": " + group.sentence + "\n";
    for (const Parameter& parameter : group.parameters) {
      text += "  " + parameter.path + " = " + value_text(parameter) + "   (" + range_text(parameter) + "; " +
              std::string(unit_text(parameter)) + ")\n      " + parameter.sentence + "\n";
      for (const auto& choice : parameter.choices) text += "        " + choice.name + ": " + choice.sentence + "\n";
      if (!parameter.idle.empty()) text += "      Without effect here: " + parameter.idle + ".\n";
      text += "      " + source_text(parameter, "assumption") + "\n";
    }
  }
  return text;
}

}  // namespace icesim
