// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/io_request.hpp"

#include <cstdint>
#include <vector>

namespace icesim {

/// Keyslots as software knows them: which key each has, how many requests use it, and the idle ones, which nobody
/// uses, in the order of their last release. Keyslots are indexes from 0; size() stands for none.
class KeyslotTable {
 public:
  explicit KeyslotTable(std::uint32_t size) : size_(size), entries_(size + 1) {
    entries_[size].next = entries_[size].previous = size;
    for (std::uint32_t keyslot = 0; keyslot < size; ++keyslot) append(keyslot);
  }

  std::uint32_t size() const { return size_; }
  /// no_key if empty.
  KeyId key_in(std::uint32_t keyslot) const { return entries_[keyslot].key; }
  std::uint32_t references(std::uint32_t keyslot) const { return entries_[keyslot].references; }

  bool any_idle() const { return first_idle() != size(); }
  /// The one that has been idle for longest.
  std::uint32_t first_idle() const { return entries_[size()].next; }
  /// The next one behind an idle one; size() behind the last.
  std::uint32_t next_idle(std::uint32_t keyslot) const { return entries_[keyslot].next; }

  void set_key(std::uint32_t keyslot, KeyId key) { entries_[keyslot].key = key; }
  /// One more request uses it; true when it was idle.
  bool take(std::uint32_t keyslot) {
    Entry& e = entries_[keyslot];
    if (e.references++ > 0) return false;
    entries_[e.previous].next = e.next;
    entries_[e.next].previous = e.previous;
    return true;
  }
  /// One less; true when it is idle now, as the one released last.
  bool release(std::uint32_t keyslot) {
    if (--entries_[keyslot].references > 0) return false;
    append(keyslot);
    return true;
  }

 private:
  /// Idle ones form a doubly linked list, of which the last entry, no keyslot, is the head.
  struct Entry {
    KeyId key = no_key;
    std::uint32_t references = 0;
    std::uint32_t next = 0;
    std::uint32_t previous = 0;
  };

  void append(std::uint32_t keyslot) {
    Entry& head = entries_[size()];
    entries_[keyslot].previous = head.previous;
    entries_[keyslot].next = size();
    entries_[head.previous].next = keyslot;
    head.previous = keyslot;
  }

  std::uint32_t size_;
  std::vector<Entry> entries_;
};

}  // namespace icesim
