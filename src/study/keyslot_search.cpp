// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/keyslot_search.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>
#include <iterator>
#include <map>

namespace icesim {

std::vector<TriedKeyslots> tried_of(const KeyslotSweep& sweep) {
  std::vector<TriedKeyslots> tried;
  for (const KeyslotPoint& point : sweep.points) tried.push_back({point.keyslots, point.value, point.whole});
  return tried;
}

std::vector<TriedKeyslots> mean_of(const std::vector<KeyslotSweep>& traces) {
  std::map<std::uint64_t, std::pair<std::size_t, TriedKeyslots>> sums;
  for (const KeyslotSweep& trace : traces) {
    for (const KeyslotPoint& point : trace.points) {
      auto& [count, sum] = sums.try_emplace(point.keyslots, 0, TriedKeyslots{point.keyslots, 0, 0}).first->second;
      ++count;
      sum.value += point.value;
      sum.whole += point.whole;
    }
  }
  std::vector<TriedKeyslots> means;
  for (const auto& [keyslots, entry] : sums) {
    const auto& [count, sum] = entry;
    if (count == traces.size()) means.push_back({keyslots, sum.value / count, sum.whole / count});
  }
  return means;
}

const TriedKeyslots& best_of(const std::vector<TriedKeyslots>& tried, const KeyslotMetric& metric) {
  ensure(!tried.empty(), "a number of keyslots was tried");
  return *std::min_element(tried.begin(), tried.end(), [&](const TriedKeyslots& a, const TriedKeyslots& b) {
    return metric.more_is_better() ? a.value > b.value : a.value < b.value;
  });
}

bool is_good(const TriedKeyslots& each, const TriedKeyslots& best, const KeyslotMetric& metric) {
  const Wide distance = each.value > best.value ? each.value - best.value : best.value - each.value;
  return distance * 1'000'000 <= best.whole * metric.within_ppm;
}

const TriedKeyslots& smallest_good(const std::vector<TriedKeyslots>& tried, const KeyslotMetric& metric) {
  const TriedKeyslots& best = best_of(tried, metric);
  return *std::find_if(tried.begin(), tried.end(), [&](const TriedKeyslots& each) { return is_good(each, best, metric); });
}

std::vector<std::uint64_t> next_keyslots(const std::vector<TriedKeyslots>& tried, const KeyslotMetric& metric) {
  const std::uint64_t good = smallest_good(tried, metric).keyslots;
  std::uint64_t bad = 0;
  for (const TriedKeyslots& each : tried)
    if (each.keyslots < good) bad = each.keyslots;
  if (bad == 0 || good - bad < 2) return {};
  const std::uint64_t first = bad + (good - bad + 1) / 3, second = bad + (good - bad) * 2 / 3;
  if (first >= second) return {bad + (good - bad) / 2};
  return {first, second};
}

}  // namespace icesim
