// SPDX-License-Identifier: Apache-2.0
#include "compared.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"
#include "icesim/workload/packed_text.hpp"
#include "src/app/system_lists.hpp"

#include <algorithm>

namespace icesim::app {
namespace {

ComparedSide side_of(const std::string& path, const std::string& requests) {
  const NamedText file = read_named_text(path, longest_file);
  ComparedSide side;
  side.name = file.name;
  side.results = read_results(file.text, file.name);
  if (requests.empty()) return side;
  side.requests = read_packed_text(requests);
  side.requests_name = requests;
  return side;
}

ComparedSide side_of(const GoldenDirectory& golden, const std::string& path, std::size_t number) {
  const GoldenIndex::Trace& trace = golden.index.traces[number];
  const std::string file = GoldenDirectory::results_of(path, trace.name);
  ComparedSide side{file, read_results(golden.runs[number].results, file), golden.runs[number].requests,
                    GoldenDirectory::requests_of(path, trace.name)};
  side.results.trace.sha256 = trace.sha256;
  return side;
}

std::size_t number_of(const GoldenDirectory& golden, const std::string& trace) {
  const auto& traces = golden.index.traces;
  return static_cast<std::size_t>(
      std::find_if(traces.begin(), traces.end(), [&](const auto& each) { return each.name == trace; }) -
      traces.begin());
}

/// The side of a directory that goes with a file's.
ComparedSide side_beside(const std::string& directory, const ComparedSide& file) {
  const GoldenDirectory golden = GoldenDirectory::read(directory);
  const std::size_t number = number_of(golden, file.results.trace.name);
  if (number == golden.runs.size())
    throw UserError(directory + ": has no results of " + file.results.trace.name + ", which " + file.name + " is of");
  return side_of(golden, directory, number);
}

void check_names(const ComparisonReport& report, const Tolerances& tolerances) {
  std::vector<std::string> names;
  for (const Comparison& each : report.comparisons) names.insert(names.end(), each.names.begin(), each.names.end());
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  tolerances.check_names(names);
}

}  // namespace

ComparisonReport compare_goldens(const GoldenDirectory& before, const std::string& before_name,
                                 const GoldenDirectory& after, const std::string& after_name,
                                 const Tolerances& tolerances) {
  const std::vector<Setting> defaults = settings_of(system_parameters());
  ComparisonReport report{before_name, after_name, {}, {}, {}};
  for (std::size_t i = 0; i < after.runs.size(); ++i) {
    const std::string& trace = after.index.traces[i].name;
    const std::size_t old = number_of(before, trace);
    if (old == before.runs.size()) {
      report.added.push_back(trace);
    } else {
      report.comparisons.push_back(
          compare_results(side_of(before, before_name, old), side_of(after, after_name, i), tolerances, defaults));
    }
  }
  for (const GoldenIndex::Trace& each : before.index.traces)
    if (number_of(after, each.name) == after.runs.size()) report.gone.push_back(each.name);
  check_names(report, tolerances);
  return report;
}

ComparisonReport compare_paths(const ComparedPaths& paths, const Tolerances& tolerances) {
  const bool before_is_golden = GoldenDirectory::is_directory(paths.before),
             after_is_golden = GoldenDirectory::is_directory(paths.after);
  if ((before_is_golden || after_is_golden) && !(paths.before_requests.empty() && paths.after_requests.empty()) &&
      before_is_golden == after_is_golden)
    throw UserError("--requests has no effect: golden directories have request logs of their own");
  if (before_is_golden && after_is_golden) {
    return compare_goldens(GoldenDirectory::read(paths.before), paths.before, GoldenDirectory::read(paths.after),
                           paths.after, tolerances);
  }
  ComparedSide before, after;
  if (!before_is_golden) before = side_of(paths.before, paths.before_requests);
  if (!after_is_golden) after = side_of(paths.after, paths.after_requests);
  if (before_is_golden) before = side_beside(paths.before, after);
  if (after_is_golden) after = side_beside(paths.after, before);
  ComparisonReport report{paths.before, paths.after, {}, {}, {}};
  report.comparisons.push_back(compare_results(before, after, tolerances, settings_of(system_parameters())));
  check_names(report, tolerances);
  return report;
}

}  // namespace icesim::app
