// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/workload/io_request.hpp"

#include <array>

namespace icesim {

/// Crypto data unit of fscrypt and dm-default-key on UFS [ice-data-unit-sizes].
inline constexpr Bytes crypto_data_unit{4096};

/// A data unit number as Linux's block layer carries it: 256 bits, the least significant word first (Linux: bc_dun).
/// UFS takes the first word.
struct WideDun {
  std::array<std::uint64_t, 4> words{};

  constexpr WideDun() = default;
  constexpr WideDun(Dun low) : words{low.n, 0, 0, 0} {}

  constexpr Dun low() const { return Dun{words[0]}; }
  /// Goes on by `units`; false when that passes the last number there is.
  constexpr bool advance(std::uint64_t units) {
    for (std::uint64_t& word : words) {
      word += units;
      if (word >= units) return true;
      units = 1;
    }
    return false;
  }

  friend constexpr bool operator==(const WideDun& a, const WideDun& b) {
    return a.words[0] == b.words[0] && a.words[1] == b.words[1] && a.words[2] == b.words[2] && a.words[3] == b.words[3];
  }
  friend constexpr bool operator!=(const WideDun& a, const WideDun& b) { return !(a == b); }
};

/// The encryption context of a bio: which key, and the number of its first data unit (Linux: bio_crypt_ctx).
/// Two keys are the same only if their ids are: equal bytes under two ids are two keys, as two key objects are in
/// Linux.
struct BioCryptContext {
  KeyId key = no_key;
  WideDun dun{};

  bool encrypted() const { return key != no_key; }
};

/// True when data with context `next` may follow `bytes` of data with context `first` in one request [linux-merge]:
/// both plain, or the same key and the next data unit number, without wrap.
constexpr bool crypt_mergeable(const BioCryptContext& first, Bytes bytes, const BioCryptContext& next) {
  if (first.key != next.key) return false;
  if (first.key == no_key) return true;
  WideDun expected = first.dun;
  return expected.advance(bytes / crypto_data_unit) && next.dun == expected;
}

}  // namespace icesim
