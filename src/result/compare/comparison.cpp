// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/compare/comparison.hpp"

#include "icesim/base/printable.hpp"
#include "icesim/base/text/list_text.hpp"
#include "icesim/result/compare/statistic_clock.hpp"
#include "icesim/result/decimal_text.hpp"

#include <algorithm>
#include <map>

namespace icesim {
namespace {

using Kind = StatisticDifference::Kind;

Wide distance(Wide a, Wide b) { return a > b ? a - b : b - a; }

/// Of all files.
std::string hashes_text(const TraceSummary& trace) {
  if (trace.files.empty()) return trace.sha256;
  return list_text(trace.files, [](const TraceFile& file) { return file.sha256; });
}

void compare_traces(const TraceSummary& before, const TraceSummary& after, Comparison& comparison) {
  const auto differ = [&](const char* what, const std::string& old, const std::string& fresh) {
    if (old != fresh)
      comparison.other_trace.push_back(std::string(what) + " " + printable_text(old) + " -> " + printable_text(fresh));
    return old != fresh;
  };
  differ("name", before.name, after.name);
  differ("format", before.format, after.format);
  comparison.trace_moved |= differ("requests", std::to_string(before.requests), std::to_string(after.requests));
  differ("keys", before.keys, after.keys);
  // The same requests may stand in other bytes: compressed, or of another format.
  const std::string old = hashes_text(before), fresh = hashes_text(after);
  if (!old.empty() && !fresh.empty()) differ("SHA-256", old, fresh);
}

std::vector<SettingDifference> compare_settings(const std::vector<Setting>& before, const std::vector<Setting>& after,
                                                const std::vector<Setting>& defaults) {
  const auto by_path = [](const std::vector<Setting>& settings) {
    std::map<std::string_view, std::string_view> map;
    for (const Setting& each : settings) map.emplace(each.path, each.value);
    return map;
  };
  const auto old = by_path(before), fresh = by_path(after), usual = by_path(defaults);
  const auto is_default = [&](const Setting& setting) {
    const auto found = usual.find(setting.path);
    return found != usual.end() && found->second == setting.value;
  };
  std::vector<SettingDifference> differences;
  for (const Setting& each : after) {
    const auto found = old.find(each.path);
    if (found == old.end() ? is_default(each) : found->second == each.value) continue;
    differences.push_back({each.path, found == old.end() ? "" : std::string(found->second), each.value});
  }
  for (const Setting& each : before)
    if (fresh.count(each.path) == 0 && !is_default(each)) differences.push_back({each.path, each.value, ""});
  return differences;
}

std::vector<std::string> without(const std::vector<std::string>& lines, const std::vector<std::string>& others) {
  std::vector<std::string> rest;
  for (const std::string& line : lines)
    if (std::find(others.begin(), others.end(), line) == others.end()) rest.push_back(line);
  return rest;
}

/// Counts what a request lost or won in the cycles of its stage.
void count_cycles(RequestDifference& request, const StatisticClock& clock) {
  if (!request.is_time) return;
  const std::string stage = request.first.column.substr(0, request.first.column.size() - 3);
  const Wide before = request.time_before(), after = request.time_after();
  request.clock = clock.of("stages." + stage);
  request.cycles = clock.cycles(request.clock, distance(before, after));
  if (!request.cycles.empty()) request.cycles = difference_text(before, after, request.cycles);
}

class StatisticsComparison {
 public:
  StatisticsComparison(const RecordedResults& before, const RecordedResults& after, const Tolerances& tolerances,
                       Comparison& comparison)
      : before_(before), after_(after), tolerances_(tolerances), clock_(before), comparison_(comparison) {}

