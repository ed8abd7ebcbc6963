// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/workload/io_request.hpp"

namespace icesim {

/// Crypto data unit of fscrypt and dm-default-key on UFS [ice-data-unit-sizes].
inline constexpr Bytes crypto_data_unit{4096};

/// The encryption context of a bio: which key, and the number of its first data unit (Linux: bio_crypt_ctx).
/// Two keys are the same only if their ids are: equal bytes under two ids are two keys, as two key objects are in Linux.
struct BioCryptContext {
  KeyId key = no_key;
  Dun dun{};

  bool encrypted() const { return key != no_key; }
};

/// True when data with context `next` may follow `bytes` of data with context `first` in one request [linux-merge]:
/// both plain, or the same key and the next data unit number, without wrap.
constexpr bool crypt_mergeable(const BioCryptContext& first, Bytes bytes, const BioCryptContext& next) {
  if (first.key != next.key) return false;
  if (first.key == no_key) return true;
  const Dun expected = first.dun + Dun{bytes / crypto_data_unit};
  return expected >= first.dun && next.dun == expected;
}

}  // namespace icesim
