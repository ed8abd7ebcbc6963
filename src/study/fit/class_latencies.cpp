// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/fit/class_latencies.hpp"

#include <algorithm>
#include <string>

namespace icesim {
namespace {

/// The first of them in a list, which has all behind each other.
constexpr std::string_view first_path = "fit.0.fitted.count";

void add(std::vector<StatisticValue>& all, const std::string& path, const Histogram& latency) {
  all.push_back({path + ".count", latency.count(), Unit::count, "", 0});
  const QuantileTimes times = quantile_times(latency);
  for (std::size_t i = 0; i < times.size(); ++i) all.push_back({path + ".p" + std::to_string(fit_quantiles[i]), times[i], Unit::picoseconds, "", 0});
}

}  // namespace

ClassLatencies::ClassLatencies(const LatencyClasses& classes) : classes_(classes), latencies_(classes.classes.size()) {}

void ClassLatencies::request_ended(const RequestRecord& request) {
  if (request.failed || request.id > classes_.of_record.size()) return;
  const std::uint16_t number = classes_.of_record[request.id - 1];
  if (number == LatencyClasses::none) return;
  Both& both = latencies_[number];
  (classes_.is_fitted(request.id) ? both.fitted : both.tested).add(request.timeline.latency());
}

std::vector<StatisticValue> ClassLatencies::statistics() const {
  std::vector<StatisticValue> all;
  for (std::size_t i = 0; i < latencies_.size(); ++i) {
    const std::string path = "fit." + std::to_string(i);
    add(all, path + ".fitted", latencies_[i].fitted);
    add(all, path + ".tested", latencies_[i].tested);
  }
  return all;
}

std::vector<ClassResult> class_results(const std::vector<StatisticValue>& statistics, std::size_t classes) {
  constexpr std::size_t each = fit_quantiles.size() + 1;
  const auto first = std::find_if(statistics.begin(), statistics.end(), [](const StatisticValue& value) { return value.path == first_path; });
  if (static_cast<std::size_t>(statistics.end() - first) < classes * each * 2) return {};
  std::vector<ClassResult> all(classes);
  auto value = first;
  for (ClassResult& one : all) {
    for (const auto& [count, times] : {std::pair(&one.fitted, &one.at_fitted), std::pair(&one.tested, &one.at_tested)}) {
      *count = (value++)->value;
      for (std::uint64_t& time : *times) time = (value++)->value;
    }
  }
  return all;
}

}  // namespace icesim
