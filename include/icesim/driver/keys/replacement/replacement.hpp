// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/keyslot_table.hpp"

#include <cstdint>

namespace icesim {

/// Chooses which keyslot a key takes that is in none. Only idle keyslots are ever chosen.
class Replacement {
 public:
  virtual ~Replacement() = default;

  /// The next victim, one of the idle keyslots, of which there is at least one; keyslots.size() when none of them may
  /// be taken, and then one that may is in use. A programming that fails takes nothing.
  virtual std::uint32_t victim(const KeyslotTable& keyslots) = 0;

  /// Whether it is told the following.
  virtual bool follows() const { return true; }
  /// The victim has got `key`, which a request uses.
  virtual void programmed(std::uint32_t keyslot, KeyId key) { (void)keyslot, (void)key; }
  /// A request has found its key in a keyslot.
  virtual void used(std::uint32_t keyslot, KeyId key) { (void)keyslot, (void)key; }
};

}  // namespace icesim
