// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/key_life.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim {

KeyLife::KeyLife(const KeysConfig& config) : config_(config), entries_(1) {
  ensure(config.life != KeyLifeRule::forever, "keys that live for ever have no life to look after");
}

void KeyLife::begins(KeyId key) {
  const std::uint32_t entry = names_[key] + 1;
  if (entry == entries_.size()) entries_.push_back({key});
  Entry& e = entries_[entry];
  if (!e.open) {
    e.open = true;
    ++open_;
  } else if (e.requests == 0 && waits(e)) {
    remove(entry);
  }
  ++e.requests;
}

bool KeyLife::evicted(KeyId key) {
  const std::uint32_t entry = names_[key] + 1;
  if (entry == entries_.size()) entries_.push_back({key});
  Entry& e = entries_[entry];
  if (!e.open || e.evicted) return true;
  e.evicted = true;
  if (e.requests > 0) return false;
  append(entry);
  return true;
}

void KeyLife::ends(KeyId key, Picoseconds now) {
  const std::uint32_t entry = names_[key] + 1;
  ensure(entry < entries_.size() && entries_[entry].requests > 0, "a request that ends has begun");
  Entry& e = entries_[entry];
  if (--e.requests > 0) return;
  e.ended = now;
  if (waits(e)) append(entry);
}

Picoseconds KeyLife::due(Picoseconds now) const {
  const std::uint32_t first = entries_[0].next;
  if (first == 0) return never;
  if (by_trace()) return now;
  if (config_.life == KeyLifeRule::lru) return open_ > config_.open_keys ? now : never;
  return std::max(now, entries_[first].ended + config_.idle_time);
}

KeyId KeyLife::forget() {
  const std::uint32_t first = entries_[0].next;
  ensure(first != 0, "a key that requests use is not forgotten");
  remove(first);
  entries_[first].open = entries_[first].evicted = false;
  --open_;
  return entries_[first].key;
}

void KeyLife::append(std::uint32_t entry) {
  Entry& e = entries_[entry];
  e.next = 0;
  e.previous = entries_[0].previous;
  entries_[e.previous].next = entry;
  entries_[0].previous = entry;
}

void KeyLife::remove(std::uint32_t entry) {
  const Entry& e = entries_[entry];
  entries_[e.previous].next = e.next;
  entries_[e.next].previous = e.previous;
}

}  // namespace icesim
