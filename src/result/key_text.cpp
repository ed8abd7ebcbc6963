// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/key_text.hpp"

#include "icesim/result/decimal_text.hpp"
#include "src/result/page.hpp"

namespace icesim {
namespace {

/// Appends a word, on a new line when it no longer fits.
void append(std::string& text, std::size_t& line_start, const std::string& word, std::size_t columns) {
  if (text.size() - line_start + 1 + word.size() > columns) {
    text += "\n" + std::string(page::indent - 1, ' ');
    line_start = text.size() - (page::indent - 1);
  }
  text += " " + word;
}

}  // namespace

std::string key_rules_text(std::string_view mode, const std::vector<StatisticValue>& statistics,
                           std::string_view prefix, std::size_t columns) {
  std::string text = "keys     ";
  std::size_t line_start = 0;
  append(text, line_start, std::string(mode) + ":", columns);
  bool any = false;
  for (const std::string_view group : {"by_rule.", "without_key."}) {
    const std::string start = std::string(prefix).append(group);
    bool first = true;
    for (const StatisticValue& each : statistics) {
      if (each.value == 0 || each.path.compare(0, start.size(), start) != 0) continue;
      const bool has_key = group == "by_rule.";
      if (any) text += first ? ";" : ",";
      if (first && !has_key) append(text, line_start, "without:", columns);
      append(text, line_start, grouped_text(each.value) + (has_key ? " by " : " ") + each.path.substr(start.size()), columns);
      any = true;
      first = false;
    }
  }
  return text + "\n";
}

}  // namespace icesim
