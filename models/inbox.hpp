// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "models/agenda.hpp"
#include "models/event_heap.hpp"

#include <algorithm>
#include <vector>

namespace icesim {

/// A module's own queue of things that will happen to it, with one wake-up for the earliest.
///
/// A sender pushes with a time strictly after now, so it does not matter whether sender or receiver runs first in a
/// delta cycle. Items of one instant come out in the order of their `order` key, which the sender derives from
/// what the item is (source, tag), never from when it was pushed: that makes results independent of the order in which
/// modules were created.
template <class Item>
class Inbox {
 public:
  explicit Inbox(Agenda::Wake& wake) : wake_(wake) { items_.reserve(256); }

  void push(Picoseconds at, std::uint64_t order, const Item& item) {
    ensure(at > wake_.now(), "a message between modules arrives after it was sent");
    std::uint32_t place = free_;
    if (place == no_place) {
      place = static_cast<std::uint32_t>(items_.size());
      items_.push_back({item, no_place});
    } else {
      free_ = items_[place].next_free;
      items_[place].item = item;
    }
    heap_.push(at, order, place);
    wake_.no_later_than(at);
  }

  /// Takes the next item due now; call until false. The last call arranges the next wake-up.
  bool pop(Item& item) {
    if (heap_.empty()) return false;
    const Picoseconds first = heap_.time(0);
    if (first <= wake_.now()) {
      const std::uint32_t place = heap_.front_place();
      heap_.pop();
      item = items_[place].item;
      items_[place].next_free = free_;
      free_ = place;
      return true;
    }
    wake_.no_later_than(first);
    return false;
  }

  bool empty() const { return heap_.empty(); }
  /// Time of the earliest item; far in the future when there is none.
  Picoseconds next() const { return heap_.empty() ? never : heap_.time(0); }

  /// The earliest item; there is one.
  const Item& front() const { return items_[heap_.front_place()].item; }
  /// Time of the item after the earliest one; far in the future when there is none.
  Picoseconds second() const {
    Picoseconds earliest = never;
    if (heap_.size() > 1) earliest = heap_.time(1);
    if (heap_.size() > 2) earliest = std::min(earliest, heap_.time(2));
    return earliest;
  }

 private:
  static constexpr Picoseconds never = Agenda::Wake::never;
  static constexpr std::uint32_t no_place = ~std::uint32_t{0};

  struct Place {
    Item item;
    std::uint32_t next_free;
  };

  Agenda::Wake& wake_;
  EventHeap heap_;
  std::vector<Place> items_;  ///< what is sorted is small; the items stay where they are
  std::uint32_t free_ = no_place;
};

}  // namespace icesim
