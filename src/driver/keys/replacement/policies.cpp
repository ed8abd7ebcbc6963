// SPDX-License-Identifier: Apache-2.0
#include "src/driver/keys/replacement/policies.hpp"

namespace icesim {
namespace {

/// The empty idle keyslot with the lowest index; size() when each has a key.
std::uint32_t lowest_empty(const KeyslotTable& keyslots) {
  std::uint32_t empty = keyslots.size();
  for (std::uint32_t each = keyslots.first_idle(); each != keyslots.size(); each = keyslots.next_idle(each))
    if (keyslots.key_in(each) == no_key && each < empty) empty = each;
  return empty;
}

/// The same, else the idle one with the lowest rank; of several, the one released longest ago.
std::uint32_t empty_or_lowest(const KeyslotTable& keyslots, const std::vector<std::uint64_t>& ranks) {
  if (const std::uint32_t empty = lowest_empty(keyslots); empty != keyslots.size()) return empty;
  std::uint32_t lowest = keyslots.first_idle();
  for (std::uint32_t each = lowest; each != keyslots.size(); each = keyslots.next_idle(each))
    if (ranks[each] < ranks[lowest]) lowest = each;
  return lowest;
}

}  // namespace

std::uint32_t FifoReplacement::victim(const KeyslotTable& keyslots) { return empty_or_lowest(keyslots, programmed_); }

std::uint32_t LfuReplacement::victim(const KeyslotTable& keyslots) { return empty_or_lowest(keyslots, uses_); }

std::uint32_t RandomReplacement::victim(const KeyslotTable& keyslots) {
  if (const std::uint32_t empty = lowest_empty(keyslots); empty != keyslots.size()) return empty;
  std::uint64_t idle = 0;
  for (std::uint32_t each = keyslots.first_idle(); each != keyslots.size(); each = keyslots.next_idle(each)) ++idle;
  std::uint32_t chosen = keyslots.first_idle();
  for (std::uint64_t others = random_.below(idle); others > 0; --others) chosen = keyslots.next_idle(chosen);
  return chosen;
}

std::uint32_t ClockReplacement::victim(const KeyslotTable& keyslots) {
  if (const std::uint32_t empty = lowest_empty(keyslots); empty != keyslots.size()) return empty;
  for (;; advance()) {
    if (keyslots.references(hand_) > 0) continue;
    if (!used_[hand_]) return hand_;
    used_[hand_] = false;
  }
}

}  // namespace icesim
