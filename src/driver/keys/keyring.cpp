// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/keyring.hpp"

#include "icesim/base/error.hpp"
#include "icesim/driver/keys/blk_crypto.hpp"

namespace icesim {

Keyring::~Keyring() {
  for (Kept& each : kept_) each.entry.wipe();
}

const CryptoConfig& Keyring::entry(KeyId key) {
  ensure(key != no_key, "a keyring holds the keys of encrypted requests");
  Kept& kept = kept_[key % places];
  if (kept.key != key) {
    const Secret secret = derive_.key(key);
    kept.key = key;
    kept.entry.set_xts_key(secret.data(), secret.size());
    kept.entry.set_config({data_unit_mask(crypto_data_unit), capability_index_, true});
  }
  return kept.entry;
}

}  // namespace icesim
