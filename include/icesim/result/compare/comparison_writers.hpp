// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/compare/comparison.hpp"

#include <string>
#include <vector>

namespace icesim {

/// What was compared: two results, or two sets of them.
struct ComparisonReport {
  std::string before_name, after_name;  ///< as the user named them
  std::vector<Comparison> comparisons;
  std::vector<std::string> gone, added;  ///< names of traces that only one side has, each of which is a difference

  bool differs() const;
};

/// How much of it is shown.
struct ComparisonRows {
  bool all = false;  ///< else the first rows of long tables
};

/// The verdict first, then what is different in the setting, the first request, stages and statistics.
std::string comparison_text(const ComparisonReport& report, ComparisonRows rows);
/// The same as Markdown, for the summary of a job.
std::string comparison_markdown(const ComparisonReport& report, ComparisonRows rows);
/// All of it; times in ps and other numbers are exact. Equal comparisons give equal bytes.
std::string comparison_json(const ComparisonReport& report);
/// The JSON Schema of comparison_json().
std::string comparison_schema();
/// JUnit's XML: a suite for each trace, a case for each statistic, one for the trace and, where there are logs, one for
/// the requests. It is valid against Ant's schema and Jenkins's; time and host, which Ant's asks for, are always the
/// same.
std::string comparison_junit(const ComparisonReport& report);

}  // namespace icesim
