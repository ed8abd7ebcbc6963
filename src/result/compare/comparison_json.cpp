// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/quantity_text.hpp"
#include "icesim/result/compare/comparison_writers.hpp"
#include "src/result/schema/schema_parts.hpp"

namespace icesim {
namespace {

using Json = nlohmann::ordered_json;
using Kind = StatisticDifference::Kind;

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::within:
      return "within";
    case Kind::gone:
      return "gone";
    case Kind::added:
      return "new";
    case Kind::moved:
      break;
  }
  return "moved";
}

Json json_of(const StatisticDifference& each) {
  Json json{{"statistic", each.path}, {"is", name_of(each.kind)}, {"unit", unit_symbol(each.unit)}};
  if (each.kind != Kind::added) json["old"] = json_number(each.before);
  if (each.kind != Kind::gone) json["new"] = json_number(each.after);
  if (!each.cycles.empty()) {
    json["cycles"] = each.cycles;
    json["clock"] = std::string("clocks.") + std::string(each.clock);
  }
  return json;
}

Json json_of(const RequestDifference& request) {
  Json json{{"id", request.id}, {"vm", request.vm}, {"operation", request.operation}};
  if (!request.only_in.empty()) {
    json["only_in"] = request.only_in;
    return json;
  }
  if (!request.cycles.empty()) {
    json["cycles"] = request.cycles;
    json["clock"] = std::string("clocks.") + std::string(request.clock);
  }
  const auto value = [](const RequestDifference::Value& each) {
    return Json{{"column", each.column}, {"old", each.before}, {"new", each.after}};
  };
  Json& columns = json["columns"] = Json::array();
  columns.push_back(value(request.first));
  for (const RequestDifference::Value& each : request.others) columns.push_back(value(each));
  return json;
}

Json json_of(const ComparedOrigin& origin) {
  Json json{{"file", origin.file}, {"icesim", origin.version}};
  if (!origin.command.empty()) json["command"] = origin.command;
  if (!origin.sha256.empty()) json["sha256"] = origin.sha256;
  return json;
}

Json json_of(const Comparison& comparison) {
  Json json{{"trace", comparison.trace}, {"differs", comparison.differs()}};
  json["old"] = json_of(comparison.before);
  json["new"] = json_of(comparison.after);
  json["compared"] = comparison.names.size();
  json["moved"] = comparison.moved();
  json["within"] = comparison.count(Kind::within);
  json["other_trace"] = comparison.other_trace;
  Json& settings = json["settings"] = Json::array();
  for (const SettingDifference& each : comparison.settings)
    settings.push_back({{"parameter", each.path}, {"old", each.before}, {"new", each.after}});
  Json& statistics = json["statistics"] = Json::array();
  for (const StatisticDifference& each : comparison.statistics) statistics.push_back(json_of(each));
  if (comparison.has_requests)
    json["first_request"] = comparison.request ? json_of(*comparison.request) : Json(nullptr);
  json["new_warnings"] = comparison.new_warnings;
  json["gone_warnings"] = comparison.gone_warnings;
  return json;
}

Json object_schema(Json properties, std::vector<std::string> required) {
  return {{"type", "object"},
          {"required", std::move(required)},
          {"properties", std::move(properties)},
          {"additionalProperties", false}};
}

Json array_of(Json items) { return {{"type", "array"}, {"items", std::move(items)}}; }

}  // namespace

std::string comparison_json(const ComparisonReport& report) {
  Json document{{"differs", report.differs()},
                {"old", report.before_name},
                {"new", report.after_name},
                {"gone", report.gone},
                {"added", report.added}};
  Json& comparisons = document["comparisons"] = Json::array();
  for (const Comparison& each : report.comparisons) comparisons.push_back(json_of(each));
  return dump_json(document);
}

std::string comparison_schema() {
  const Json text{{"type", "string"}}, number{{"type", "integer"}, {"minimum", 0}}, flag{{"type", "boolean"}},
      texts = array_of(text);
  const Json cycles{{"type", "string"},
                    {"pattern", "^[+-][0-9]+(\\.[0-9]{1,2})?$"},
                    {"description", "Difference in cycles of the old side's clock."}};
  const Json side = object_schema({{"file", text}, {"icesim", text}, {"command", text}, {"sha256", text}}, {"file", "icesim"});
  const Json setting = object_schema({{"parameter", text}, {"old", text}, {"new", text}}, {"parameter", "old", "new"});
  Json is{{"enum", {"moved", "within", "gone", "new"}}};
  const Json statistic = object_schema({{"statistic", text},
                                        {"is", is},
                                        {"unit", text},
                                        {"old", number},
                                        {"new", number},
                                        {"cycles", cycles},
                                        {"clock", text}},
                                       {"statistic", "is", "unit"});
  const Json column = object_schema({{"column", text}, {"old", text}, {"new", text}}, {"column", "old", "new"});
  Json request = object_schema({{"id", text},
                                {"vm", text},
                                {"operation", text},
                                {"only_in", {{"enum", {"old", "new"}}}},
                                {"cycles", cycles},
                                {"clock", text},
                                {"columns", array_of(column)}},
                               {"id", "vm", "operation"});
  request["description"] =
      "The first request that is not the same; columns: the first stage that is not, then all else.";
  const Json comparison = object_schema({{"trace", text},
                                         {"differs", flag},
                                         {"old", side},
                                         {"new", side},
                                         {"compared", number},
                                         {"moved", number},
                                         {"within", number},
                                         {"other_trace", texts},
                                         {"settings", array_of(setting)},
                                         {"statistics", array_of(statistic)},
                                         {"first_request", {{"anyOf", Json::array({request, Json{{"type", "null"}}})}}},
                                         {"new_warnings", texts},
                                         {"gone_warnings", texts}},
                                        {"trace", "differs", "old", "new", "compared", "moved", "within", "other_trace",
                                         "settings", "statistics", "new_warnings", "gone_warnings"});
  Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
              {"title", "icesim compare --output"},
              {"description", std::string("Statistics are in their units; those that are the same are left out. ") + schema::integers}};
  schema.update(object_schema({{"differs", flag},
                               {"old", text},
                               {"new", text},
                               {"gone", texts},
                               {"added", texts},
                               {"comparisons", array_of(comparison)}},
                              {"differs", "old", "new", "gone", "added", "comparisons"}));
  return dump_json(schema);
}

}  // namespace icesim
