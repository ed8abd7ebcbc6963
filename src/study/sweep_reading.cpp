// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/sweep_reading.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/base/text/list_text.hpp"
#include "icesim/result/near_match.hpp"
#include "icesim/study/front.hpp"
#include "icesim/study/shard.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace icesim {
namespace {

/// A value such as "8", "200us" or "2MiB" as a number; nothing when it is none.
std::optional<Wide> number_of(const std::string& value) {
  for (const Unit unit : {Unit::count, Unit::picoseconds, Unit::bytes, Unit::hertz}) {
    try {
      return parse_quantity(value, unit);
    } catch (const UserError&) {
    }
  }
  return std::nullopt;
}

/// What a point has of a measure or of what is varied; less is better.
std::optional<Wide> weight(const Sweep& sweep, const SweepPoint& point, const std::string& name) {
  for (std::size_t i = 0; i < sweep.measures.size(); ++i) {
    const Sweep::Measured& measure = sweep.measures[i];
    if (measure.name != name) continue;
    constexpr Wide most = Wide{1} << 100;
    if (!point.measures[i] || !measure.more_is_better) return point.measures[i];
    return most - std::min(most, *point.measures[i]);
  }
  const auto at = std::find(sweep.names.begin(), sweep.names.end(), name);
  if (at == sweep.names.end()) return std::nullopt;
  return number_of(point.values[static_cast<std::size_t>(at - sweep.names.begin())]);
}

/// What all shards of a sweep have alike.
std::string head_of(Sweep sweep) {
  sweep.points.clear();
  sweep.warnings.clear();
  sweep.shard.clear();
  return sweep_json(sweep);
}

bool are_alike(const SweepPoint& a, const SweepPoint& b) {
  return a.values == b.values && a.refused == b.refused && a.failed == b.failed && a.measures == b.measures;
}

std::string missing_text(const std::map<std::uint64_t, SweepPoint>& points, std::uint64_t count, const std::set<std::uint64_t>& shards) {
  std::uint64_t missing = 0, first = 0;
  std::set<std::uint64_t> of_shards;
  for (std::uint64_t number = 1; number <= count; ++number) {
    if (points.count(number) > 0) continue;
    if (missing++ == 0) first = number;
    if (shards.size() == 1) of_shards.insert((number - 1) % *shards.begin() + 1);
  }
  std::string text = std::to_string(missing) + " of " + std::to_string(count) + " points are missing, the first is number " + std::to_string(first);
  if (of_shards.empty()) return text;
  text += "; they are of ";
  std::size_t shown = 0;
  for (const std::uint64_t shard : of_shards) {
    if (shown == 10) return text + ", ...";
    text += (shown++ == 0 ? "" : ", ") + Shard{shard, *shards.begin()}.text();
  }
  return text;
}

}  // namespace

std::vector<std::string> read_pareto(const std::string& text, const Sweep& sweep) {
  std::vector<std::string> allowed;
  for (const Sweep::Measured& measure : sweep.measures) allowed.push_back(measure.name);
  allowed.insert(allowed.end(), sweep.names.begin(), sweep.names.end());
  const std::size_t comma = text.find(',');
  if (comma == std::string::npos || text.find(',', comma + 1) != std::string::npos)
    throw UserError("'" + text + "' is not two names with a comma between");
  std::vector<std::string> names{text.substr(0, comma), text.substr(comma + 1)};
  for (const std::string& name : names) {
    if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) continue;
    throw UserError("'" + name + "' is neither measured nor varied" + did_you_mean(name, allowed) + "; here are " + list_text(allowed));
  }
  if (names[0] == names[1]) throw UserError("'" + text + "' is the same twice");
  return names;
}

void mark_front(Sweep& sweep) {
  if (sweep.pareto.empty() || !sweep.shard.empty()) return;
  std::vector<Weighed> points;
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    const SweepPoint& point = sweep.points[i];
    if (!point.refused.empty() || point.failed > 0) continue;
    const auto first = weight(sweep, point, sweep.pareto[0]), second = weight(sweep, point, sweep.pareto[1]);
    if (first && second) points.push_back({i, *first, *second});
  }
  const std::vector<Weighed> front = pareto_front(std::move(points));
  for (const Weighed& each : front) sweep.points[each.point].on_front = true;
  if (!sweep.knee) return;
  if (const auto found = knee(front)) sweep.points[*found].is_knee = true;
}

Sweep merge_shards(const std::vector<ShardFile>& shards) {
  ensure(!shards.empty(), "a sweep has a shard");
  const std::string head = head_of(shards.front().sweep);
  Sweep merged = shards.front().sweep;
  std::map<std::uint64_t, SweepPoint> points;
  std::set<std::string> warnings;
  std::set<std::uint64_t> counts;
  for (const ShardFile& file : shards) {
    if (head_of(file.sweep) != head) throw UserError(file.name + ": of another sweep than " + shards.front().name);
    for (SweepPoint point : file.sweep.points) {
      point.on_front = point.is_knee = false;
      const auto [there, is_new] = points.emplace(point.number, point);
      if (!is_new && !are_alike(there->second, point))
        throw UserError(file.name + ": tells otherwise of point " + std::to_string(point.number) + " than a file before it");
    }
    warnings.insert(file.sweep.warnings.begin(), file.sweep.warnings.end());
    if (const std::size_t slash = file.sweep.shard.find('/'); slash != std::string::npos)
      counts.insert(read_shard(file.sweep.shard, [](const char*) -> const char* { return nullptr; }).count);
  }
  if (points.size() != merged.count) throw UserError(missing_text(points, merged.count, counts));
  merged.shard.clear();
  merged.warnings.assign(warnings.begin(), warnings.end());
  merged.points.clear();
  for (auto& [number, point] : points) merged.points.push_back(std::move(point));
  mark_front(merged);
  return merged;
}

}  // namespace icesim
