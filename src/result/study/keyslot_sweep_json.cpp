// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/wide.hpp"
#include "icesim/result/study/keyslot_alternatives.hpp"
#include "icesim/result/study/keyslot_sweep.hpp"
#include "keyslot_rates.hpp"
#include "src/result/json_text.hpp"

namespace icesim {
namespace {

using Json = nlohmann::ordered_json;

/// A share as a decimal fraction of six digits; the nearest double prints back as these digits.
double fraction(std::uint64_t ppm) { return static_cast<double>(ppm) / 1e6; }

void add_advice(const KeyslotAdvice& advice, Json& document) {
  document["recommended"] = advice.keyslots == 0 ? Json(nullptr) : Json(advice.keyslots);
  document["reason"] = advice.reason;
  if (!advice.remarks.empty()) document["remarks"] = advice.remarks;
}

Json point_json(const KeyslotPoint& point) {
  Json entry;
  entry["keyslots"] = point.keyslots;
  entry["miss_rate"] = fraction(ppm_of_requests(point.programs, point));
  if (point.fewest_programs > 0) entry["fewest_miss_rate"] = fraction(ppm_of_requests(point.fewest_programs, point));
  entry["waits"] = point.waits;
  entry["mean_ps"] = point.mean.n;
  entry["p99_ps"] = point.p99.n;
  entry["throughput_bytes_per_second"] = bytes_per_second(point);
  entry["failed"] = point.failed;
  entry["value"] = json_number(point.value);
  entry["lag_ps"] = point.lag.n;
  entry["key_cost_ps"] = point.key_cost.n;
  entry["key_energy_low_pj"] = json_number(point.keys_low.n);
  entry["key_energy_high_pj"] = json_number(point.keys_high.n);
  entry["key_bits"] = point.raw_bits();
  entry["expanded_key_bits"] = point.expanded_bits();
  return entry;
}

Json metric_json(const KeyslotMetric& metric) {
  const char* unit = metric.name == "throughput" ? "B/s" : metric.name == "misses" ? "ppm" : "ps";
  return {{"name", metric.name}, {"requests", metric.requests}, {"unit", unit}, {"within_ppm", metric.within_ppm}};
}

void add_spread(const KeyslotSpread& spread, Json& document) {
  if (spread.fewer == 0) return;
  document["spread"] = {{"fewer", spread.fewer}, {"keyslots", spread.keyslots}, {"whole_ppm", spread.whole_ppm}, {"parts_ppm", spread.parts_ppm}, {"is_noise", spread.is_noise()}};
}

void add_sensitivity(const SensitivityStudy& study, Json& document) {
  if (!study.wanted) return;
  Json all = Json::array();
  for (const Sensitivity& each : study.all) {
    Json entry{{"assumption", each.path}, {"base", each.base}, {"value", each.value}, {"metric_before", json_number(each.before)},
               {"metric_after", json_number(each.after)}, {"recommended", each.keyslots}};
    if (!each.from.empty()) entry["from"] = each.from;
    all.push_back(std::move(entry));
  }
  document["sensitivity"] = {{"trace", study.trace}, {"ends", study.ends}, {"moved", std::move(all)}, {"refused", study.refused}};
}

Json sweep_json(const KeyslotSweep& sweep, Json document = Json::object()) {
  document["trace"] = sweep.trace;
  if (!sweep.sha256.empty()) document["sha256"] = sweep.sha256;
  // Members of an ordered object move when one is added: no references to them.
  document["miss_curve"] = Json::object();
  document["misses"] = Json::object();
  for (std::size_t i = 0; i < sweep.misses.size(); ++i) {
    const std::string keyslots = std::to_string(i + 1);
    document["miss_curve"][keyslots] = fraction(parts_per_million(sweep.misses[i], sweep.references));
    document["misses"][keyslots] = sweep.misses[i];
  }
  document["references"] = sweep.references;
  document["keys"] = sweep.keys;
  document["simulated"] = Json::array();
  for (const KeyslotPoint& point : sweep.points) document["simulated"].push_back(point_json(point));
  add_advice(sweep.advice, document);
  add_spread(sweep.spread, document);
  if (!sweep.power_states.empty()) document["power_states"] = sweep.power_states;
  document["warnings"] = sweep.warnings;
  return document;
}

}  // namespace

std::string keyslot_alternatives_json(const KeyslotAlternatives& all) {
  Json document = document_of(all.origin);
  document["trace"] = all.trace;
  if (!all.sha256.empty()) document["sha256"] = all.sha256;
  document["metric"] = metric_json(all.metric);
  document["over"] = all.names;
  document["alternatives"] = Json::array();
  for (const KeyslotAlternative& each : all.rows) {
    Json entry{{"values", each.values}};
    if (!each.refused.empty()) {
      entry["refused"] = each.refused;
    } else {
      entry["has_keyslots"] = each.has_keyslots;
      add_advice(each.advice, entry);
      if (!each.power_states.empty()) entry["power_states"] = each.power_states;
      entry["simulated"] = point_json(each.point);
    }
    document["alternatives"].push_back(std::move(entry));
  }
  document["warnings"] = all.warnings;
  return dump_json(document);
}

std::string keyslot_sizing_json(const KeyslotSizing& sizing) {
  const Json measured = metric_json(sizing.metric);
  if (sizing.traces.size() == 1) {
    Json document = sweep_json(sizing.traces[0], document_of(sizing.origin));
    document["metric"] = measured;
    add_sensitivity(sizing.sensitivity, document);
    return dump_json(document);
  }
  Json document = document_of(sizing.origin);
  document["metric"] = measured;
  document["traces"] = Json::array();
  for (const KeyslotSweep& sweep : sizing.traces) document["traces"].push_back(sweep_json(sweep));
  add_advice(sizing.every, document);
  document["mean"] = Json::object();
  add_advice(sizing.mean, document["mean"]);
  add_sensitivity(sizing.sensitivity, document);
  return dump_json(document);
}

}  // namespace icesim
