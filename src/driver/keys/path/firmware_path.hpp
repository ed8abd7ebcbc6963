// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/driver/keys/path/secure_call.hpp"

namespace icesim {

/// Raw keys by the secure world: Qualcomm's inline crypto engine as Linux 6.12 drives it [linux-qcom-ice].
///
/// Program: a buffer with the key and one for the arguments beyond the fourth, the call, which leaves the whole entry
/// in the keyslot with CFGE set; both buffers are given back. Evict: a call with one argument and no buffer, which
/// clears the entry; its errors are ignored, as Linux does. No register of the controller is written by the CPU. A
/// program that fails leaves the keyslot as it was. Older stacks make the same calls from a worker [qcom-pfk].
class FirmwarePath final : public KeyPath {
 public:
  FirmwarePath(HostPort& host, const HostCosts& costs, const KeyPathConfig& config, std::uint64_t seed)
      : KeyPath(host, costs, config), call_(config.call, statistics_, seed) {}
  ~FirmwarePath() override { entry_.wipe(); }

 protected:
  KeyWork begin_program(Keyslot keyslot, const CryptoConfig& entry, Picoseconds) override {
    keyslot_ = keyslot;
    entry_ = entry;
    fails_ = fails();
    called_ = false;
    return call_.prepare(Picoseconds{}, 2);
  }
  KeyWork begin_evict(Keyslot keyslot, Picoseconds) override {
    keyslot_ = keyslot;
    entry_ = CryptoConfig{};
    fails_ = called_ = false;
    return call_.prepare(Picoseconds{}, 0);
  }
  KeyWork next(Picoseconds at) override {
    if (called_) {
      host_.load_keyslot(keyslot_, entry_, true, at);
      return SecureCall::done();
    }
    KeyWork work = call_.enter(fails_);
    called_ = work.end == KeyWork::End::done;
    if (called_) work.end = KeyWork::End::not_yet;
    return work;
  }

 private:
  SecureCall call_;
  Keyslot keyslot_{};
  CryptoConfig entry_;
  bool fails_ = false;
  bool called_ = false;  ///< the call has ended, or will have when the piece does
};

}  // namespace icesim
