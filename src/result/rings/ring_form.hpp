// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace icesim {

/// The form of 'icesim rings -o'; a later one that reads otherwise has another number.
inline constexpr std::string_view ring_form = "1";

}  // namespace icesim
