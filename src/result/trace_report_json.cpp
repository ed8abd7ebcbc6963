// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/recorder.hpp"
#include "icesim/result/trace_report.hpp"
#include "json_text.hpp"
#include "reuse_distances.hpp"
#include "src/result/by/groups_to_json.hpp"
#include "src/result/schema/schema_parts.hpp"

#include <array>

namespace icesim {
namespace {

using Json = nlohmann::ordered_json;


/// "a.b.c" becomes nested objects.
void put(Json& document, const std::vector<StatisticValue>& statistics) {
  for (const StatisticValue& each : statistics) {
    Json* at = &document;
    std::size_t start = 0;
    for (std::size_t dot = each.path.find('.'); dot != std::string::npos; dot = each.path.find('.', start)) {
      at = &(*at)[each.path.substr(start, dot - start)];
      start = dot + 1;
    }
    (*at)[each.path.substr(start)] = each.value;
  }
}

Json counts_schema(const std::vector<std::string>& names) {
  Json schema{{"type", "object"}, {"required", names}, {"properties", Json::object()}};
  for (const std::string& name : names) schema["properties"][name] = {{"type", "integer"}, {"minimum", 0}};
  return schema;
}

Json rows_schema(const std::vector<std::string>& names) { return {{"type", "array"}, {"items", counts_schema(names)}}; }

}  // namespace

std::string trace_report_json(const TraceReport& report) {
  Json document;
  document["trace"] = report.name;
  document["format"] = report.format;
  document["provenance"] = report.provenance;
  document["ufs_lba_unit"] = report.ufs_lba_unit;
  document["ufs_lba_unit_by"] = report.ufs_lba_unit_by;
  put(document, report.statistics);
  document["by_rwbs"] = Json::object();
  for (const auto& [word, count] : report.by_rwbs) document["by_rwbs"][word] = count;
  document["devices"] = Json::object();
  for (const auto& [device, count] : report.devices) document["devices"][device] = count;
  document["notes"] = report.notes;
  for (const std::string& note : report.by_notes) document["notes"].push_back(note);
  document["sizes"] = Json::array();
  for (const TraceReport::SizeRow& row : report.sizes) {
    Json entry{{"up_to", row.up_to.n}};
    for (std::size_t i = 0; i < operation_names.size(); ++i) entry[std::string(operation_names[i])] = row.requests[i];
    document["sizes"].push_back(std::move(entry));
  }
  document["depth_known"] = report.depth_known;
  document["timeline"] = Json::array();
  for (const TraceReport::TimeRow& row : report.timeline) {
    document["timeline"].push_back(Json{{"from", row.from.n},
                                        {"to", row.to.n},
                                        {"requests", row.requests},
                                        {"bytes", row.bytes.n},
                                        {"depth_max", row.depth_max},
                                        {"depth_sum", row.depth_sum}});
  }
  document["keys"] = report.keys;
  document["references"] = report.references;
  document["key_mode"] = report.key_mode;
  document["key_rules"] = Json::object();
  put(document["key_rules"], report.key_rules);
  document["misses"] = Json::object();
  for (std::size_t i = 0; i < report.misses.size(); ++i) document["misses"][std::to_string(i + 1)] = report.misses[i];
  document["reuse_distances"] = Json::array();
  for (const ReuseRow& row : reuse_distances(report.references, report.misses)) {
    document["reuse_distances"].push_back(Json{{"least", row.least}, {"most", row.most}, {"uses", row.uses}});
  }
  if (!report.by.empty()) document["by"] = groups_to_json(report.by, report.where);
  return dump_json(document);
}

std::string trace_report_schema() {
  const std::vector<std::string> per_operation(operation_names.begin(), operation_names.end());
  Json schema;
  schema["$schema"] = "http://json-schema.org/draft-07/schema#";
  schema["title"] = "icesim trace info --json";
  schema["description"] = std::string("Sizes are bytes; a request that was split between files counts once. ") + schema::integers;
  schema["type"] = "object";
  Json properties = Json::object();
  for (const char* text : {"trace", "format", "provenance", "ufs_lba_unit", "ufs_lba_unit_by", "key_mode"})
    properties[text] = {{"type", "string"}};
  properties["requests"] = counts_schema(per_operation);
  properties["bytes"] = counts_schema(per_operation);
  const Json numbers =
      counts_schema({"records", "span", "end_offset", "completions", "orphans", "early_completions",
                     "unordered_completions", "unfinished", "collapsed", "requeued", "repeated", "further_recordings",
                     "skipped_lines", "other_devices", "other_commands", "backward_steps", "lost_events", "processes",
                     "unknown_flags", "missing_files", "sequential", "unaligned", "deepest_queue", "keys", "references"});
  properties.update(numbers["properties"]);
  const Json times = counts_schema({"count", "mean", "p50", "p90", "p99", "p999", "max", "min"});
  properties["interarrival"] = times;
  Json& latency = properties["recorded_latency"] = {{"type", "object"}, {"properties", Json::object()}};
  for (const char* kind : {"read", "write", "flush", "discard", "all"}) {
    latency["required"].push_back(kind);
    latency["properties"][kind] = times;
  }
  properties["key_events"] = counts_schema({"births", "evictions", "suspends", "resumes"});
  properties["keyslots"] = counts_schema({"requests", "used", "hits"});
  properties["depth_known"] = {{"type", "boolean"}};
  const Json count{{"type", "integer"}, {"minimum", 0}};
  const Json many{{"type", "object"}, {"additionalProperties", count}};
  properties["by_rwbs"] = many;
  properties["devices"] = many;
  properties["notes"] = {{"type", "array"}, {"items", {{"type", "string"}}}};
  properties["misses"] = many;
  properties["key_rules"] = {{"type", "object"},
                             {"required", {"by_rule", "without_key"}},
                             {"properties", {{"by_rule", many}, {"without_key", many}}},
                             {"additionalProperties", false}};
  properties["sizes"] = rows_schema({"up_to", "read", "write", "flush", "discard"});
  properties["timeline"] = rows_schema({"from", "to", "requests", "bytes", "depth_max", "depth_sum"});
  properties["reuse_distances"] = rows_schema({"least", "most", "uses"});
  schema["required"] = Json::array();
  for (const auto& [name, value] : properties.items()) schema["required"].push_back(name);
  properties["by"] = groups_schema();
  schema["properties"] = std::move(properties);
  return dump_json(schema);
}

}  // namespace icesim
