// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/assumptions/platform_ranges.hpp"
#include "icesim/result/parameters.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace icesim {

/// One end of the range of a parameter whose value nobody has published.
struct AssumptionEnd {
  Parameter parameter;      ///< with its present value
  std::uint64_t value = 0;  ///< the end

  /// "200us".
  std::string text() const;
};

/// Both ends of every movable_assumptions(), but for where the value lies already.
std::vector<AssumptionEnd> assumption_ends(const std::vector<ParameterGroup>& parameters);

/// A value between two of a parameter: half of the way, or of the factor where they are far from each other and none is 0. One
/// of the two when there is none between.
std::uint64_t value_between(const Parameter& parameter, std::uint64_t from, std::uint64_t to);

}  // namespace icesim
