// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

// g++ says it one way, clang++ another.
#if defined(__SANITIZE_ADDRESS__)
#define ICESIM_SANITIZED 1
#elif defined(__has_feature)
#define ICESIM_SANITIZED __has_feature(address_sanitizer)
#else
#define ICESIM_SANITIZED 0
#endif

namespace icesim::test {

/// What this program has asked of operator new, which heap_test.cpp replaces by one that counts.
struct HeapUse {
  std::uint64_t allocations = 0;  ///< so far
  std::uint64_t blocks = 0;       ///< that are in use
  std::uint64_t bytes = 0;        ///< that these take; malloc now and then gives more than was asked for
};
HeapUse heap_use();

/// A sanitizer brings an operator new of its own, and memory for its own use.
#if ICESIM_SANITIZED
inline constexpr bool heap_is_counted = false;
#else
inline constexpr bool heap_is_counted = true;
#endif

}  // namespace icesim::test
