// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/results.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace icesim {

/// What the screen shows besides the results; none of it reaches a file.
struct ScreenExtras {
  std::string platform;                        ///< as the user named it
  std::uint64_t requests_per_wall_second = 0;  ///< 0: not shown
  bool heading = true;                         ///< false: without what was asked for, but with what failed
  std::size_t columns = 100;
};

/// Writes the report of one run for a terminal: requests and bytes, latency percentiles, where the
/// time went stage by stage (those that took any), keyslots, utilisation, warnings. Numbers are rounded; exact ones are
/// in results_json().
std::string screen_text(const Results& results, const ScreenExtras& extras = {});

}  // namespace icesim
