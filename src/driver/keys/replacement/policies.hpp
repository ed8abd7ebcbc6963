// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/random.hpp"
#include "icesim/driver/keys/replacement/replacement.hpp"

#include <vector>

namespace icesim {

/// The idle keyslot released longest ago, with a key or without [linux-keyslot-manager].
class LinuxReplacement final : public Replacement {
 public:
  std::uint32_t victim(const KeyslotTable& keyslots) override { return keyslots.first_idle(); }
  bool follows() const override { return false; }
};

// All but Linux's take an empty keyslot first, the one with the lowest index.

/// The one programmed longest ago.
class FifoReplacement final : public Replacement {
 public:
  explicit FifoReplacement(std::uint32_t num_keyslots) : programmed_(num_keyslots) {}

  std::uint32_t victim(const KeyslotTable& keyslots) override;
  void programmed(std::uint32_t keyslot, KeyId) override { programmed_[keyslot] = ++programs_; }

 private:
  std::vector<std::uint64_t> programmed_;  ///< as which program of all
  std::uint64_t programs_ = 0;
};

/// The one used least often since it was programmed, that use included; of several, the one released longest ago.
class LfuReplacement final : public Replacement {
 public:
  explicit LfuReplacement(std::uint32_t num_keyslots) : uses_(num_keyslots) {}

  std::uint32_t victim(const KeyslotTable& keyslots) override;
  void programmed(std::uint32_t keyslot, KeyId) override { uses_[keyslot] = 1; }
  void used(std::uint32_t keyslot, KeyId) override { ++uses_[keyslot]; }

 private:
  std::vector<std::uint64_t> uses_;
};

/// Any of them, each as likely; the draws count in the order of their last release.
class RandomReplacement final : public Replacement {
 public:
  explicit RandomReplacement(std::uint64_t seed) : random_(seed) {}

  std::uint32_t victim(const KeyslotTable& keyslots) override;
  bool follows() const override { return false; }

 private:
  Random random_;
};

/// A hand goes round the keyslots; it passes by those in use, and gives those used since it came by last another turn.
/// The hand goes on when the keyslot that it stands at was programmed.
class ClockReplacement final : public Replacement {
 public:
  explicit ClockReplacement(std::uint32_t num_keyslots) : used_(num_keyslots) {}

  std::uint32_t victim(const KeyslotTable& keyslots) override;
  void programmed(std::uint32_t keyslot, KeyId) override {
    used_[keyslot] = true;
    if (keyslot == hand_) advance();
  }
  void used(std::uint32_t keyslot, KeyId) override { used_[keyslot] = true; }

 private:
  void advance() { hand_ = hand_ + 1 == used_.size() ? 0 : hand_ + 1; }

  std::vector<bool> used_;  ///< since the hand came by
  std::uint32_t hand_ = 0;
};

}  // namespace icesim
