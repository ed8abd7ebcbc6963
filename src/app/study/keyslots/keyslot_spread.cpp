// SPDX-License-Identifier: Apache-2.0
#include "keyslot_spread.hpp"

#include <algorithm>

namespace icesim::app {
namespace {

constexpr std::uint64_t windows = 8;

/// By how much fewer keyslots are worse, in parts per million of the metric with more.
std::int64_t worse_ppm(const KeyslotPoint& fewer, const KeyslotPoint& more, const KeyslotMetric& metric) {
  constexpr Wide most = 1'000'000'000'000;
  const bool is_more = fewer.value > more.value;
  const Wide distance = is_more ? fewer.value - more.value : more.value - fewer.value;
  const auto ppm = static_cast<std::int64_t>(std::min(most, (distance * 1'000'000 + more.whole / 2) / more.whole));
  return is_more == metric.more_is_better() ? -ppm : ppm;
}

}  // namespace

KeyslotSpread spread_of(const KeyslotSweep& sweep, std::size_t trace, std::uint64_t requests, KeyslotBench& bench, const KeyslotMetric& metric) {
  KeyslotSpread spread;
  const std::uint64_t length = requests / 2;
  const KeyslotPoint* fewer = nullptr;
  for (const KeyslotPoint& point : sweep.points)
    if (point.keyslots < sweep.advice.keyslots) fewer = &point;
  if (fewer == nullptr || length < windows) return spread;
  const KeyslotPoint& good = bench.points(trace).at(sweep.advice.keyslots);
  if (good.whole == 0) return spread;
  spread.fewer = fewer->keyslots;
  spread.keyslots = good.keyslots;
  spread.whole_ppm = worse_ppm(*fewer, good, metric);
  std::vector<std::size_t> parts;
  std::vector<KeyslotBench::Place> places;
  for (std::uint64_t i = 0; i < windows; ++i) {
    StudyCase part = bench.the_case(trace);
    part.input.window = {(requests - length) * i / (windows - 1), length};
    parts.push_back(bench.add(std::move(part), {}));
    for (const std::uint64_t keyslots : {spread.fewer, spread.keyslots}) places.emplace_back(parts.back(), keyslots);
  }
  bench.simulate(places);
  for (const std::size_t part : parts) {
    if (!bench.is_sound(part)) continue;
    const KeyslotPoint& more = bench.points(part).at(spread.keyslots);
    if (more.whole == 0) continue;
    spread.parts_ppm.push_back(worse_ppm(bench.points(part).at(spread.fewer), more, metric));
  }
  return spread;
}

}  // namespace icesim::app
