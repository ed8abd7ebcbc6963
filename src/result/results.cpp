// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/results.hpp"

namespace icesim {
const StatisticValue* Results::find(std::string_view path) const { return find_statistic(statistics, path); }

std::uint64_t Results::value(std::string_view path) const {
  const StatisticValue* found = find(path);
  return found == nullptr ? 0 : found->value;
}

std::uint64_t Results::share_ppm(const StageTime& stage) const {
  TimeSum sum;
  for (const StageTime& each : stages) sum += each.total;
  return parts_per_million(stage.total.n, sum.n);
}

}  // namespace icesim
