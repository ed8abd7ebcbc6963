// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/keyslot_manager.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim {

KeyslotManager::KeyslotManager(std::uint32_t num_keyslots) : entries_(num_keyslots) {
  ensure(num_keyslots > 0, "a keyslot manager has keyslots");
  locations_.reserve(num_keyslots);
  head_.next = head_.previous = num_keyslots;
  for (std::uint32_t i = 0; i < num_keyslots; ++i) append_to_idle(i);
}

KeyslotManager::Result KeyslotManager::get(KeyId key) {
  ensure(key != no_key, "only encrypted requests ask for a keyslot");
  if (locked_) {
    ++statistics_.lock_waits;
    return {Outcome::wait_unlocked, Keyslot{}};
  }
  if (const auto found = find(key); found != locations_.end()) {
    Entry& e = entries_[found->keyslot];
    if (e.references++ == 0) remove_from_idle(found->keyslot);
    ++statistics_.hits;
    return {Outcome::hit, Keyslot{found->keyslot}};
  }
  if (!any_idle()) {
    ++statistics_.waits;
    return {Outcome::wait_idle, Keyslot{}};
  }
  locked_ = true;
  ++statistics_.programs;
  return {Outcome::program, Keyslot{head_.next}};
}

KeyslotManager::Result KeyslotManager::get_again(KeyId key, Outcome waited) {
  if (waited != Outcome::wait_idle || any_idle()) return get(key);
  ++statistics_.waits;
  return {Outcome::wait_idle, Keyslot{}};
}

bool KeyslotManager::programmed(Keyslot keyslot, KeyId key, bool succeeded) {
  ensure(locked_, "only one key is programmed at a time");
  locked_ = false;
  if (!succeeded) return true;
  const auto index = static_cast<std::uint32_t>(keyslot.n);
  Entry& e = entries_[index];
  if (e.key != no_key) {
    forget(e.key);
    ++statistics_.evictions;
  }
  e.key = key;
  e.references = 1;
  locations_.insert(
      std::lower_bound(locations_.begin(), locations_.end(), key, [](const Location& l, KeyId k) { return l.key < k; }),
      {key, index});
  remove_from_idle(index);
  return false;
}

bool KeyslotManager::put(Keyslot keyslot) {
  const auto index = static_cast<std::uint32_t>(keyslot.n);
  ensure(entries_[index].references > 0, "a keyslot is put as often as it was got");
  if (--entries_[index].references > 0) return false;
  append_to_idle(index);
  return true;
}

KeyslotManager::EvictResult KeyslotManager::evict(KeyId key, Keyslot& keyslot) {
  ensure(!locked_, "keys are not evicted while one is programmed");
  const auto found = find(key);
  if (found == locations_.end()) return EvictResult::not_found;
  keyslot = Keyslot{found->keyslot};
  Entry& e = entries_[found->keyslot];
  forget(key);
  e.key = no_key;
  return e.references > 0 ? EvictResult::busy : EvictResult::evicted;
}

std::vector<Keyslot> KeyslotManager::idle() const {
  std::vector<Keyslot> all;
  for (std::uint32_t i = head_.next; i != entries_.size(); i = entries_[i].next) all.push_back(Keyslot{i});
  return all;
}

std::vector<KeyslotManager::Location>::iterator KeyslotManager::find(KeyId key) {
  const auto at =
      std::lower_bound(locations_.begin(), locations_.end(), key, [](const Location& l, KeyId k) { return l.key < k; });
  return at != locations_.end() && at->key == key ? at : locations_.end();
}

void KeyslotManager::forget(KeyId key) {
  const auto found = find(key);
  ensure(found != locations_.end(), "a key in a keyslot can be found");
  locations_.erase(found);
}

void KeyslotManager::remove_from_idle(std::uint32_t keyslot) {
  Entry& e = entries_[keyslot];
  entry(e.previous).next = e.next;
  entry(e.next).previous = e.previous;
}

void KeyslotManager::append_to_idle(std::uint32_t keyslot) {
  Entry& e = entries_[keyslot];
  const auto end = static_cast<std::uint32_t>(entries_.size());
  e.previous = head_.previous;
  e.next = end;
  entry(head_.previous).next = keyslot;
  head_.previous = keyslot;
}

}  // namespace icesim
