// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/statistics.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// Column titles of a table of latencies, in microseconds: p50 to max, then mean.
std::vector<std::string> latency_titles(std::string first);
/// A line of it: `first`, then the statistics of the histogram at `path`; dashes when it is missing or empty, because
/// zeros would read as very fast.
std::vector<std::string> latency_cells(std::string first, const std::vector<StatisticValue>& statistics,
                                       const std::string& path);
/// Whether the statistics have a histogram at `path` with anything in it.
bool has_latency(const std::vector<StatisticValue>& statistics, const std::string& path);

}  // namespace icesim