  void run() {
    std::map<std::string_view, const StatisticValue*> old, fresh;
    for (const StatisticValue& each : before_.statistics) old.emplace(each.path, &each);
    for (const StatisticValue& each : after_.statistics) {
      fresh.emplace(each.path, &each);
      comparison_.names.push_back(each.path);
      const auto found = old.find(each.path);
      if (found != old.end() && found->second->unit != each.unit) {
        // Two things with one name.
        add(Kind::gone, *found->second, found->second->whole(), 0);
        add(Kind::added, each, 0, each.whole());
        continue;
      }
      const Wide value = found == old.end() ? 0 : found->second->whole();
      if (value == each.whole()) continue;
      const bool permitted = tolerances_.permits(each.path, each.unit, value, each.whole());
      add(permitted ? Kind::within : found == old.end() ? Kind::added : Kind::moved, each, value, each.whole());
    }
    for (const StatisticValue& each : before_.statistics) {
      if (fresh.count(each.path) > 0) continue;
      comparison_.names.push_back(each.path);
      add(Kind::gone, each, each.whole(), 0);
    }
  }

 private:
  void add(Kind kind, const StatisticValue& statistic, Wide before, Wide after) {
    StatisticDifference difference{kind, statistic.path, statistic.unit, before, after, {}, {}};
    const bool both = kind == Kind::moved || kind == Kind::within;
    if (both && statistic.unit == Unit::picoseconds) {
      difference.clock = clock_.of(statistic.path);
      difference.cycles = clock_.cycles(difference.clock, distance(before, after));
    } else if (both && statistic.unit == Unit::cycles) {
      difference.clock = clock_.of(statistic.path);
      difference.cycles = decimal_text(distance(before, after));
    }
    if (!difference.cycles.empty()) difference.cycles = difference_text(before, after, difference.cycles);
    comparison_.statistics.push_back(std::move(difference));
  }

  const RecordedResults& before_;
  const RecordedResults& after_;
  const Tolerances& tolerances_;
  StatisticClock clock_;
  Comparison& comparison_;
};

ComparedOrigin origin_of(const ComparedSide& side) {
  return {side.name, side.results.version, side.results.command, side.results.trace.sha256};
}

}  // namespace

std::string StatisticDifference::difference() const {
  return difference_text(before, after);
}

std::string StatisticDifference::percent() const {
  if (before == 0) return "";
  const Wide moved = distance(before, after);
  // Hundredths, or what is left of them.
  const Wide hundredths = (moved * 10'000 + before / 2) / before;
  if (hundredths == 0) return difference_text(before, after, "0.00 %");
  return difference_text(before, after,
                     decimal_text(hundredths / 100) + "." + decimal_text(hundredths % 100 + 100).substr(1) + " %");
}

std::size_t Comparison::count(StatisticDifference::Kind kind) const {
  return static_cast<std::size_t>(std::count_if(statistics.begin(), statistics.end(),
                                                [&](const StatisticDifference& each) { return each.kind == kind; }));
}

std::size_t Comparison::moved() const { return statistics.size() - count(Kind::within); }

Comparison compare_results(const ComparedSide& before, const ComparedSide& after, const Tolerances& tolerances,
                           const std::vector<Setting>& defaults) {
  Comparison comparison;
  comparison.trace = after.results.trace.name;
  comparison.trace_requests = after.results.trace.requests;
  comparison.before = origin_of(before);
  comparison.after = origin_of(after);
  compare_traces(before.results.trace, after.results.trace, comparison);
  comparison.settings = compare_settings(before.results.config, after.results.config, defaults);
  StatisticsComparison(before.results, after.results, tolerances, comparison).run();
  comparison.new_warnings = without(after.results.warnings, before.results.warnings);
  comparison.gone_warnings = without(before.results.warnings, after.results.warnings);
  comparison.has_requests = before.requests && after.requests;
  comparison.requests_count = tolerances.empty();
  if (comparison.has_requests)
    comparison.request =
        first_request_difference(*before.requests, before.requests_name, *after.requests, after.requests_name);
  if (comparison.request) count_cycles(*comparison.request, StatisticClock(before.results));
  return comparison;
}

}  // namespace icesim
