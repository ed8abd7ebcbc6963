// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// One number of a finished run.
struct StatisticValue {
  std::string path;  ///< dotted, from the top: "keyslots.hits"
  std::uint64_t value = 0;
  Unit unit = Unit::count;
  std::string description;
  std::uint64_t beyond = 0;  ///< what a sum of times has beyond the 64 bits of `value`, in units of 2^64

  Wide whole() const { return Wide{beyond} << 64 | value; }
};

/// Lists the statistics in the order of their declaration; a histogram becomes count, mean, p50, p90, p99, p999, max
/// and min. Throws Bug when two share a path.
std::vector<StatisticValue> list_statistics(const std::function<void(Statistics&)>& describe);

template <class Group, class = decltype(&Group::describe)>
std::vector<StatisticValue> list_statistics(const Group& statistics) {
  return list_statistics(std::function<void(Statistics&)>([&](Statistics& visitor) { statistics.describe(visitor); }));
}

/// The statistic with this path; null when there is none.
const StatisticValue* find_statistic(const std::vector<StatisticValue>& statistics, std::string_view path);

/// Names, units and meanings, without the values: one line per statistic, or one Markdown table.
std::string statistics_text(const std::vector<StatisticValue>& statistics);
std::string statistics_markdown(const std::vector<StatisticValue>& statistics);

}  // namespace icesim
