// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/rings/ring_scenario.hpp"

#include <string_view>

namespace icesim {

/// How much a scenario may have of each kind.
struct RingLimits {
  static constexpr std::size_t each = 64;             ///< users, namespaces, processes, files, keys
  static constexpr std::size_t steps = 10'000;
  static constexpr std::size_t depth = 33;            ///< namespaces below each other, as in Linux
  static constexpr std::size_t answers = 200'000;     ///< steps x processes x files
};

/// Reads a scenario of key rings, JSON with comments ('icesim describe schema rings-scenario'). Throws UserError that names
/// the file, the place and what is allowed there, with near matches of a name that there is not.
RingScenario read_ring_scenario(std::string_view json, const std::string& file);

}  // namespace icesim
