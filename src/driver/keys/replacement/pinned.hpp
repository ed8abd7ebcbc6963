// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/replacement/replacement.hpp"
#include "src/driver/keys/replacement/most_wanted.hpp"

#include <algorithm>

namespace icesim {

/// The idle keyslot released longest ago that has none of the most wanted keys. They are fewer than keyslots, so that
/// when each idle one has one of them, another one is in use.
class PinnedReplacement final : public Replacement {
 public:
  PinnedReplacement(std::uint32_t num_keyslots, std::uint64_t keys)
      : most_wanted_(std::min<std::uint64_t>(keys, num_keyslots - 1)) {}

  std::uint32_t victim(const KeyslotTable& keyslots) override {
    std::uint32_t each = keyslots.first_idle();
    while (each != keyslots.size() && most_wanted_.contains(keyslots.key_in(each))) each = keyslots.next_idle(each);
    return each;
  }
  void programmed(std::uint32_t, KeyId key) override { most_wanted_.wanted(key); }
  void used(std::uint32_t, KeyId key) override { most_wanted_.wanted(key); }

 private:
  MostWanted most_wanted_;
};

}  // namespace icesim
