// SPDX-License-Identifier: Apache-2.0
#include "src/result/latency_cells.hpp"

#include "icesim/result/decimal_text.hpp"

#include <array>

namespace icesim {
namespace {

struct LatencyColumn {
  const char* statistic;
  const char* title;
};
constexpr std::array<LatencyColumn, 6> latency_columns{
    {{"p50", "p50"}, {"p90", "p90"}, {"p99", "p99"}, {"p999", "p99.9"}, {"max", "max"}, {"mean", "mean"}}};

}  // namespace

std::vector<std::string> latency_titles(std::string first) {
  std::vector<std::string> cells{std::move(first)};
  for (const LatencyColumn& column : latency_columns) cells.emplace_back(column.title);
  return cells;
}

std::vector<std::string> latency_cells(std::string first, const std::vector<StatisticValue>& statistics,
                                       const std::string& path) {
  std::vector<std::string> cells{std::move(first)};
  const StatisticValue* count = find_statistic(statistics, path + ".count");
  const bool empty = count != nullptr && count->value == 0;
  for (const LatencyColumn& column : latency_columns) {
    const StatisticValue* found = find_statistic(statistics, path + "." + column.statistic);
    cells.push_back(found == nullptr || empty ? "-" : precise_microseconds_text(Picoseconds{found->value}));
  }
  return cells;
}

bool has_latency(const std::vector<StatisticValue>& statistics, const std::string& path) {
  const StatisticValue* count = find_statistic(statistics, path + ".count");
  return count != nullptr && count->value > 0;
}

}  // namespace icesim
