// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/crypto/key_derivation.hpp"
#include "icesim/spec/crypto_config.hpp"
#include "icesim/workload/io_request.hpp"

#include <cstddef>
#include <vector>

namespace icesim {

/// The keys of a run: each key id has an AES-256-XTS key derived from the seed, laid out as an x-CRYPTOCFG entry.
/// Those derived last are kept, in memory that does not grow with the number of keys, and wiped with the keyring.
class Keyring {
 public:
  Keyring(std::uint64_t seed, std::uint8_t capability_index)
      : derive_(seed), capability_index_(capability_index), kept_(places) {}
  /// Keys are for another of the controller's capabilities; before the first entry().
  void set_capability(std::uint8_t index) { capability_index_ = index; }
  ~Keyring();
  Keyring(const Keyring&) = delete;
  Keyring& operator=(const Keyring&) = delete;

  /// The entry that programs `key` for 4096-byte data units; valid until the next call.
  const CryptoConfig& entry(KeyId key);

 private:
  static constexpr std::size_t places = 1024;
  struct Kept {
    KeyId key = no_key;
    CryptoConfig entry;
  };

  KeyDeriver derive_;
  std::uint8_t capability_index_;
  std::vector<Kept> kept_;  ///< a key has one place, which it shares
};

}  // namespace icesim
