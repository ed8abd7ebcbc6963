// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/schema/schemas.hpp"

#include "icesim/base/error.hpp"
#include "icesim/result/compare/comparison_writers.hpp"
#include "icesim/result/parameter_writer.hpp"
#include "icesim/result/trace_report.hpp"
#include "src/result/json_text.hpp"

namespace icesim {
namespace {

using Json = nlohmann::ordered_json;

const Json text{{"type", "string"}}, flag{{"type", "boolean"}}, number{{"type", "integer"}, {"minimum", 0}};
const Json sha256{{"type", "string"}, {"pattern", "^[0-9a-f]{64}$"}};
/// A text that begins with digits: the keys of a count.
constexpr const char* counts = "^[0-9]+$";

Json array_of(Json items) { return {{"type", "array"}, {"items", std::move(items)}}; }

/// An object that has these properties, and may have others of later versions.
Json object(Json properties, std::vector<std::string> optional = {}) {
  Json required = Json::array();
  for (const auto& [name, schema] : properties.items()) {
    bool is_optional = false;
    for (const std::string& each : optional) is_optional |= each == name;
    if (!is_optional) required.push_back(name);
  }
  return {{"type", "object"}, {"required", std::move(required)}, {"properties", std::move(properties)}};
}

Json map_of(Json values) { return {{"type", "object"}, {"additionalProperties", std::move(values)}}; }
Json by_count(Json values) {
  return {{"type", "object"}, {"patternProperties", {{counts, std::move(values)}}}, {"additionalProperties", false}};
}
Json or_null(Json schema) { return {{"anyOf", Json::array({std::move(schema), Json{{"type", "null"}}})}}; }

std::string document(const char* title, const char* description, Json schema) {
  Json whole{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", title}, {"description", description}};
  whole.update(schema);
  return dump_json(whole);
}

std::string results_schema(const std::vector<ParameterGroup>& platform) {
  Json config = Json::parse(parameters_schema(platform));
  config.erase("$schema");
  const Json statistic = object({{"value", number}, {"unit", {{"enum", {"ps", "B", "Hz", "cycles", "count", "pJ", ""}}}}, {"description", text}},
                                {"description"});
  const Json stage = object({{"name", text}, {"total_ps", number}, {"share_ppm", number}});
  const Json range = object({{"range", {{"type", "array"}, {"minItems", 2}, {"maxItems", 2}}}, {"source", text}});
  const Json metric = object({{"name", text}, {"requests", text}, {"unit", text}, {"value", number}});
  const Json effect = object({{"assumption", text}, {"base", text}, {"low", text}, {"high", text}, {"at_low", or_null(array_of(number))}, {"at_high", or_null(array_of(number))}});
  const Json sensitivity = object({{"why_not", text}, {"metrics", array_of(metric)}, {"assumptions", number}, {"ends", number}, {"still", number}, {"moved", array_of(effect)}, {"refused", array_of(text)}},
                                  {"why_not", "metrics", "assumptions", "ends", "still", "moved", "refused"});
  const Json trace = object({{"name", text}, {"format", text}, {"requests", number}, {"keys", text}, {"sha256", sha256}}, {"keys", "sha256"});
  return document("icesim results",
                  "What 'icesim run -o' writes; as a platform it is the same system again. Integers are written with all their digits, and "
                  "times are picoseconds: beyond 9007199254740992 (2 h 30 min) a reader that keeps numbers as doubles rounds them.",
                  object({{"icesim", text},
                          {"trace", trace},
                          {"config", config},
                          {"ranges", map_of(range)},
                          {"statistics", map_of(statistic)},
                          {"stages", array_of(stage)},
                          {"sensitivity", sensitivity},
                          {"warnings", array_of(text)}},
                         {"ranges", "sensitivity"}));
}

/// A simulation with a number of keyslots.
Json keyslots_row() {
  const Json share{{"type", "number"}, {"minimum", 0}, {"maximum", 1}};
  return object({{"keyslots", number},
                           {"miss_rate", share},
                           {"fewest_miss_rate", share},
                           {"waits", number},
                           {"mean_ps", number},
                           {"p99_ps", number},
                           {"throughput_bytes_per_second", number},
                           {"failed", number},
                           {"key_cost_ps", number},
                           {"key_energy_low_pj", number},
                           {"key_energy_high_pj", number},
                           {"key_bits", number},
                           {"expanded_key_bits", number}},
                          {"fewest_miss_rate"});
}

std::string alternatives_schema() {
  const Json row = object({{"values", array_of(text)}, {"refused", text}, {"has_keyslots", flag}, {"recommended", or_null(number)}, {"reason", text}, {"simulated", keyslots_row()}},
                          {"refused", "has_keyslots", "recommended", "reason", "simulated"});
  return document("icesim slots --over", "What 'icesim slots --over -o' writes: several systems, and how many keyslots each needs.",
                  object({{"trace", text}, {"metric", object({{"name", text}, {"requests", text}})}, {"over", array_of(text)}, {"alternatives", array_of(row)}, {"warnings", array_of(text)}}));
}

std::string slots_schema() {
  const Json share{{"type", "number"}, {"minimum", 0}, {"maximum", 1}};
  const Json part{{"type", "integer"}};
  const Json spread = object({{"fewer", number}, {"keyslots", number}, {"whole_ppm", part}, {"parts_ppm", array_of(part)}, {"is_noise", flag}});
  return document("icesim slots", "What 'icesim slots -o' writes: rows of numbers of keyslots, and what an ideal LRU keyslot file would miss.",
                  object({{"miss_curve", by_count(share)},
                          {"misses", by_count(number)},
                          {"references", number},
                          {"keys", number},
                          {"simulated", array_of(keyslots_row())},
                          {"spread", spread},
                          {"recommended", or_null(number)},
                          {"reason", text},
                          {"warnings", array_of(text)}},
                         {"spread"}));
}

std::string partitions_schema() {
  Json point = Json::object();
  for (const char* name : {"keyslots", "requests", "hits", "programs", "waits", "mean_ps", "p99_ps", "keys_ps"}) point[name] = number;
  const Json row = object({{"partition", text}, {"all", object(point)}, {"machines", map_of(object(point))}, {"failed", number}});
  return document("icesim slots --partition", "What 'icesim slots --partition -o' writes: who had which share of the keyslots, and what became of it.",
                  object({{"machines", array_of(text)},
                          {"measure", text},
                          {"partitions", array_of(row)},
                          {"best", or_null(text)},
                          {"reason", text},
                          {"warnings", array_of(text)}}));
}

std::string golden_schema() {
  const Json trace = object({{"name", text}, {"sha256", sha256}, {"results_sha256", sha256}, {"requests_sha256", sha256}});
  const Json accepted = object({{"version", text}, {"reason", text}});
  return document("icesim golden", "golden.json of a directory that 'icesim golden' keeps: the results of which traces, and why they were renewed.",
                  object({{"icesim_golden", text},
                          {"version", text},
                          {"platform", text},
                          {"traces", array_of(trace)},
                          {"accepted", array_of(accepted)}}));
}

}  // namespace

std::string schema_text(std::string_view name, const std::vector<ParameterGroup>& platform) {
  if (name == "platform") return parameters_schema(platform);
  if (name == "results") return results_schema(platform);
  if (name == "slots") return slots_schema();
  if (name == "partitions") return partitions_schema();
  if (name == "alternatives") return alternatives_schema();
  if (name == "comparison") return comparison_schema();
  if (name == "golden") return golden_schema();
  if (name == "trace") return trace_report_schema();
  throw Bug("a name without a schema");
}

}  // namespace icesim
