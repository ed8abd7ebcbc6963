// SPDX-License-Identifier: Apache-2.0
#include "comparison_rows.hpp"
#include "icesim/base/printable.hpp"
#include "icesim/result/decimal_text.hpp"

namespace icesim {
namespace {

/// Text that means nothing to Markdown, nor to a table of it; what it is made of is printable.
std::string plain(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '<') {
      result += "&lt;";
    } else if (c == '&') {
      result += "&amp;";
    } else if (std::string_view("\\`*_{}[]()#!|~>@").find(c) != std::string_view::npos) {
      result.append({'\\', c});
    } else {
      result += c;
    }
  }
  return result;
}

std::string markdown_of(const ReportTable& table) {
  if (table.rows.size() < 2) return "";
  std::string text = "\n";
  for (const Cells& cells : table.rows) {
    text += "|";
    for (const std::string& cell : cells) text += " " + plain(cell) + " |";
    text += "\n";
    if (&cells != &table.rows.front()) continue;
    text += "|";
    for (const char letter : table.alignment) text += letter == 'r' ? "---:|" : "---|";
    text += "\n";
  }
  if (table.left_out > 0) text += "\nand " + grouped_text(table.left_out) + " more\n";
  return text;
}

std::string markdown_of(const Comparison& comparison, ComparisonRows rows) {
  std::string text = "\n";
  for (const ReportLine& line : report_lines(comparison, rows))
    text += "- " + (line.what.empty() ? "" : "**" + line.what + "** ") + plain(line.said) + "\n";
  return text + markdown_of(stage_table(comparison)) + markdown_of(statistic_table(comparison, rows));
}

}  // namespace

std::string comparison_markdown(const ComparisonReport& report, ComparisonRows rows) {
  std::string text = "## icesim compare\n\n**" + verdict_of(report) + "**\n";
  for (const std::string& each : report.gone) text += "\n- gone: " + plain(printable_text(each)) + "\n";
  for (const std::string& each : report.added) text += "\n- new: " + plain(printable_text(each)) + "\n";
  for (const Comparison& each : report.comparisons) {
    if (report.comparisons.size() > 1)
      text += "\n### " + plain(printable_text(each.trace)) + "\n\n" + verdict_of(each) + "\n";
    text += markdown_of(each, rows);
  }
  return text;
}

}  // namespace icesim
