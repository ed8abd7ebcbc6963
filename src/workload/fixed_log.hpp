// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/wide.hpp"

#include <array>
#include <cstdint>

namespace icesim {

/// Logarithms and powers of two in integers: the same on every machine, which std::log and std::pow are not.

/// log2(x) * 2^32, rounded down; x is at least 1.
constexpr std::uint64_t log2_fixed(std::uint64_t x) {
  const auto zeros = static_cast<unsigned>(__builtin_clzll(x));
  std::uint64_t result = 63 - zeros;
  Wide mantissa = x << zeros;  // in 1..2, in units of 2^-63
  for (int bit = 0; bit < 32; ++bit) {
    mantissa = (mantissa * mantissa) >> 63;
    const bool is_two_or_more = (mantissa >> 64) != 0;
    result = 2 * result + (is_two_or_more ? 1 : 0);
    if (is_two_or_more) mantissa >>= 1;
  }
  return result;
}

/// Square root of a number below 2^126, rounded down.
constexpr std::uint64_t root_fixed(Wide square) {
  std::uint64_t root = 0;
  for (int bit = 62; bit >= 0; --bit) {
    const std::uint64_t tried = root | (std::uint64_t{1} << bit);
    if (Wide{tried} * tried <= square) root = tried;
  }
  return root;
}

/// 2^-(1/2), 2^-(1/4), 2^-(1/8) ... in units of 2^-63.
inline constexpr std::array<std::uint64_t, 32> halving_roots = [] {
  std::array<std::uint64_t, 32> roots{};
  std::uint64_t root = std::uint64_t{1} << 62;
  for (std::uint64_t& each : roots) each = root = root_fixed(Wide{root} << 63);
  return roots;
}();

/// 2^-x * 2^63 for x in units of 2^-32.
constexpr std::uint64_t exp2_minus_fixed(std::uint64_t x) {
  const std::uint64_t whole = x >> 32;
  if (whole >= 63) return 0;
  Wide result = Wide{1} << 63;
  for (unsigned i = 0; i < halving_roots.size(); ++i) {
    if (((x >> (31 - i)) & 1) != 0) result = (result * halving_roots[i]) >> 63;
  }
  return static_cast<std::uint64_t>(result >> whole);
}

}  // namespace icesim
