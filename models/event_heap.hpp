// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/base/wide.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace icesim {

/// A heap of places by time, and by an order among what happens at one time; the earliest in front.
/// Its own, instead of the library's: time and order compare as one number and choose a child without a branch, which
/// nobody could predict.
class EventHeap {
 public:
  EventHeap() { entries_.reserve(256); }

  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  Picoseconds time(std::size_t index) const {
    return Picoseconds{static_cast<std::uint64_t>(entries_[index].key >> 64)};
  }
  std::uint32_t front_place() const { return entries_.front().place; }

  void push(Picoseconds at, std::uint64_t order, std::uint32_t place) {
    entries_.push_back({});
    rise(entries_.size() - 1, {Wide{at.n} << 64 | order, place});
  }

  void pop() {
    const Entry last = entries_.back();
    entries_.pop_back();
    const std::size_t count = entries_.size();
    if (count == 0) return;
    Entry* const e = entries_.data();
    std::size_t hole = 0;
    for (std::size_t child = 1; child + 1 < count; child = 2 * hole + 1) {
      child += static_cast<std::size_t>(e[child + 1].key < e[child].key);
      e[hole] = e[child];
      hole = child;
    }
    if (const std::size_t child = 2 * hole + 1; child < count) {
      e[hole] = e[child];
      hole = child;
    }
    rise(hole, last);
  }

 private:
  struct Entry {
    Wide key;
    std::uint32_t place;
  };

  void rise(std::size_t hole, const Entry& entry) {
    Entry* const e = entries_.data();
    while (hole > 0) {
      const std::size_t parent = (hole - 1) / 2;
      if (!(entry.key < e[parent].key)) break;
      e[hole] = e[parent];
      hole = parent;
    }
    e[hole] = entry;
  }

  std::vector<Entry> entries_;
};

}  // namespace icesim
