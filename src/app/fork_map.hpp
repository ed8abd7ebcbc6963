// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/keyslot_sweep.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace icesim::app {

/// Computes one point per number of keyslots, each in a process of its own and at most `jobs` at a time: SystemC has
/// one kernel per process. Points come back in the order of `keyslots`, however the processes finish.
/// A UserError in a child is thrown here again; any other end of a child is a Bug.
std::vector<KeyslotPoint> fork_map(const std::vector<std::uint64_t>& keyslots, std::uint64_t jobs,
                                   const std::function<KeyslotPoint(std::uint64_t)>& simulate);

}  // namespace icesim::app
