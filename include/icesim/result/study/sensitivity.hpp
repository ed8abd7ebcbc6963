// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/wide.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace icesim {

/// A smaller effect is none, in parts per million.
inline constexpr std::uint64_t least_effect_ppm = 1000;
/// So many rows are shown of what moves a result; files have all.
inline constexpr std::size_t most_effects_shown = 20;

/// By how much a number moves, in parts per million of what it was.
std::uint64_t effect_ppm(Wide before, Wide after);

/// What one end of an assumption's range does to an answer.
struct Sensitivity {
  std::string path;   ///< of the parameter
  std::string base;   ///< its value, as --set takes it
  std::string value;  ///< the end of its range
  Wide before = 0;    ///< of the metric, with as many keyslots as are recommended
  Wide after = 0;
  std::uint64_t keyslots = 0;  ///< recommended at this end
  std::string from{};          ///< the value nearest to `base` that was found to need another number of keyslots

  std::uint64_t effect_ppm() const { return icesim::effect_ppm(before, after); }
};

/// What all assumptions do to an answer.
struct SensitivityStudy {
  bool wanted = false;
  std::string trace;             ///< the one that decides
  std::uint64_t keyslots = 0;    ///< recommended
  std::uint64_t ends = 0;        ///< ends of ranges that were tried
  std::vector<Sensitivity> all;  ///< what moves something, the largest effect first
  std::vector<std::string> refused;  ///< ends that cannot be, or in which requests fail: "path=value: line"
};

/// Puts them into the order in which they are told: those that need other numbers of keyslots, then by effect.
void sort_by_effect(SensitivityStudy& study);

}  // namespace icesim
