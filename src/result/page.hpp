// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace icesim::page {

/// Where what stands behind a label begins, and how long the longest bar is.
inline constexpr std::size_t indent = 10;
inline constexpr std::uint64_t bar = 30;

}  // namespace icesim::page
