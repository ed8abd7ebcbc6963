// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "icesim/result/assumptions/platform_ranges.hpp"

#include <nlohmann/json.hpp>
#include <string>

namespace icesim {

/// A number of a parameter: an integer, or with a unit a string. Throws UserError without position, also beyond `range`.
std::uint64_t number_of(const nlohmann::ordered_json& json, Unit unit, Range range);

/// What is wrong with a member of a value, whose name stands before it: "range: ...".
struct WrongMember : UserError {
  WrongMember(std::string name, const std::string& what) : UserError(what), member(std::move(name)) {}
  std::string member;
};

/// Reads {"value": ..., "range": [..., ...], "source": "..."}, all of it needed, or without its value, which is `value` then.
/// The range lies within the declared one and has the value in it. Throws WrongMember, and UserError on what is missing.
PlatformRange read_range(const nlohmann::ordered_json& json, Unit unit, Range declared, std::uint64_t value);
/// The member "value" of such an object.
std::uint64_t read_ranged_value(const nlohmann::ordered_json& json, Unit unit, Range declared);

/// The ranges that a results file has beside its configuration, for parameters with their present values. Throws UserError
/// "FILE:/ranges/...: ...".
PlatformRanges read_ranges(const nlohmann::ordered_json& json, const std::string& file, const std::vector<ParameterGroup>& parameters);
/// What it reads, of the parameters that have a range of their platform: {path: {range, source}}.
nlohmann::ordered_json ranges_to_json(const std::vector<ParameterGroup>& parameters);

}  // namespace icesim
