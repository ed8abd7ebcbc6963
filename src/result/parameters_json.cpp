// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/quantity_text.hpp"
#include "icesim/result/parameter_writer.hpp"
#include "json_text.hpp"
#include "parameters_to_json.hpp"
#include "src/result/schema/schema_parts.hpp"

#include <algorithm>
#include <limits>

namespace icesim {
namespace {

using Json = nlohmann::ordered_json;

Json::json_pointer pointer_to(std::string path) {
  if (path.empty()) return Json::json_pointer();
  std::replace(path.begin(), path.end(), '.', '/');
  return Json::json_pointer("/" + path);
}

std::string_view unit_pattern(Unit unit) {
  if (unit == Unit::picoseconds) return "^[0-9]+(\\.[0-9]+)? ?(ps|ns|us|ms|s)$";
  if (unit == Unit::hertz) return "^[0-9]+(\\.[0-9]+)? ?(Hz|kHz|MHz|GHz)$";
  return "^[0-9]+(\\.[0-9]+)? ?(B|[KMGTP]iB|kB|[MGTP]B)$";
}

Json integer_schema(Range range) {
  Json schema = {{"type", "integer"}, {"minimum", range.min}};
  if (range.max != std::numeric_limits<std::uint64_t>::max()) schema["maximum"] = range.max;
  if (range.step != 1) schema["multipleOf"] = range.step;
  return schema;
}

/// An integer or, where there is a unit, a string with one; or one of these with the range in which it is assumed to lie.
Json number_schema(const Parameter& parameter) {
  Json number = integer_schema(parameter.range);
  if (has_symbol(parameter.unit))
    number = Json{{"anyOf", Json::array({number, Json{{"type", "string"}, {"pattern", unit_pattern(parameter.unit)}}})}};
  const Json ends{{"type", "array"}, {"items", number}, {"minItems", 2}, {"maxItems", 2}};
  Json assumed{{"type", "object"},
               {"required", {"value", "range", "source"}},
               {"additionalProperties", false},
               {"properties", {{"value", number}, {"range", ends}, {"source", {{"type", "string"}}}}}};
  if (has_symbol(parameter.unit)) {
    number["anyOf"].push_back(std::move(assumed));
    return number;
  }
  // What is said of integers says nothing of objects, and the other way round.
  number.update(assumed);
  number["type"] = {"integer", "object"};
  return number;
}

}  // namespace

Json value_to_json(const Parameter& parameter) {
  if (parameter.kind == Parameter::Kind::flag) return parameter.value != 0;
  if (parameter.kind == Parameter::Kind::number && !has_symbol(parameter.unit)) return parameter.value;
  return value_text(parameter);
}

Json parameter_schema(const Parameter& parameter) {
  Json schema = Json::object();
  std::string description = parameter.sentence;
  if (parameter.kind == Parameter::Kind::flag) {
    schema["type"] = "boolean";
  } else if (parameter.kind == Parameter::Kind::choice) {
    schema["type"] = "string";
    schema["enum"] = Json::array();
    for (const auto& choice : parameter.choices) {
      schema["enum"].push_back(choice.name);
      description += " " + choice.name + ": " + choice.sentence;
    }
  } else if (parameter.kind == Parameter::Kind::text) {
    schema = Json{{"type", "string"}, {"pattern", parameter.pattern}};
    description += " Allowed: " + parameter.allowed + ".";
  } else {
    schema = number_schema(parameter);
    if (has_symbol(parameter.unit)) description += " Range: " + range_text(parameter) + ".";
  }
  description += (parameter.assumption ? " Assumption: " : " Source: ") + parameter.source + ".";
  schema["description"] = description;
  schema["default"] = value_to_json(parameter);
  return schema;
}

nlohmann::ordered_json parameters_to_json(const std::vector<ParameterGroup>& groups) {
  Json document = Json::object();
  for (const ParameterGroup& group : groups) {
    Json& object = document[pointer_to(group.path)];
    if (object.is_null()) object = Json::object();
    for (const Parameter& parameter : group.parameters) object[std::string(parameter.name())] = value_to_json(parameter);
  }
  return document;
}

nlohmann::ordered_json idle_to_json(const std::vector<ParameterGroup>& groups) {
  Json paths = Json::array();
  for (const ParameterGroup& group : groups)
    for (const Parameter& parameter : group.parameters)
      if (!parameter.idle.empty()) paths.push_back(parameter.path);
  return paths;
}

std::string parameters_json(const std::vector<ParameterGroup>& groups) { return dump_json(parameters_to_json(groups)); }

std::string parameters_schema(const std::vector<ParameterGroup>& groups) {
  Json document = {{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", "icesim platform"}, {"description", schema::integers}};
  for (const ParameterGroup& group : groups) {
    Json* object = &document;
    for (std::size_t at = 0; at < group.path.size();) {
      const std::size_t dot = std::min(group.path.find('.', at), group.path.size());
      object = &(*object)["properties"][group.path.substr(at, dot - at)];
      at = dot + 1;
    }
    (*object)["type"] = "object";
    if (!group.sentence.empty()) (*object)["description"] = group.sentence;
    (*object)["additionalProperties"] = false;
    Json& properties = (*object)["properties"];
    properties = Json::object();
    if (group.path.empty()) {
      properties["$schema"] = {{"type", "string"}};
      properties["based_on"] = {{"type", "string"},
                            {"description", "Platform or file that this one stands on: what is not said here is as there."}};
    }
    for (const Parameter& parameter : group.parameters) {
      properties[std::string(parameter.name())] = parameter_schema(parameter);
    }
  }
  return dump_json(document);
}

}  // namespace icesim
