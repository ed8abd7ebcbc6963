// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace icesim {

/// Of a fit's file; another one is refused.
inline constexpr std::string_view fit_form = "1";

}  // namespace icesim
