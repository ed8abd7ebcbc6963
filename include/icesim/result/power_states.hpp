// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/parameters.hpp"

#include <string>
#include <vector>

namespace icesim {

/// What each power state that a system has does, in a few words: clock gating, runtime suspend, auto-hibern8, scaling of gear and
/// clock, and idle states of cores, in this order. Each moves the answer to how many keyslots are enough. None: empty.
std::vector<std::string> power_states(const std::vector<ParameterGroup>& config);

/// These in a sentence that says what they do to that answer; empty for none.
std::string power_states_text(const std::vector<std::string>& states);

}  // namespace icesim
