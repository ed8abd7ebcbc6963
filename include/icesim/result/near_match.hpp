// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// Names that a mistyped one may have meant, best first, at most three: a few edits away, the beginning, or the
/// same last part ("keyslots" for "ice.keyslots").
std::vector<std::string> near_matches(std::string_view typed, const std::vector<std::string>& names);

/// "; did you mean a or b?", or nothing when no name is near.
std::string did_you_mean(std::string_view typed, const std::vector<std::string>& names);

}  // namespace icesim
