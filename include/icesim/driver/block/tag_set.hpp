// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace icesim {

/// Numbers from 0 that are lent, the lowest free one first (Linux: sbitmap, without its hints where to look).
class TagSet {
 public:
  static constexpr std::uint32_t most = 256;

  /// Numbers below `count`, 1 to `most`, all free.
  explicit TagSet(std::uint32_t count) : free_(count) {
    ensure(count >= 1 && count <= most, "a set of tags has 1 to 256 of them");
    for (std::uint32_t tag = 0; tag < count; ++tag) words_[tag / 64] |= std::uint64_t{1} << tag % 64;
  }

  bool empty() const { return free_ == 0; }
  /// Lends the lowest free number; there is one.
  std::uint32_t take() {
    std::uint32_t word = 0;
    while (words_[word] == 0) ++word;
    const auto bit = static_cast<std::uint32_t>(__builtin_ctzll(words_[word]));
    words_[word] &= words_[word] - 1;
    --free_;
    return 64 * word + bit;
  }
  void put(std::uint32_t tag) {
    words_[tag / 64] |= std::uint64_t{1} << tag % 64;
    ++free_;
  }

 private:
  std::array<std::uint64_t, most / 64> words_{};
  std::uint32_t free_;
};

}  // namespace icesim
