// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/driver/keys/path/secure_call.hpp"

namespace icesim {

/// Wrapped keys by the secure world: Qualcomm's HWKM 2 as Linux 7 drives it [linux-qcom-hwkm].
///
/// Program: word 16 <- 0; the call with the wrapped key, after which the hardware has unwrapped the key, derived the
/// data key and put it into the keyslot; word 16 with CFGE. The CPU never sees the key: it leaves the secure world by
/// HostPort::load_keyslot() only. Evict: a call that wipes the key; word 16 stays as it is.
/// A program that fails leaves CFGE clear while the keyslot manager still believes the old key to be there: the next
/// request that hits it ends with an invalid crypto configuration.
/// Operation on a wrapped key: a call with a buffer for what goes in and one for what comes out.
/// *Not modelled*: that to generate a key takes no buffer for what goes in.
class HwkmV2Path final : public KeyPath {
 public:
  HwkmV2Path(HostPort& host, const HostCosts& costs, const KeyPathConfig& config, std::uint64_t seed)
      : KeyPath(host, costs, config), call_(config.call, statistics_, seed) {}
  ~HwkmV2Path() override { entry_.wipe(); }

 protected:
  KeyWork begin_program(Keyslot keyslot, const CryptoConfig& entry, Picoseconds at) override {
    keyslot_ = keyslot;
    entry_ = entry;
    state_ = State::calling;
    return call_.prepare(write_word(keyslot, CryptoConfig::config_word, 0, at) - at, 2);
  }
  KeyWork begin_evict(Keyslot keyslot, Picoseconds) override {
    keyslot_ = keyslot;
    entry_ = CryptoConfig{};
    state_ = State::evicting;
    return call_.prepare(Picoseconds{}, 0);
  }
  KeyWork begin_operation(Picoseconds) override {
    state_ = State::operating;
    return call_.prepare(Picoseconds{}, 2);
  }
  KeyWork next(Picoseconds at) override {
    if (state_ == State::called || state_ == State::wiped) host_.load_keyslot(keyslot_, entry_, false, at);
    if (state_ == State::called)
      return {write_word(keyslot_, CryptoConfig::config_word, entry_.words[CryptoConfig::config_word], at) - at};
    if (state_ == State::wiped) return SecureCall::done();
    KeyWork work = call_.enter(state_ == State::calling && fails());
    if (work.end != KeyWork::End::done || state_ == State::operating) return work;
    state_ = state_ == State::evicting ? State::wiped : State::called;
    work.end = KeyWork::End::not_yet;
    return work;
  }

 private:
  enum class State : std::uint8_t { calling, called, evicting, wiped, operating };

  SecureCall call_;
  Keyslot keyslot_{};
  CryptoConfig entry_;
  State state_ = State::calling;
};

}  // namespace icesim
