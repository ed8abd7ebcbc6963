// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/result/json_text.hpp"

#include <string>
#include <utility>
#include <vector>

/// What schemas are made of.
namespace icesim::schema {

using Json = nlohmann::ordered_json;

inline const Json text{{"type", "string"}}, flag{{"type", "boolean"}}, number{{"type", "integer"}, {"minimum", 0}};
inline const Json sha256{{"type", "string"}, {"pattern", "^[0-9a-f]{64}$"}};
/// Of every document.
inline constexpr const char* integers =
    "Integers are written with all their digits, times are picoseconds: beyond 9007199254740992 (2 h 30 min) a reader that keeps numbers "
    "as doubles rounds them.";

inline Json array_of(Json items) { return {{"type", "array"}, {"items", std::move(items)}}; }

/// An object that has these properties, and may have others of later versions.
inline Json object(Json properties, const std::vector<std::string>& optional = {}) {
  Json required = Json::array();
  for (const auto& [name, schema] : properties.items()) {
    bool is_optional = false;
    for (const std::string& each : optional) is_optional |= each == name;
    if (!is_optional) required.push_back(name);
  }
  return {{"type", "object"}, {"required", std::move(required)}, {"properties", std::move(properties)}};
}
/// An object that has these properties and no other ones.
inline Json closed(Json properties, const std::vector<std::string>& optional = {}) {
  Json all = object(std::move(properties), optional);
  all["additionalProperties"] = false;
  return all;
}

inline Json map_of(Json values) { return {{"type", "object"}, {"additionalProperties", std::move(values)}}; }
/// Names are counts.
inline Json by_count(Json values) {
  return {{"type", "object"}, {"patternProperties", {{"^[0-9]+$", std::move(values)}}}, {"additionalProperties", false}};
}
inline Json or_null(Json schema) { return {{"anyOf", Json::array({std::move(schema), Json{{"type", "null"}}})}}; }

inline std::string document(const std::string& title, const std::string& description, const Json& schema) {
  Json whole{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", title}, {"description", description + " " + integers}};
  whole.update(schema);
  return dump_json(whole);
}

/// Those of studies.
std::string slots_schema();
std::string partitions_schema();
std::string sweep_schema();
std::string alternatives_schema();
std::string fit_schema();
/// Those of key rings.
std::string ring_scenario_schema();
std::string rings_schema();
/// What moves the result of a run.
Json run_sensitivity_schema();

}  // namespace icesim::schema
