// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/path/key_path.hpp"

namespace icesim {

/// Keys by the registers that the standard gives to software [ufshci-crypto].
///
/// Program: word 16 <- 0, words 0 to 15, word 17, word 16 with CFGE; 19 posted writes, none read back, the CPU goes on
/// while the last travel. Evict: the same with zeros, never fails.
/// A program that is to fail writes nothing, as when no capability fits the key.
class RegistersPath final : public KeyPath {
 public:
  using KeyPath::KeyPath;

 protected:
  KeyWork begin_program(Keyslot keyslot, const CryptoConfig& entry, Picoseconds at) override {
    if (fails()) return {Picoseconds{}, Picoseconds{}, Stage::keyslot_program, KeyWork::End::failed};
    return {write_entry(keyslot, entry, at) - at};
  }
  KeyWork begin_evict(Keyslot keyslot, Picoseconds at) override {
    return {write_entry(keyslot, CryptoConfig{}, at) - at};
  }
  KeyWork next(Picoseconds) override { throw_bug("registers are written in one piece"); }
};

}  // namespace icesim
