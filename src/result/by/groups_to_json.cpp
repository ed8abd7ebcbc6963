// SPDX-License-Identifier: Apache-2.0
#include "src/result/by/groups_to_json.hpp"

#include "icesim/base/printable.hpp"
#include "icesim/result/by/request_class.hpp"

namespace icesim {
namespace {

using Json = nlohmann::ordered_json;

Json latency_json(const GroupLatency& latency) {
  return Json{{"count", latency.count},
              {"sum_ps", json_number(latency.sum.n)},
              {"mean_ps", latency.mean.n},
              {"p99_ps", latency.p99.n}};
}

Json group_json(const RequestGroup& group) {
  Json entry;
  entry["requests"] = group.requests;
  entry["failed"] = group.failed;
  entry["bytes"] = json_number(group.bytes);
  if (group.simulated.count > 0) entry["latency"] = latency_json(group.simulated);
  if (group.recorded.count > 0) entry["recorded_latency"] = latency_json(group.recorded);
  if (group.compared > 0)
    entry["both_known"] = Json{{"count", group.compared},
                               {"simulated_ps", json_number(group.compared_simulated.n)},
                               {"recorded_ps", json_number(group.compared_recorded.n)}};
  if (group.simulated.count == 0) return entry;
  entry["keys_ps"] = json_number(group.keys().n);
  Json& times = entry["stages_ps"] = Json::object();
  for (std::size_t s = 0; s < stage_count; ++s) {
    if (group.stages[s] != TimeSum{}) times[std::string(stages[s].name)] = json_number(group.stages[s].n);
  }
  return entry;
}

Json row_json(const GroupTable& table, const RequestGroup& group) {
  Json entry;
  entry["label"] = printable_text(group.label);
  if (table.by != "operation" && table.by != "size" && table.by != "class") {
    if (table.by != "name" || group.number != 0) entry["number"] = group.number;
    if (group.vm != 0) entry["vm"] = group.vm;
    if (!group.text.empty()) entry["name"] = printable_text(group.text);
  }
  entry.update(group_json(group));
  return entry;
}

}  // namespace

Json groups_to_json(const std::vector<GroupTable>& tables, const std::string& filter) {
  Json document = Json::object();
  if (!filter.empty()) document["where"] = printable_text(filter);
  for (const GroupTable& table : tables) {
    Json& mine = document[table.by];
    mine["rows"] = Json::array();
    for (const RequestGroup& group : table.rows) mine["rows"].push_back(row_json(table, group));
    if (table.beyond.requests > 0) mine["beyond"] = group_json(table.beyond);
    mine["all"] = group_json(table.all);
  }
  return document;
}

Json groups_schema() {
  const Json count{{"type", "integer"}, {"minimum", 0}};
  const Json text{{"type", "string"}};
  const Json latency{{"type", "object"},
                     {"required", {"count", "sum_ps", "mean_ps", "p99_ps"}},
                     {"properties", {{"count", count}, {"sum_ps", count}, {"mean_ps", count}, {"p99_ps", count}}}};
  Json row{{"type", "object"}, {"required", {"requests", "failed", "bytes"}}, {"properties", Json::object()}};
  Json& properties = row["properties"];
  for (const char* name : {"label", "name"}) properties[name] = text;
  for (const char* name : {"number", "vm", "requests", "failed", "bytes", "keys_ps"}) properties[name] = count;
  for (const char* name : {"latency", "recorded_latency"}) properties[name] = latency;
  properties["both_known"] = {{"type", "object"},
                              {"properties", {{"count", count}, {"simulated_ps", count}, {"recorded_ps", count}}}};
  properties["stages_ps"] = {{"type", "object"}, {"additionalProperties", count}};
  const Json table{{"type", "object"},
                   {"required", {"rows", "all"}},
                   {"properties", {{"rows", {{"type", "array"}, {"items", row}}}, {"beyond", row}, {"all", row}}}};
  Json schema{{"type", "object"}, {"properties", {{"where", text}}}};
  for (const Choice& by : request_by) schema["properties"][std::string(by.name)] = table;
  return schema;
}

}  // namespace icesim
