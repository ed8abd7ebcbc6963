// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/numbering.hpp"
#include "icesim/workload/io_request.hpp"

#include <cstdint>
#include <vector>

namespace icesim {

/// When keys were in use in a run: beginnings, where a keyslot got its first reference, and ends, where it lost its
/// last, in their order. 4 bytes each; at most 2^31 keys, those that came back after they were forgotten counted anew.
class KeyUses {
 public:
  explicit KeyUses(std::uint32_t num_keyslots) : in_use_(num_keyslots) {}

  void begins(std::uint32_t keyslot, KeyId key);
  void ends(std::uint32_t keyslot);
  /// What comes under this name from now on is another key, which is in no keyslot.
  void forgotten(KeyId key);

  /// The fewest keys that can be programmed in this order of uses: what Belady's rule programs, which takes of the
  /// idle keyslots the one whose key is used again last of all [replacement-policies]. No replacement programs fewer,
  /// while in another order of uses, such as its own waits make, it may.
  std::uint64_t fewest_programs() const;

 private:
  struct Event {
    std::uint32_t ends : 1;
    std::uint32_t object : 31;
  };

  std::uint32_t object_of(KeyId key);

  Numbering names_;
  std::vector<std::uint32_t> objects_;  ///< by the numbers of their names
  std::uint32_t num_objects_ = 0;
  std::vector<std::uint32_t> in_use_;   ///< objects, by keyslot
  std::vector<Event> events_;
};

}  // namespace icesim
