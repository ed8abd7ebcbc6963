// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/key_uses.hpp"

#include "icesim/base/error.hpp"

#include <queue>

namespace icesim {

std::uint32_t KeyUses::object_of(KeyId key) {
  const std::uint32_t name = names_[key];
  if (name == objects_.size()) objects_.push_back(num_objects_++);
  return objects_[name];
}

void KeyUses::begins(std::uint32_t keyslot, KeyId key) {
  in_use_[keyslot] = object_of(key);
  events_.push_back({0, in_use_[keyslot] & 0x7fff'ffffu});
}

void KeyUses::ends(std::uint32_t keyslot) { events_.push_back({1, in_use_[keyslot] & 0x7fff'ffffu}); }

void KeyUses::forgotten(KeyId key) {
  const std::uint32_t name = names_[key];
  if (name == objects_.size()) {
    objects_.push_back(num_objects_++);
  } else {
    objects_[name] = num_objects_++;
  }
}

std::uint64_t KeyUses::fewest_programs() const {
  constexpr std::size_t never = ~std::size_t{0};
  // For each end: the event with which the key is used again.
  std::vector<std::size_t> again(events_.size(), never);
  std::vector<std::size_t> next(num_objects_, never);
  for (std::size_t i = events_.size(); i-- > 0;) {
    const Event event = events_[i];
    if (event.ends != 0) {
      again[i] = next[event.object];
    } else {
      next[event.object] = i;
    }
  }
  std::vector<bool> present(num_objects_);
  std::priority_queue<std::size_t> idle;  // when keys are used again; those in the past are no longer idle
  std::size_t occupied = 0;
  std::uint64_t programs = 0;
  for (std::size_t i = 0; i < events_.size(); ++i) {
    const Event event = events_[i];
    if (event.ends == 0) {
      if (present[event.object]) continue;
      present[event.object] = true;
      ++programs;
      if (++occupied <= in_use_.size()) continue;
      ensure(!idle.empty() && idle.top() > i, "keys in use have keyslots");
      present[events_[idle.top()].object] = false;
      idle.pop();
      --occupied;
    } else if (again[i] == never) {
      --occupied;
    } else {
      idle.push(again[i]);
    }
  }
  return programs;
}

}  // namespace icesim
