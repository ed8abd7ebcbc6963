// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/parameters.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// One thing that a study varies, and the values that it tries, as --set writes them.
struct Axis {
  std::string name;  ///< path of a parameter, or "trace", "platform", "engine", "keys"
  std::vector<std::string> values;
};

/// A study of more points than that is refused.
inline constexpr std::size_t most_points = 100'000;

/// Whether it is varied by its name, and has no range: "trace", "platform", "engine" or "keys".
bool is_named_axis(std::string_view name);

/// The parameter of that path. Throws UserError, with near matches and without position, when there is none.
const Parameter& parameter_named(std::string_view path, const std::vector<ParameterGroup>& parameters);

/// Reads "path=VALUES": values with commas between; of numbers also lo..hi:N, N values at equal distances, both ends
/// included, and lo..hi:xK, each K times the one before, and the upper end; `range` stands for both ends of the declared
/// range and the value in `parameters`, or for all choices. Values that come twice count once.
///
/// Throws UserError without position. What a value must be is checked where it is set.
Axis read_axis(std::string_view text, const std::vector<ParameterGroup>& parameters);

}  // namespace icesim
