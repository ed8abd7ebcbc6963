// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/measure.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/result/compare/tolerances.hpp"
#include "icesim/result/near_match.hpp"

#include <algorithm>

namespace icesim {
namespace {

const std::vector<std::string> percentiles{"mean", "p50", "p90", "p99", "p999", "max"};

bool is_one_of(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<Wide> value_of(const RecordedResults& results, std::string_view path) {
  const StatisticValue* found = find_statistic(results.statistics, path);
  return found == nullptr ? std::nullopt : std::optional(found->whole());
}

/// part * scale / whole, rounded; nothing when one is not there, or whole is 0.
std::optional<Wide> ratio(std::optional<Wide> part, Wide scale, std::optional<Wide> whole) {
  if (!part || !whole || *whole == 0) return std::nullopt;
  return (*part * scale + *whole / 2) / *whole;
}

}  // namespace

std::optional<Wide> Measure::of(const RecordedResults& results) const {
  const auto value = [&](std::string_view path) { return value_of(results, path); };
  constexpr Wide second = 1'000'000'000'000;
  switch (kind_) {
    case Kind::statistic:
      return value(statistic_);
    case Kind::key_cost:
      return ratio(value("keys.cost.all"), 1, value("latency.encrypted.count"));
    case Kind::throughput:
      return ratio(value("driver.bytes_read").value_or(0) + value("driver.bytes_written").value_or(0), second, value("simulated_time"));
    case Kind::misses: {
      const auto programs = value("keyslots.programs"), hits = value("keyslots.hits");
      if (!programs || !hits) return std::nullopt;
      return ratio(programs, 1'000'000, *programs + *hits);
    }
  }
  throw_bug("a measure is of some kind");
}

std::optional<Measure> Measure::named(const std::string& name) {
  if (name == "key-cost") return Measure(name, Kind::key_cost, "ps");
  if (name == "throughput") return Measure(name, Kind::throughput, "B/s");
  if (name == "misses") return Measure(name, Kind::misses, "ppm");
  if (name == "failed") return Measure(name, Kind::statistic, "count", "driver.failed");
  const std::size_t dot = name.find('.');
  const std::string whose = dot == std::string::npos ? "all" : name.substr(dot + 1);
  if (!is_one_of(percentiles, name.substr(0, dot)) || !is_one_of(measured_requests, whose)) return std::nullopt;
  return Measure(name, Kind::statistic, "ps", "latency." + whose + "." + name.substr(0, dot));
}

std::vector<Measure> Measure::read(std::string_view list, const std::vector<StatisticValue>& statistics) {
  std::vector<Measure> measures;
  const auto add = [&](Measure measure) {
    const bool is_there =
        std::any_of(measures.begin(), measures.end(), [&](const Measure& each) { return each.name_ == measure.name_; });
    if (!is_there) measures.push_back(std::move(measure));
  };
  while (true) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string name(list.substr(0, comma));
    bool found = false;
    if (auto measure = named(name)) {
      add(std::move(*measure));
      found = true;
    }
    for (const StatisticValue& each : statistics) {
      if (found || !fits(name, each.path)) continue;
      add(Measure(each.path, Kind::statistic, std::string(unit_symbol(each.unit)), each.path));
      found = name == each.path;
    }
    const bool fitted = found || std::any_of(statistics.begin(), statistics.end(),
                                             [&](const StatisticValue& each) { return fits(name, each.path); });
    if (!fitted) {
      std::vector<std::string> names{"key-cost", "throughput", "misses", "failed"};
      names.insert(names.end(), percentiles.begin(), percentiles.end());
      for (const StatisticValue& each : statistics) names.push_back(each.path);
      const std::string near = did_you_mean(name, names);
      throw UserError("'" + name + "' is no measure and fits no statistic" + (near.empty() ? ";" : near) +
                      " mean, p99, p99.read, key-cost, throughput, misses and failed are measures, and 'icesim describe "
                      "statistics' lists the rest");
    }
    if (comma == list.size()) return measures;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace icesim
