// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace icesim::test {

/// What this program has asked of operator new, which heap_test.cpp replaces by one that counts.
struct HeapUse {
  std::uint64_t allocations = 0;  ///< so far
  std::uint64_t blocks = 0;       ///< that are in use
  std::uint64_t bytes = 0;        ///< that these take; malloc now and then gives more than was asked for
};
HeapUse heap_use();

/// A sanitizer brings an operator new of its own, and memory for its own use.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool heap_is_counted = false;
#else
inline constexpr bool heap_is_counted = true;
#endif

}  // namespace icesim::test
