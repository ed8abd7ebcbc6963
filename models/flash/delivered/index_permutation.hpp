// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/random.hpp"

#include <cstdint>

namespace icesim {

/// An order of the numbers below `size` that looks random, computed number by number in both directions: a Feistel network
/// over as many bits as the size has, walked until it comes out below the size.
class IndexPermutation {
 public:
  IndexPermutation(std::uint32_t size, std::uint64_t key) : size_(size), key_(key) {
    while (bits_ < 32 && (std::uint64_t{1} << bits_) < size) ++bits_;
    low_ = mask(bits_ / 2);
    high_ = mask(bits_ - bits_ / 2) << (bits_ / 2);
  }

  /// `index` is below the size.
  std::uint32_t at(std::uint32_t index) const {
    do {
      for (std::uint32_t round = 0; round < rounds; ++round) index = mixed(index, round);
    } while (index >= size_);
    return index;
  }
  /// The number for which at() gives `index`.
  std::uint32_t index_of(std::uint32_t index) const {
    do {
      for (std::uint32_t round = rounds; round-- > 0;) index = mixed(index, round);
    } while (index >= size_);
    return index;
  }

 private:
  static constexpr std::uint32_t rounds = 4;

  static constexpr std::uint32_t mask(std::uint32_t bits) { return static_cast<std::uint32_t>((std::uint64_t{1} << bits) - 1); }
  /// One half changes by what the other one and the round say; done twice it is undone.
  std::uint32_t mixed(std::uint32_t index, std::uint32_t round) const {
    const std::uint32_t changed = round % 2 == 0 ? low_ : high_;
    const std::uint64_t said = split_mix((index & ~changed) + key_ + (round + 1) * split_mix_step);
    return index ^ (static_cast<std::uint32_t>(said) & changed);
  }

  std::uint32_t size_;
  std::uint64_t key_;
  std::uint32_t bits_ = 0;
  std::uint32_t low_ = 0;
  std::uint32_t high_ = 0;
};

}  // namespace icesim
