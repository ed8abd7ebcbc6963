// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/path/key_path.hpp"

namespace icesim {

/// A command of so many words, and its answer.
struct HwkmCommand {
  std::uint64_t words, answers;
  /// FIFO cleared (two), errors written back, enabled, CMD_DONE cleared; the words.
  constexpr std::uint64_t writes() const { return 5 + words; }
  /// Eight beside the words, behind each of which the FIFO's state is read twice; a word of the answer is read as well.
  constexpr std::uint64_t reads() const { return 8 + 2 * words + 3 * answers; }
};

/// Wrapped keys by the CPU: Qualcomm's HWKM 1 as vendors' kernels drive it, command by command [qcom-hwkm-v1].
///
/// Program: clear the working slot, unwrap the key into it, clear the pair of slots of the keyslot, word 16 <- 0,
/// derive the data key into the pair, clear the working slot, word 16 with CFGE. Each command goes to the key manager's
/// FIFO word by word, and its answer comes back in the same way: 65 writes and 146 reads in all. While the key is
/// derived the core reads CMD_DONE again and again: the time of the derivation counts in whole reads. Evict: clear the
/// pair of slots. The key manager's registers are not the controller's: their accesses cost time, and nothing listens
/// to them. A program that fails has cleared CFGE.
class HwkmV1Path final : public KeyPath {
 public:
  using KeyPath::KeyPath;
  ~HwkmV1Path() override { entry_.wipe(); }

  static constexpr HwkmCommand clear{2, 2}, unwrap{19, 2}, derive{13, 2};
  static_assert(3 * clear.writes() + unwrap.writes() + derive.writes() + 2 == 65);
  static_assert(3 * clear.reads() + unwrap.reads() + derive.reads() == 146);

 protected:
  KeyWork begin_program(Keyslot keyslot, const CryptoConfig& entry, Picoseconds at) override {
    keyslot_ = keyslot;
    entry_ = entry;
    state_ = State::deriving;
    const Picoseconds t = write_word(keyslot, CryptoConfig::config_word, 0, send(clear, send(unwrap, send(clear, at))));
    return {t - at, Picoseconds{}, Stage::keyslot_program, KeyWork::End::not_yet};
  }
  KeyWork begin_evict(Keyslot keyslot, Picoseconds at) override {
    const Picoseconds t = send(clear, at);
    host_.load_keyslot(keyslot, CryptoConfig{}, false, t);
    return {t - at};
  }
  KeyWork next(Picoseconds at) override {
    if (state_ == State::deriving) {
      const std::uint64_t polls = divide_up(config_.derivation.n, costs_.mmio_read.n);
      statistics_.register_reads += polls;
      const Picoseconds t = send(derive, at) + costs_.mmio_read * polls;
      if (fails()) return {t - at, Picoseconds{}, Stage::keyslot_program, KeyWork::End::failed};
      host_.load_keyslot(keyslot_, entry_, false, t);
      state_ = State::enabling;
      return {t - at, Picoseconds{}, Stage::keyslot_program, KeyWork::End::not_yet};
    }
    return {write_word(keyslot_, CryptoConfig::config_word, entry_.words[CryptoConfig::config_word], send(clear, at)) -
            at};
  }

 private:
  enum class State : std::uint8_t { deriving, enabling };

  /// The time at which a command that is sent at `at` has been answered.
  Picoseconds send(HwkmCommand command, Picoseconds at) {
    statistics_.register_writes += command.writes();
    statistics_.register_reads += command.reads();
    return at + costs_.mmio_write * command.writes() + costs_.mmio_read * command.reads();
  }

  Keyslot keyslot_{};
  CryptoConfig entry_;
  State state_ = State::deriving;
};

}  // namespace icesim
