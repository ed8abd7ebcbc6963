// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/seldom.hpp"
#include "icesim/base/units.hpp"
#include "icesim/base/wide.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace icesim {

/// What will happen, by time, and by an order among what happens at one time; the earliest in front.
/// A sorted ring, not a heap: what a module is told of is nearly always the next thing that happens to it or the last, so
/// its place is found within a few steps from that end, and nothing is sorted when the front is taken. At worst, a push
/// moves half of what is there.
template <class Item>
class EventQueue {
 public:
  bool empty() const { return count_ == 0; }
  std::size_t size() const { return count_; }
  /// Time of an item, counted from the earliest; there are more than `index`.
  Picoseconds time(std::size_t index) const { return Picoseconds{static_cast<std::uint64_t>(entry(index).key >> 64)}; }
  /// The earliest item; there is one.
  const Item& front() const { return entries_[head_].item; }

  /// Of two items with the same time and order, the one pushed first comes first.
  void push(Picoseconds at, std::uint64_t order, const Item& item) {
    if (seldom(count_ > mask_)) grow();
    const Wide key = Wide{at.n} << 64 | order;
    entry(count_ == 0 || !(key < entry(count_ - 1).key) ? count_ : room_for(key)) = {key, item};
    ++count_;
  }

  void pop() {
    // A ring that is empty starts over, so that one that has been full once does not walk through all of its memory for ever.
    head_ = --count_ == 0 ? 0 : (head_ + 1) & mask_;
  }

 private:
  struct Entry {
    Wide key;
    Item item;
  };

  Entry& entry(std::size_t index) { return entries_[(head_ + index) & mask_]; }
  const Entry& entry(std::size_t index) const { return entries_[(head_ + index) & mask_]; }

  /// Makes a place for a key that comes before the last one, from the end that is nearer.
  [[gnu::noinline]] std::size_t room_for(Wide key) {
    std::size_t place = count_;
    if (key < entry(count_ / 2).key) {
      head_ = (head_ - 1) & mask_;
      for (place = 0; !(key < entry(place + 1).key); ++place) entry(place) = entry(place + 1);
    } else {
      for (; key < entry(place - 1).key; --place) entry(place) = entry(place - 1);
    }
    return place;
  }

  [[gnu::cold, gnu::noinline]] void grow() {
    std::rotate(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(head_), entries_.end());
    head_ = 0;
    entries_.resize(2 * entries_.size());
    mask_ = entries_.size() - 1;
  }

  std::size_t mask_ = 63;  ///< the ring's size is a power of two
  std::vector<Entry> entries_ = std::vector<Entry>(mask_ + 1);
  std::size_t head_ = 0;
  std::size_t count_ = 0;
};

}  // namespace icesim
