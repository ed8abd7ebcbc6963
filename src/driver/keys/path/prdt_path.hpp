// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/path/key_path.hpp"

namespace icesim {

/// Raw keys in the PRDT: the flash memory protector of Exynos as Linux 6.12 drives it [exynos-fmp].
///
/// No keyslot, so no lock, nothing to program, to evict, or to do after a reset. For each page of an encrypted request
/// the CPU writes 96 of the 128 bytes of its entry: address and length, data unit number (big-endian, 128 bits), both
/// halves of the key. The controller reads eight times the bytes. While a request is under way its key lies in memory in
/// the clear; when it has ended, its entries are cleared before anybody is told.
/// *Not modelled*: the two calls of the secure world that switch the entries' format on.
class PrdtPath final : public KeyPath {
 public:
  using KeyPath::KeyPath;

  void write_page(std::byte* to, const PrdtEntry& entry, const PageCrypto& page) const override {
    fmp::encode(to, entry, page);
  }

 protected:
  KeyWork begin_program(Keyslot, const CryptoConfig&, Picoseconds) override { throw_bug(no_keyslots); }
  KeyWork begin_evict(Keyslot, Picoseconds) override { throw_bug(no_keyslots); }
  KeyWork next(Picoseconds) override { throw_bug(no_keyslots); }

 private:
  static constexpr const char* no_keyslots = "there are no keyslots where keys are in the PRDT";
};

}  // namespace icesim
