// SPDX-License-Identifier: Apache-2.0
#include "keyslot_bench.hpp"

#include "icesim/base/stages.hpp"
#include "icesim/study/measure.hpp"
#include "icesim/workload/miss_curve.hpp"

#include <algorithm>
#include <tuple>

namespace icesim::app {
namespace {

std::uint64_t value_of(const RecordedResults& results, std::string_view path) {
  const StatisticValue* found = find_statistic(results.statistics, path);
  return found == nullptr ? 0 : found->value;
}

/// So many for keys, and those beside that are left alone.
std::uint64_t built_keyslots(std::uint64_t keyslots, const KeyPathConfig& crypto) {
  return std::min(keyslots + crypto.reserved_keyslots, MissCurve::most_keyslots);
}

/// What is measured, and what a share of it is one of.
std::pair<Wide, Wide> measured(const KeyslotMetric& metric, const RecordedResults& results) {
  const auto measure = [&](const std::string& name) { return Measure::read(name, {}).at(0).of(results).value_or(0); };
  const Wide value = measure(metric.is_latency() ? metric.name + "." + metric.requests : metric.name);
  if (metric.name == "misses") return {value, 1'000'000};
  if (metric.name == "key-cost") return {value, measure("mean.encrypted")};
  return {value, value};
}

}  // namespace

const std::vector<std::uint64_t>& powers_of_two() {
  static const std::vector<std::uint64_t> counts{1, 2, 4, 8, 16, 32, 64, MissCurve::most_keyslots};
  return counts;
}

std::size_t KeyslotBench::add(StudyCase the_case, Picoseconds pace) {
  entries_.push_back({std::move(the_case), pace, {}, {}});
  return entries_.size() - 1;
}

KeyslotPoint KeyslotBench::point_of(const Entry& entry, std::uint64_t keyslots, const Ran& ran) const {
  const auto value = [&](std::string_view path) { return value_of(ran.results, path); };
  KeyslotPoint point;
  point.keyslots = keyslots;
  point.hits = value("keyslots.hits");
  point.programs = value("keyslots.programs");
  point.fewest_programs = value("keyslots.fewest_programs");
  point.waits = value("keyslots.waits");
  point.mean = Picoseconds{value("latency.all.mean")};
  point.p99 = Picoseconds{value("latency.all.p99")};
  point.moved = Bytes{value("driver.bytes_read") + value("driver.bytes_written")};
  point.simulated_time = Picoseconds{value("simulated_time")};
  point.failed = ran.failed;
  std::tie(point.value, point.whole) = measured(metric_, ran.results);
  const std::string latency = "latency." + metric_.requests;
  point.measured_mean = Picoseconds{value(latency + ".mean")};
  point.measured_p99 = Picoseconds{value(latency + ".p99")};
  const std::uint64_t ends = point.simulated_time.n - std::min(point.simulated_time.n, value("driver.probe_time"));
  if (entry.pace.n > 0 && ends > entry.pace.n) point.lag = Picoseconds{ends - entry.pace.n};
  point.requests = value("latency.all.count");
  point.key_cost = Picoseconds{static_cast<std::uint64_t>(Measure::read("key-cost", {}).at(0).of(ran.results).value_or(0))};
  const auto energy = [&](std::string_view path) {
    const StatisticValue* found = find_statistic(ran.results.statistics, path);
    return EnergySum{found == nullptr ? Wide{0} : found->whole()};
  };
  point.keys_low = energy("energy.keys.low");
  point.keys_high = energy("energy.keys.high");
  const KeyPathConfig& crypto = entry.the_case.config.crypto;
  if (crypto.has_keyslots()) point.built = built_keyslots(keyslots, crypto);
  for (const StageName& stage : stages) {
    TimeSum total;
    if (const StatisticValue* found = find_statistic(ran.results.statistics, "stages." + std::string(stage.name))) total.n = found->whole();
    point.stages.push_back({std::string(stage.name), total});
  }
  return point;
}

void KeyslotBench::simulate(const std::vector<Place>& places) {
  std::vector<Place> left;
  for (const Place& place : places) {
    const bool known = entries_[place.first].points.count(place.second) > 0 || std::find(left.begin(), left.end(), place) != left.end();
    if (!known) left.push_back(place);
  }
  runner_.run(
      left.size(),
      [&](std::size_t i) {
        StudyCase each = entries_[left[i].first].the_case;
        each.config.keyslots.num_keyslots = built_keyslots(left[i].second, each.config.crypto);
        return each;
      },
      [&](std::size_t i) { return "simulation with " + std::to_string(left[i].second) + " keyslots"; },
      [&](std::size_t i, const Ran& ran) {
        Entry& entry = entries_[left[i].first];
        if (ran.refused.empty()) entry.points[left[i].second] = point_of(entry, left[i].second, ran);
        if (!ran.refused.empty()) entry.refused = ran.refused;
      });
}

std::vector<TriedKeyslots> KeyslotBench::tried(std::size_t number) const {
  std::vector<TriedKeyslots> all;
  for (const auto& [keyslots, point] : entries_[number].points) all.push_back({keyslots, point.value, point.whole});
  return all;
}

bool KeyslotBench::is_sound(std::size_t number) const {
  const auto& points = entries_[number].points;
  return refused(number).empty() && std::all_of(points.begin(), points.end(), [](const auto& each) { return each.second.failed == 0; });
}

void KeyslotBench::search(const std::vector<std::size_t>& cases, const std::vector<Place>& first) {
  std::vector<Place> next = first;
  while (!next.empty()) {
    simulate(next);
    next.clear();
    for (const std::size_t number : cases) {
      if (!is_sound(number)) continue;
      for (const std::uint64_t keyslots : next_keyslots(tried(number), metric_)) next.emplace_back(number, keyslots);
    }
  }
}

}  // namespace icesim::app
