// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/fit/fit_parameter.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/study/axis.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace icesim {
namespace {

/// What is added to values so that a factor leads from any to any.
double base_of(const FitParameter& each) { return each.low > 0 ? 0 : std::max(1.0, static_cast<double>(each.high) / 10'000); }

bool has_prefix(const std::string& path, std::string_view prefix) { return path.compare(0, prefix.size(), prefix) == 0; }

bool is_usual(const Parameter& parameter) {
  const std::string& path = parameter.path;
  if (path == "clocks.device" || path == "clocks.nand") return true;
  bool is_of_hardware = false;
  for (const char* prefix : {"device.", "flash.", "link.", "host.costs."}) is_of_hardware |= has_prefix(path, prefix);
  return is_of_hardware && (parameter.unit == Unit::picoseconds || parameter.unit == Unit::cycles);
}

}  // namespace

std::uint64_t FitParameter::value_at(double place) const {
  const double base = base_of(*this), from = static_cast<double>(low) + base, to = static_cast<double>(high) + base;
  const double exact = from * std::pow(to / from, std::clamp(place, 0.0, 1.0)) - base;
  auto value = static_cast<std::uint64_t>(std::llround(std::max(exact, 0.0)));
  std::uint64_t digit = 1;
  while (value / digit >= 10'000) digit *= parameter.unit == Unit::bytes ? 2 : 10;
  digit = std::max(digit, parameter.range.step);
  if (digit % parameter.range.step != 0) digit = parameter.range.step;
  value = (value + digit / 2) / digit * digit;
  return std::clamp(value, low, high);
}

double FitParameter::place_of(std::uint64_t value) const {
  const double base = base_of(*this), from = static_cast<double>(low) + base, to = static_cast<double>(high) + base;
  return std::log((static_cast<double>(std::clamp(value, low, high)) + base) / from) / std::log(to / from);
}

std::string FitParameter::text(std::uint64_t value) const { return quantity_text(value, parameter.unit); }

FitParameter read_fit_parameter(std::string_view text, const std::vector<ParameterGroup>& parameters) {
  const std::size_t equals = text.find('=');
  FitParameter each;
  each.parameter = parameter_named(text.substr(0, equals), parameters);
  if (each.parameter.kind != Parameter::Kind::number) throw UserError("only numbers are moved");
  const Range declared = each.parameter.range;
  each.low = declared.min, each.high = declared.max;
  if (equals != std::string_view::npos) {
    const std::string_view range = text.substr(equals + 1);
    const std::size_t dots = range.find("..");
    if (dots == std::string_view::npos) throw UserError("'" + std::string(range) + "' is not a range, as " + quantity_text(each.parameter.value, each.parameter.unit) + ".." + quantity_text(declared.max, each.parameter.unit));
    each.low = parse_quantity(range.substr(0, dots), each.parameter.unit);
    each.high = parse_quantity(range.substr(dots + 2), each.parameter.unit);
    for (const std::uint64_t end : {each.low, each.high})
      if (!declared.contains(end)) throw UserError(each.text(end) + " is outside " + range_text(declared, each.parameter.unit));
  } else if (declared.max == std::numeric_limits<std::uint64_t>::max()) {
    throw UserError("its declared range has no upper end; say which with =lo..hi");
  }
  if (each.low >= each.high) throw UserError("its range has nothing between its ends");
  return each;
}

std::vector<FitParameter> usual_fit_parameters(const std::vector<ParameterGroup>& parameters) {
  std::vector<FitParameter> usual;
  for (const ParameterGroup& group : parameters)
    for (const Parameter& each : group.parameters)
      if (each.kind == Parameter::Kind::number && is_usual(each) && each.range.min < each.range.max && each.range.max < std::numeric_limits<std::uint64_t>::max())
        usual.push_back({each, each.range.min, each.range.max});
  return usual;
}

}  // namespace icesim
