// SPDX-License-Identifier: Apache-2.0
#include "comparison_rows.hpp"
#include "icesim/base/printable.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/text_table.hpp"

namespace icesim {
namespace {

std::string text_of(const ReportTable& shown) {
  if (shown.rows.size() < 2) return "";
  TextTable table(shown.alignment);
  for (const Cells& cells : shown.rows) table.row(cells);
  std::string text = "\n" + table.text();
  if (shown.left_out > 0) text += "and " + grouped_text(shown.left_out) + " more; --all shows them\n";
  return text;
}

std::string text_of(const Comparison& comparison, ComparisonRows rows) {
  TextTable lines("ll");
  for (const ReportLine& line : report_lines(comparison, rows)) lines.row({line.what, line.said});
  return lines.text() + text_of(stage_table(comparison)) + text_of(statistic_table(comparison, rows));
}

std::string missing_text(const ComparisonReport& report) {
  std::string text;
  for (const std::string& each : report.gone)
    text += "gone: " + printable_text(each) + " is only in " + printable_text(report.before_name) + "\n";
  for (const std::string& each : report.added)
    text += "new: " + printable_text(each) + " is only in " + printable_text(report.after_name) + "\n";
  return text;
}

}  // namespace

bool ComparisonReport::differs() const {
  if (!gone.empty() || !added.empty()) return true;
  for (const Comparison& each : comparisons)
    if (each.differs()) return true;
  return false;
}

std::string comparison_text(const ComparisonReport& report, ComparisonRows rows) {
  std::string text = verdict_of(report) + "\n" + missing_text(report);
  if (report.comparisons.size() == 1 && report.gone.empty() && report.added.empty())
    return text + text_of(report.comparisons[0], rows);
  for (const Comparison& each : report.comparisons) {
    text += "\n" + printable_text(each.trace) + ": " + verdict_of(each) + "\n";
    // What is as it was needs no more words.
    if (each.differs() || !each.statistics.empty() || !each.settings.empty()) text += text_of(each, rows);
  }
  return text;
}

}  // namespace icesim
