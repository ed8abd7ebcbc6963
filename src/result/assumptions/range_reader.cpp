// SPDX-License-Identifier: Apache-2.0
#include "range_reader.hpp"

#include "icesim/base/quantity_text.hpp"
#include "src/result/parameters_to_json.hpp"

namespace icesim {
namespace {

using Object = nlohmann::ordered_json;

bool is_one_of(const std::string& name, std::initializer_list<const char*> names) {
  for (const char* each : names)
    if (name == each) return true;
  return false;
}

void check_members(const Object& json, bool with_value) {
  for (const char* name : {"value", "range", "source"}) {
    const bool is_needed = with_value || name != std::string_view("value");
    if (is_needed && !json.contains(name))
      throw UserError(std::string(name) + " is missing; an assumption is {\"value\": ..., \"range\": [lowest, highest], \"source\": \"why\"}");
  }
  for (const auto& item : json.items()) {
    const bool known = is_one_of(item.key(), {"range", "source"}) || (with_value && item.key() == "value");
    if (!known) throw WrongMember(item.key(), std::string("unknown key; allowed: ") + (with_value ? "value, " : "") + "range, source");
  }
}

std::uint64_t member(const Object& json, const char* name, Unit unit, Range range) {
  try {
    return number_of(json, unit, range);
  } catch (const UserError& error) {
    throw WrongMember(name, error.what());
  }
}

const Parameter* find(const std::vector<ParameterGroup>& parameters, const std::string& path) {
  for (const ParameterGroup& group : parameters)
    for (const Parameter& each : group.parameters)
      if (each.path == path) return &each;
  return nullptr;
}

}  // namespace

std::uint64_t number_of(const Object& json, Unit unit, Range range) {
  std::uint64_t value = 0;
  if (json.is_number_unsigned()) {
    value = json.get<std::uint64_t>();
  } else if (json.is_string() && has_symbol(unit)) {
    value = parse_quantity(json.get<std::string>(), unit);
  } else if (json.is_number()) {
    throw UserError(json.dump() + (json.is_number_float() ? " is not an integer" : " is outside " + range_text(range, unit)));
  } else {
    throw UserError(std::string(has_symbol(unit) ? "expected an integer or a string with a unit" : "expected an integer") +
                    ", found " + json.type_name());
  }
  if (!range.contains(value)) throw UserError(quantity_text(value, unit) + " is outside " + range_text(range, unit));
  return value;
}

std::uint64_t read_ranged_value(const Object& json, Unit unit, Range declared) {
  check_members(json, true);
  return member(json["value"], "value", unit, declared);
}

PlatformRange read_range(const Object& json, Unit unit, Range declared, std::uint64_t value) {
  check_members(json, json.contains("value"));
  const Object& ends = json["range"];
  if (!ends.is_array() || ends.size() != 2) throw WrongMember("range", "expected two numbers, [lowest, highest]");
  PlatformRange range;
  range.low = member(ends[0], "range", unit, declared);
  range.high = member(ends[1], "range", unit, declared);
  if (range.low > range.high) throw WrongMember("range", "its first end lies above its second");
  if (value < range.low || value > range.high)
    throw WrongMember("range", "the value, " + quantity_text(value, unit) + ", is outside " + range_text(Range(range.low, range.high), unit));
  if (!json["source"].is_string()) throw WrongMember("source", std::string("expected a string, found ") + json["source"].type_name());
  range.source = json["source"].get<std::string>();
  return range;
}

PlatformRanges read_ranges(const Object& json, const std::string& file, const std::vector<ParameterGroup>& parameters) {
  const auto fail = [&](const std::string& pointer, const std::string& what) { throw UserError(file + ":/ranges" + pointer + ": " + what); };
  if (!json.is_object()) fail("", std::string("expected an object, found ") + json.type_name());
  PlatformRanges ranges;
  for (const auto& item : json.items()) {
    const std::string& path = item.key();
    const Parameter* parameter = find(parameters, path);
    if (parameter == nullptr || parameter->kind != Parameter::Kind::number) fail("/" + path, "no parameter that is a number has this path");
    if (!item.value().is_object()) fail("/" + path, std::string("expected an object, found ") + item.value().type_name());
    try {
      ranges.push_back(read_range(item.value(), parameter->unit, parameter->range, parameter->value));
      ranges.back().path = path;
    } catch (const WrongMember& error) {
      fail("/" + path + "/" + error.member, error.what());
    } catch (const UserError& error) {
      fail("/" + path, error.what());
    }
  }
  return ranges;
}

Object ranges_to_json(const std::vector<ParameterGroup>& parameters) {
  Object all = Object::object();
  for (const ParameterGroup& group : parameters) {
    for (Parameter parameter : group.parameters) {
      if (!parameter.of_platform) continue;
      Object ends = Object::array();
      for (const std::uint64_t end : {parameter.range.min, parameter.range.max}) {
        parameter.value = end;
        ends.push_back(value_to_json(parameter));
      }
      all[parameter.path] = {{"range", std::move(ends)}, {"source", parameter.source}};
    }
  }
  return all;
}

}  // namespace icesim
