// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/parameters.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace icesim {

/// Where a platform's value lies that nobody has published, and why there; in the unit of its parameter, both ends included.
struct PlatformRange {
  std::string path;  ///< of the parameter
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::string source;
};
using PlatformRanges = std::vector<PlatformRange>;

/// Makes the parameters assumptions of the platform, with its ranges and its reasons in place of those that are declared. One
/// whose value has been set beyond the platform's range keeps what is declared.
void narrow(std::vector<ParameterGroup>& parameters, const PlatformRanges& ranges);

/// The assumptions that a study moves: numbers whose range has two ends, but for energies, which move no time.
std::vector<Parameter> movable_assumptions(const std::vector<ParameterGroup>& parameters);

}  // namespace icesim
