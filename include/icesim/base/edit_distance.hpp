// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string_view>

namespace icesim {

/// How many letters must be changed, put in or left out to make one word of the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace icesim
