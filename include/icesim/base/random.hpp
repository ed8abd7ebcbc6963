// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>

namespace icesim {

/// The number that SplitMix64 makes of a state: bits that look random.
constexpr std::uint64_t split_mix(std::uint64_t state) {
  state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9u;
  state = (state ^ (state >> 27)) * 0x94d049bb133111ebu;
  return state ^ (state >> 31);
}
/// What SplitMix64 adds to its state for the next one.
inline constexpr std::uint64_t split_mix_step = 0x9e3779b97f4a7c15u;

/// Random numbers that are the same on every machine: xoshiro256** seeded by SplitMix64.
///
/// The distributions of the standard library differ between implementations; these do not.
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {
      seed += split_mix_step;
      word = split_mix(seed);
    }
  }

  /// 64 random bits.
  constexpr std::uint64_t next() {
    const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate(state_[3], 45);
    return result;
  }

  /// A number in 0..bound-1, each equally likely; 0 when `bound` is 0.
  constexpr std::uint64_t below(std::uint64_t bound) {
    if (bound < 2) return 0;
    const std::uint64_t mask = ~std::uint64_t{0} >> __builtin_clzll(bound - 1);
    std::uint64_t value = next() & mask;
    while (value >= bound) value = next() & mask;
    return value;
  }

  /// True in `percent` of 100 cases.
  constexpr bool chance(std::uint64_t percent) { return below(100) < percent; }

 private:
  static constexpr std::uint64_t rotate(std::uint64_t v, unsigned by) { return (v << by) | (v >> (64 - by)); }

  std::array<std::uint64_t, 4> state_{};
};

}  // namespace icesim
