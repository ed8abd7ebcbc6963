// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace icesim {

/// Division of numbers below 2^30 by 1 to 4 without a division. The inverse is too large by less than 1, the quotient
/// by less than 2^30 / 2^32 = 1/4, which no quotient by 1 to 4 notices.
class SmallDivisor {
 public:
  constexpr SmallDivisor(std::uint64_t n) : n_(n), inverse_(((std::uint64_t{1} << 32) + n - 1) / n) {}
  constexpr std::uint64_t n() const { return n_; }
  /// Rounded down.
  constexpr std::uint64_t down(std::uint64_t x) const { return (x * inverse_) >> 32; }
  /// Rounded up.
  constexpr std::uint64_t up(std::uint64_t x) const { return down(x + n_ - 1); }

 private:
  std::uint64_t n_;
  std::uint64_t inverse_;
};

}  // namespace icesim
