// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/parameters.hpp"

#include <nlohmann/json.hpp>
#include <vector>

namespace icesim {

/// The object behind parameters_json().
nlohmann::ordered_json parameters_to_json(const std::vector<ParameterGroup>& groups);

/// Paths of those that nothing looks at.
nlohmann::ordered_json idle_to_json(const std::vector<ParameterGroup>& groups);

/// A value as a platform file has it: times, bytes and frequencies are strings with a unit.
nlohmann::ordered_json value_to_json(const Parameter& parameter);

/// What the JSON Schema of a platform file says of one parameter.
nlohmann::ordered_json parameter_schema(const Parameter& parameter);

}  // namespace icesim
