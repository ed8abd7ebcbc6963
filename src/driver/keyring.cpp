// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keyring.hpp"

#include "icesim/driver/blk_crypto.hpp"

namespace icesim {

Keyring::~Keyring() {
  for (auto& [key, entry] : entries_) entry.wipe();
}

const CryptoConfig& Keyring::entry(KeyId key) {
  const auto [found, is_new] = entries_.try_emplace(key);
  if (is_new) {
    const Secret secret = derive_.key(key);
    found->second.set_xts_key(secret.data(), secret.size());
    found->second.set_config({data_unit_mask(crypto_data_unit), capability_index_, true});
  }
  return found->second;
}

}  // namespace icesim
