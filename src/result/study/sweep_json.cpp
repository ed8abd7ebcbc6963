// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/study/sweep.hpp"
#include "src/result/json_text.hpp"
#include "sweep_form.hpp"

namespace icesim {
namespace {

using Json = nlohmann::ordered_json;

Json point_json(const Sweep& sweep, const SweepPoint& point) {
  Json entry;
  entry["number"] = point.number;
  Json& values = entry["values"] = Json::object();
  for (std::size_t i = 0; i < sweep.names.size(); ++i)
    if (!point.values[i].empty()) values[sweep.names[i]] = point.values[i];
  if (!point.refused.empty()) {
    entry["refused"] = point.refused;
    return entry;
  }
  Json& measures = entry["measures"] = Json::object();
  for (std::size_t i = 0; i < sweep.measures.size(); ++i)
    if (point.measures[i]) measures[sweep.measures[i].name] = json_number(*point.measures[i]);
  entry["failed"] = point.failed;
  if (point.on_front) entry["front"] = true;
  if (point.is_knee) entry["knee"] = true;
  return entry;
}

}  // namespace

std::string sweep_json(const Sweep& sweep) {
  Json document{{"icesim_sweep", std::string(sweep_form)}, {"version", sweep.version}};
  if (!sweep.command.empty()) document["command"] = sweep.command;
  document["platform"] = sweep.platform;
  document["keys"] = sweep.keys;
  Json& traces = document["traces"] = Json::array();
  for (const Sweep::Trace& trace : sweep.traces) traces.push_back({{"name", trace.name}, {"sha256", trace.sha256}});
  document["names"] = sweep.names;
  Json& measures = document["measures"] = Json::array();
  for (const Sweep::Measured& each : sweep.measures)
    measures.push_back({{"name", each.name}, {"unit", each.unit}, {"better", each.more_is_better ? "more" : "less"}});
  document["pareto"] = sweep.pareto;
  document["knee"] = sweep.knee;
  document["count"] = sweep.count;
  if (!sweep.shard.empty()) document["shard"] = sweep.shard;
  Json& points = document["points"] = Json::array();
  for (const SweepPoint& point : sweep.points) points.push_back(point_json(sweep, point));
  document["warnings"] = sweep.warnings;
  return dump_json(document);
}

}  // namespace icesim
