// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/crypto/key_derivation.hpp"
#include "icesim/workload/io_request.hpp"

#include <cstdint>

namespace icesim {

/// Data unit numbers for hardware that takes 32 bits of them, as that of eMMC does: what stands in the high half, which is
/// the inode of a file with IV_INO_LBLK_64, is hashed and added to the low half, which wraps. That is IV_INO_LBLK_32, as
/// Android uses it there [linux-fscrypt] [cqhci-dun]. No request goes across the wrap.
class NarrowDun {
 public:
  static constexpr std::uint64_t numbers = std::uint64_t{1} << 32;

  /// The hash has a key of its own for each `seed`.
  explicit NarrowDun(std::uint64_t seed) : hash_key_(fscrypt::inode_hash_key(derive_key(seed, no_key))) {}

  static constexpr bool fits(Dun dun) { return dun.n < numbers; }
  /// The number for `dun`, which does not fit.
  Dun operator()(Dun dun) const {
    return fscrypt::iv_ino_lblk_32_dun(hash_key_, dun.n / numbers, static_cast<std::uint32_t>(dun.n % numbers));
  }
  /// The number `units` behind `dun`.
  static constexpr Dun after(Dun dun, std::uint64_t units) { return Dun{(dun.n + units) % numbers}; }
  /// Numbers from `dun` on, up to the wrap.
  static constexpr std::uint64_t before_wrap(Dun dun) { return numbers - dun.n % numbers; }

 private:
  Secret hash_key_;
};

}  // namespace icesim
