// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/random.hpp"
#include "icesim/base/units.hpp"
#include "icesim/base/wide.hpp"

namespace icesim {

/// A time that is exponentially distributed around `mean`, the same on every machine: integers only.
/// Inverts the distribution at one of 2^32 places: -ln(u) = -log2(u) ln 2, with 32 bits behind the point.
inline Picoseconds exponential(Random& random, Picoseconds mean) {
  // The mantissa of u in [1, 2) gives the bits of its logarithm by repeated squaring.
  std::uint64_t u = (random.next() >> 32) + 1;
  std::uint64_t whole = 0;
  while (u < (std::uint64_t{1} << 32)) {
    u <<= 1;
    ++whole;
  }
  std::uint64_t mantissa = u >> 1;  // 31 bits behind the point
  std::uint64_t fraction = 0;
  for (int bit = 31; bit >= 0; --bit) {
    mantissa = mantissa * mantissa >> 31;
    if (mantissa >> 32 == 0) continue;
    fraction |= std::uint64_t{1} << bit;
    mantissa >>= 1;
  }
  constexpr std::uint64_t ln2 = 2'977'044'472;  // ln 2 * 2^32
  const Wide logarithm = (Wide{whole} << 32) - fraction;
  return Picoseconds{static_cast<std::uint64_t>(((logarithm * ln2 >> 32) * mean.n) >> 32)};
}

}  // namespace icesim
