// SPDX-License-Identifier: Apache-2.0
#include "comparison_rows.hpp"
#include "icesim/base/printable.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/result/decimal_text.hpp"

#include <map>

namespace icesim {
namespace {

using Kind = StatisticDifference::Kind;

/// As an attribute's value or between tags; text from outside is printable by then, so that no character is forbidden.
std::string xml(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

/// What a failed case says; empty: it has not failed.
std::string failure_of(const StatisticDifference& each) {
  const std::string unit = " " + std::string(unit_symbol(each.unit));
  switch (each.kind) {
    case Kind::gone:
      return "gone; it was " + decimal_text(each.before) + unit;
    case Kind::added:
      return "new, and not 0 but " + decimal_text(each.after) + unit;
    case Kind::within:
      return "";
    case Kind::moved:
      break;
  }
  std::string text =
      decimal_text(each.before) + " -> " + decimal_text(each.after) + unit + ", " + each.difference() + unit;
  if (!each.cycles.empty()) text += " = " + each.cycles + " cycles of " + std::string(each.clock);
  const std::string percent = each.percent();
  return text + (percent.empty() ? "" : ", " + percent);
}

class Suite {
 public:
  /// A schema asks for a name.
  explicit Suite(const std::string& trace) : trace_(trace.empty() ? "trace" : xml(printable_text(trace))) {}

  void add(const std::string& name, const std::string& failure) {
    ++tests_;
    cases_ += "    <testcase classname=\"" + trace_ + "\" name=\"" + xml(printable_text(name)) + "\" time=\"0\"";
    if (failure.empty()) {
      cases_ += "/>\n";
      return;
    }
    ++failures_;
    cases_ += ">\n      <failure type=\"different\" message=\"" + xml(failure) + "\">" + xml(failure) +
              "</failure>\n    </testcase>\n";
  }
  std::string text(std::size_t number) const {
    return "  <testsuite id=\"" + std::to_string(number) + "\" package=\"icesim\" name=\"" + trace_ +
           "\" timestamp=\"1970-01-01T00:00:00\"" + " hostname=\"localhost\" tests=\"" + std::to_string(tests_) +
           "\" failures=\"" + std::to_string(failures_) + "\" errors=\"0\" time=\"0\">\n    <properties/>\n" + cases_ +
           "    <system-out/>\n    <system-err/>\n  </testsuite>\n";
  }

 private:
  std::string trace_;
  std::string cases_;
  std::size_t tests_ = 0;
  std::size_t failures_ = 0;
};

Suite suite_of(const Comparison& comparison, ComparisonRows rows) {
  Suite suite(comparison.trace);
  std::string other;
  for (const std::string& each : comparison.other_trace) other += (other.empty() ? "" : "; ") + each;
  suite.add("trace", comparison.trace_moved ? other : "");
  std::map<std::string_view, std::string> failures;
  for (const StatisticDifference& each : comparison.statistics) {
    std::string& failure = failures[each.path];
    const std::string said = failure_of(each);
    failure += (failure.empty() || said.empty() ? "" : "; ") + said;
  }
  std::string_view before;
  for (const std::string& name : comparison.names) {
    const auto found = failures.find(name);
    if (name != before) suite.add(name, found == failures.end() ? "" : found->second);
    before = name;
  }
  if (!comparison.has_requests) return suite;
  std::string failure;
  if (comparison.request && comparison.requests_count) {
    for (const ReportLine& line : report_lines(comparison, rows))
      if (line.what == "request") failure = line.said;
  }
  suite.add("requests", failure);
  return suite;
}

}  // namespace

std::string comparison_junit(const ComparisonReport& report) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  std::size_t number = 0;
  for (const Comparison& each : report.comparisons) text += suite_of(each, {true}).text(number++);
  for (const auto& [names, why] : {std::pair{&report.gone, "only the old side has this trace"},
                                   std::pair{&report.added, "only the new side has this trace"}}) {
    for (const std::string& name : *names) {
      Suite suite(name);
      suite.add("trace", why);
      text += suite.text(number++);
    }
  }
  return text + "</testsuites>\n";
}

}  // namespace icesim
