// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/axis.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/base/wide.hpp"
#include "icesim/result/near_match.hpp"

#include <algorithm>

namespace icesim {
namespace {

void add_once(std::vector<std::string>& values, std::string value) {
  if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(std::move(value));
}

std::uint64_t number_in(const Parameter& parameter, std::string_view text) {
  const std::uint64_t value = parse_quantity(text, parameter.unit);
  if (value < parameter.range.min || value > parameter.range.max)
    throw UserError(quantity_text(value, parameter.unit) + " is outside " + range_text(parameter));
  return value;
}

/// The nearest number below that the range has.
std::uint64_t stepped(const Parameter& parameter, Wide value) {
  return static_cast<std::uint64_t>(value - value % parameter.range.step);
}

/// "1..256:x2" or "10us..100us:4".
void add_steps(const Parameter& parameter, std::string_view text, std::size_t dots, std::vector<std::string>& values) {
  const std::size_t colon = text.find(':', dots);
  if (colon == std::string_view::npos)
    throw UserError("'" + std::string(text) + "' does not say its steps: lo..hi:5 for five values, lo..hi:x2 for each twice the one before");
  const std::uint64_t low = number_in(parameter, text.substr(0, dots));
  const std::uint64_t high = number_in(parameter, text.substr(dots + 2, colon - dots - 2));
  if (low > high) throw UserError("'" + std::string(text) + "' begins above its end");
  const std::string_view steps = text.substr(colon + 1);
  const auto add = [&](Wide value) { add_once(values, quantity_text(stepped(parameter, value), parameter.unit)); };
  if (!steps.empty() && steps.front() == 'x') {
    const std::uint64_t factor = parse_quantity(steps.substr(1), Unit::count);
    if (factor < 2 || low == 0)
      throw UserError("'" + std::string(text) + "': steps of " + std::string(steps) + " from " + quantity_text(low, parameter.unit) + " lead nowhere");
    for (Wide value = low; value < high; value *= factor) add(value);
    return add(high);
  }
  const std::uint64_t count = parse_quantity(steps, Unit::count);
  if (count < 2 || count > most_points)
    throw UserError("'" + std::string(text) + "': " + std::string(steps) + " values are not 2 to " + std::to_string(most_points));
  for (std::uint64_t i = 0; i < count; ++i) add(low + Wide{high - low} * i / (count - 1));
}

/// What `range` stands for.
void add_range(const Parameter& parameter, std::vector<std::string>& values) {
  switch (parameter.kind) {
    case Parameter::Kind::flag:
      values.insert(values.end(), {"false", "true"});
      break;
    case Parameter::Kind::choice:
      for (const Parameter::Spelling& each : parameter.choices) values.push_back(each.name);
      break;
    case Parameter::Kind::text:
      throw UserError("a text has no range");
    case Parameter::Kind::number: {
      std::vector<std::uint64_t> numbers{parameter.range.min, parameter.value, parameter.range.max};
      for (const std::uint64_t number : numbers) add_once(values, quantity_text(number, parameter.unit));
    }
  }
}

void add_value(const Parameter* parameter, std::string_view text, std::vector<std::string>& values) {
  if (text.empty()) throw UserError("a value is missing");
  if (parameter != nullptr && text == "range") return add_range(*parameter, values);
  const std::size_t dots = text.find("..");
  if (parameter == nullptr || parameter->kind != Parameter::Kind::number || dots == std::string_view::npos)
    return add_once(values, std::string(text));
  add_steps(*parameter, text, dots, values);
}

}  // namespace

bool is_named_axis(std::string_view name) {
  return name == "trace" || name == "platform" || name == "engine" || name == "keys";
}

const Parameter& parameter_named(std::string_view path, const std::vector<ParameterGroup>& parameters) {
  std::vector<std::string> names{"trace", "platform", "engine", "keys"};
  for (const ParameterGroup& group : parameters) {
    for (const Parameter& parameter : group.parameters) {
      if (parameter.path == path) return parameter;
      names.push_back(parameter.path);
    }
  }
  const std::string near = did_you_mean(path, names);
  throw UserError(std::string(path) + " is not a parameter" + (near.empty() ? ";" : near) + " 'icesim describe parameters' lists all");
}

Axis read_axis(std::string_view text, const std::vector<ParameterGroup>& parameters) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) throw UserError("expected path=values");
  Axis axis;
  axis.name = text.substr(0, equals);
  const Parameter* parameter = is_named_axis(axis.name) ? nullptr : &parameter_named(axis.name, parameters);
  for (std::string_view rest = text.substr(equals + 1);;) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    add_value(parameter, rest.substr(0, comma), axis.values);
    if (axis.values.size() > most_points) throw UserError("more than " + std::to_string(most_points) + " values");
    if (comma == rest.size()) return axis;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace icesim
