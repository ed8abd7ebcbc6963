// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/compare/comparison_writers.hpp"

#include <string>
#include <vector>

/// What the screen and Markdown share: the same words and cells.
namespace icesim {

/// "DIFFERENT: 3 of 270 statistics moved, ..." and "EQUAL: ...", of one comparison.
std::string verdict_of(const Comparison& comparison);
/// The verdict of all.
std::string verdict_of(const ComparisonReport& report);

/// A line of the report: what it is about, and what is said.
struct ReportLine {
  std::string what;
  std::string said;
};
/// Sides, trace, settings, warnings, the first request.
std::vector<ReportLine> report_lines(const Comparison& comparison, ComparisonRows rows);

using Cells = std::vector<std::string>;
/// A table, its heading first; only the heading when nothing is to be shown.
struct ReportTable {
  std::string alignment;  ///< one letter per column: l or r
  std::vector<Cells> rows;
  std::size_t left_out = 0;
};
/// Stages that moved.
ReportTable stage_table(const Comparison& comparison);
/// Statistics that moved, are gone, new, or within tolerance, but for stages.
ReportTable statistic_table(const Comparison& comparison, ComparisonRows rows);

}  // namespace icesim
