// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/parameters.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// A number that a fit moves in a range. Its places go from 0 to 1: equal distances are equal factors, and a range that begins
/// at 0 is one of factors above a ten-thousandth of its end.
struct FitParameter {
  Parameter parameter;  ///< with the value before the fit
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  /// The value at a place, of four digits and a step that the parameter allows.
  std::uint64_t value_at(double place) const;
  double place_of(std::uint64_t value) const;
  /// The place of the value at a place.
  double snapped(double place) const { return place_of(value_at(place)); }
  /// "312.5us".
  std::string text(std::uint64_t value) const;
};

/// Reads "path" or "path=lo..hi"; without a range it is the declared one. Throws UserError without position.
FitParameter read_fit_parameter(std::string_view text, const std::vector<ParameterGroup>& parameters);

/// What is moved unless told: times and rates of the device, its flash, the link and the host's work.
std::vector<FitParameter> usual_fit_parameters(const std::vector<ParameterGroup>& parameters);

}  // namespace icesim
