// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/keyslot_manager.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/seldom.hpp"
#include "icesim/driver/keys/replacement/make_replacement.hpp"

#include <algorithm>

namespace icesim {

KeyslotManager::KeyslotManager(std::uint32_t num_keyslots)
    : KeyslotManager(num_keyslots, make_replacement({}, num_keyslots, 0)) {}

KeyslotManager::KeyslotManager(std::uint32_t num_keyslots, std::unique_ptr<Replacement> replacement, Keyslot first)
    : table_(num_keyslots),
      first_(static_cast<std::uint32_t>(first.n)),
      replacement_(std::move(replacement)),
      follows_(replacement_->follows()) {
  ensure(num_keyslots > 0, "a keyslot manager has keyslots");
  locations_.reserve(num_keyslots);
}

KeyslotManager::Result KeyslotManager::get(KeyId key) {
  ensure(key != no_key, "only encrypted requests ask for a keyslot");
  if (seldom(locked_)) {
    ++statistics_.lock_waits;
    return {Outcome::wait_unlocked, Keyslot{}};
  }
  if (const auto found = find(key); found != locations_.end()) {
    const std::uint32_t keyslot = found->keyslot;
    if (table_.take(keyslot) && seldom(uses_ != nullptr)) uses_->begins(keyslot, key);
    if (seldom(follows_)) replacement_->used(keyslot, key);
    ++statistics_.hits;
    return {Outcome::hit, at(keyslot)};
  }
  const std::uint32_t victim = table_.any_idle() ? replacement_->victim(table_) : num_keyslots();
  if (victim == num_keyslots()) {
    ++statistics_.waits;
    return {Outcome::wait_idle, Keyslot{}};
  }
  locked_ = true;
  ++statistics_.programs;
  return {Outcome::program, at(victim)};
}

KeyslotManager::Result KeyslotManager::get_again(KeyId key, Outcome waited) {
  if (waited != Outcome::wait_idle || table_.any_idle()) return get(key);
  ++statistics_.waits;
  return {Outcome::wait_idle, Keyslot{}};
}

bool KeyslotManager::programmed(Keyslot keyslot, KeyId key, bool succeeded) {
  ensure(locked_, "only one key is programmed at a time");
  locked_ = false;
  if (!succeeded) return true;
  const std::uint32_t index = index_of(keyslot);
  if (const KeyId old = table_.key_in(index); old != no_key) {
    forget(old);
    ++statistics_.evictions;
  }
  table_.set_key(index, key);
  locations_.insert(
      std::lower_bound(locations_.begin(), locations_.end(), key, [](const Location& l, KeyId k) { return l.key < k; }),
      {key, index});
  table_.take(index);
  if (uses_ != nullptr) uses_->begins(index, key);
  if (follows_) replacement_->programmed(index, key);
  return false;
}

bool KeyslotManager::put(Keyslot keyslot) {
  const std::uint32_t index = index_of(keyslot);
  ensure(table_.references(index) > 0, "a keyslot is put as often as it was got");
  if (!table_.release(index)) return false;
  if (seldom(uses_ != nullptr)) uses_->ends(index);
  return true;
}

void KeyslotManager::lock() {
  ensure(!locked_, "the lock of the keyslots has one holder");
  locked_ = true;
}

void KeyslotManager::unlock() {
  ensure(locked_, "a lock that is freed was held");
  locked_ = false;
}

KeyslotManager::EvictResult KeyslotManager::evict(KeyId key, Keyslot& keyslot) {
  ensure(!locked_, "keys are not evicted while one is programmed");
  if (uses_ != nullptr) uses_->forgotten(key);
  const auto found = find(key);
  if (found == locations_.end()) return EvictResult::not_found;
  keyslot = at(found->keyslot);
  forget(key);
  const std::uint32_t index = index_of(keyslot);
  table_.set_key(index, no_key);
  return table_.references(index) > 0 ? EvictResult::busy : EvictResult::evicted;
}

std::vector<Keyslot> KeyslotManager::idle() const {
  std::vector<Keyslot> all;
  for (std::uint32_t each = table_.first_idle(); each != num_keyslots(); each = table_.next_idle(each))
    all.push_back(at(each));
  return all;
}

std::vector<KeyslotManager::Location>::iterator KeyslotManager::find(KeyId key) {
  const auto place =
      std::lower_bound(locations_.begin(), locations_.end(), key, [](const Location& l, KeyId k) { return l.key < k; });
  return place != locations_.end() && place->key == key ? place : locations_.end();
}

void KeyslotManager::forget(KeyId key) {
  const auto found = find(key);
  ensure(found != locations_.end(), "a key in a keyslot can be found");
  locations_.erase(found);
}

}  // namespace icesim
