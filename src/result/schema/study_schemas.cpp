// SPDX-License-Identifier: Apache-2.0
#include "schema_parts.hpp"

namespace icesim::schema {
namespace {

const Json fraction{{"type", "number"}, {"minimum", 0}, {"maximum", 1}};

/// What is recommended, and why.
Json advice(Json others = Json::object()) {
  Json all{{"recommended", or_null(number)}, {"reason", text}, {"remarks", array_of(text)}};
  all.update(others);
  return all;
}

/// What says where it is from, before all else.
Json from_a_command(const Json& all) {
  Json document{{"icesim", text}, {"command", text}};
  document.update(all);
  return document;
}

Json sensitivity() {
  const Json moved = closed({{"assumption", text},
                             {"base", text},
                             {"value", text},
                             {"metric_before", number},
                             {"metric_after", number},
                             {"recommended", number},
                             {"from", text}},
                            {"from"});
  return closed({{"trace", text}, {"ends", number}, {"moved", array_of(moved)}, {"refused", array_of(text)}});
}

/// A simulation with a number of keyslots.
Json keyslots_row() {
  return closed({{"keyslots", number},
                 {"miss_rate", fraction},
                 {"fewest_miss_rate", fraction},
                 {"waits", number},
                 {"mean_ps", number},
                 {"p99_ps", number},
                 {"throughput_bytes_per_second", number},
                 {"failed", number},
                 {"value", number},
                 {"lag_ps", number},
                 {"key_cost_ps", number},
                 {"key_energy_low_pj", number},
                 {"key_energy_high_pj", number},
                 {"key_bits", number},
                 {"expanded_key_bits", number}},
                {"fewest_miss_rate"});
}

Json metric() {
  return closed({{"name", text}, {"requests", text}, {"unit", {{"enum", {"ps", "B/s", "ppm"}}}}, {"within_ppm", number}});
}

}  // namespace

std::string slots_schema() {
  const Json part{{"type", "integer"}};
  const Json spread = closed({{"fewer", number}, {"keyslots", number}, {"whole_ppm", part}, {"parts_ppm", array_of(part)}, {"is_noise", flag}});
  const Json sweep = advice({{"trace", text},
                             {"sha256", sha256},
                             {"miss_curve", by_count(fraction)},
                             {"misses", by_count(number)},
                             {"references", number},
                             {"keys", number},
                             {"simulated", array_of(keyslots_row())},
                             {"spread", spread},
                             {"power_states", array_of(text)},
                             {"warnings", array_of(text)}});
  Json one = from_a_command(sweep);
  one["metric"] = metric();
  one["sensitivity"] = sensitivity();
  Json several = from_a_command(advice({{"metric", metric()}, {"traces", array_of(closed(sweep, {"remarks", "spread", "power_states"}))}, {"mean", closed(advice(), {"remarks"})}}));
  several["sensitivity"] = sensitivity();
  const std::vector<std::string> optional{"remarks", "sensitivity", "spread", "power_states"};
  return document("icesim slots",
                  "What 'icesim slots -o' writes: rows of numbers of keyslots, and what an ideal LRU keyslot file would miss; of several "
                  "traces for each, and what is recommended for all of them and for their mean.",
                  {{"anyOf", Json::array({closed(one, optional), closed(several, optional)})}});
}

std::string alternatives_schema() {
  const Json row = closed(advice({{"values", array_of(text)}, {"refused", text}, {"has_keyslots", flag}, {"power_states", array_of(text)}, {"simulated", keyslots_row()}}),
                          {"refused", "has_keyslots", "recommended", "reason", "remarks", "power_states", "simulated"});
  return document("icesim slots --over", "What 'icesim slots --over -o' writes: several systems, and how many keyslots each needs.",
                  closed(from_a_command({{"trace", text},
                          {"sha256", sha256},
                          {"metric", metric()},
                          {"over", array_of(text)},
                          {"alternatives", array_of(row)},
                          {"warnings", array_of(text)}})));
}

Json run_sensitivity_schema() {
  const Json measured = closed({{"name", text}, {"requests", text}, {"unit", text}, {"value", number}});
  const Json values = or_null(array_of(number));
  const Json effect = closed({{"assumption", text}, {"base", text}, {"low", text}, {"high", text}, {"at_low", values}, {"at_high", values}});
  return closed({{"why_not", text},
                 {"metrics", array_of(measured)},
                 {"assumptions", number},
                 {"ends", number},
                 {"still", number},
                 {"moved", array_of(effect)},
                 {"refused", array_of(text)}},
                {"why_not", "metrics", "assumptions", "ends", "still", "moved", "refused"});
}

std::string partitions_schema() {
  Json point = Json::object();
  for (const char* name : {"keyslots", "requests", "hits", "programs", "waits", "mean_ps", "p99_ps", "keys_ps"}) point[name] = number;
  const Json row = closed({{"partition", text}, {"all", closed(point)}, {"machines", map_of(closed(point))}, {"failed", number}});
  return document("icesim slots --partition", "What 'icesim slots --partition -o' writes: who had which share of the keyslots, and what became of it.",
                  closed(from_a_command({{"trace", text},
                          {"sha256", sha256},
                          {"machines", array_of(text)},
                          {"measure", text},
                          {"partitions", array_of(row)},
                          {"best", or_null(text)},
                          {"reason", text},
                          {"power_states", array_of(text)},
                          {"warnings", array_of(text)}}), {"power_states"}));
}

std::string sweep_schema() {
  const Json trace = closed({{"name", text}, {"sha256", sha256}});
  const Json measure = closed({{"name", text}, {"unit", text}, {"better", {{"enum", {"more", "less"}}}}});
  const Json point = closed({{"number", number},
                             {"values", map_of(text)},
                             {"refused", text},
                             {"measures", map_of(number)},
                             {"failed", number},
                             {"front", flag},
                             {"knee", flag}},
                            {"refused", "measures", "failed", "front", "knee"});
  return document("icesim sweep", "What 'icesim sweep -o' and 'icesim merge -o' write: the points of a sweep, what was varied in each, and what was measured.",
                  closed({{"icesim_sweep", text},
                          {"version", text},
                          {"command", text},
                          {"platform", text},
                          {"keys", text},
                          {"traces", array_of(trace)},
                          {"names", array_of(text)},
                          {"measures", array_of(measure)},
                          {"pareto", array_of(text)},
                          {"knee", flag},
                          {"count", number},
                          {"shard", text},
                          {"points", array_of(point)},
                          {"warnings", array_of(text)}},
                         {"shard"}));
}

}  // namespace icesim::schema
