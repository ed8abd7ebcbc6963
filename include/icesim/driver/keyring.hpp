// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/crypto/key_derivation.hpp"
#include "icesim/spec/crypto_config.hpp"
#include "icesim/workload/io_request.hpp"

#include <unordered_map>

namespace icesim {

/// The keys of a run: each key id has an AES-256-XTS key derived from the seed, laid out as an x-CRYPTOCFG entry.
/// All are wiped with the keyring.
class Keyring {
 public:
  Keyring(std::uint64_t seed, std::uint8_t capability_index) : derive_(seed), capability_index_(capability_index) {}
  ~Keyring();
  Keyring(const Keyring&) = delete;
  Keyring& operator=(const Keyring&) = delete;

  /// The entry that programs `key` for 4096-byte data units.
  const CryptoConfig& entry(KeyId key);

 private:
  KeyDeriver derive_;
  std::uint8_t capability_index_;
  std::unordered_map<KeyId, CryptoConfig> entries_;
};

}  // namespace icesim
