// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace icesim {

/// 128 bits, for sums and products of 64-bit numbers that must not overflow.
__extension__ typedef unsigned __int128 Wide;

/// part / whole in parts per million, rounded to the nearest; 0 when whole is 0.
constexpr std::uint64_t parts_per_million(Wide part, Wide whole) {
  return whole == 0 ? 0 : static_cast<std::uint64_t>((part * 1'000'000 + whole / 2) / whole);
}

/// The largest whole number whose square is not larger.
constexpr std::uint64_t square_root(Wide square) {
  std::uint64_t root = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 63; bit != 0; bit >>= 1)
    if (Wide{root | bit} * (root | bit) <= square) root |= bit;
  return root;
}

}  // namespace icesim
