// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "models/agenda.hpp"

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
  explicit Inbox(Agenda::Wake& wake) : wake_(wake) {
    heap_.reserve(256);
    items_.reserve(256);
  }

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
    heap_.push_back({at, order, place});
    std::push_heap(heap_.begin(), heap_.end(), Later{});
    wake_.no_later_than(at);
  }

  /// Takes the next item due now; call until false. The last call arranges the next wake-up.
  bool pop(Item& item) {
    if (heap_.empty()) return false;
    if (heap_.front().at <= wake_.now()) {
      std::pop_heap(heap_.begin(), heap_.end(), Later{});
      const std::uint32_t place = heap_.back().place;
      heap_.pop_back();
      item = items_[place].item;
      items_[place].next_free = free_;
      free_ = place;
      return true;
    }
    wake_.no_later_than(heap_.front().at);
    return false;
  }

  bool empty() const { return heap_.empty(); }
  /// Time of the earliest item; far in the future when there is none.
  Picoseconds next() const { return heap_.empty() ? never : heap_.front().at; }

  /// The earliest item; there is one.
  const Item& front() const { return items_[heap_.front().place].item; }
  /// Time of the item after the earliest one; far in the future when there is none.
  Picoseconds second() const {
    Picoseconds earliest = never;
    if (heap_.size() > 1) earliest = heap_[1].at;
    if (heap_.size() > 2) earliest = std::min(earliest, heap_[2].at);
    return earliest;
  }

 private:
  static constexpr Picoseconds never = Agenda::Wake::never;
  static constexpr std::uint32_t no_place = ~std::uint32_t{0};

  /// What is sorted is small; the items stay where they are.
  struct Entry {
    Picoseconds at;
    std::uint64_t order;
    std::uint32_t place;
  };
  struct Place {
    Item item;
    std::uint32_t next_free;
  };
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const { return a.at != b.at ? a.at > b.at : a.order > b.order; }
  };

  Agenda::Wake& wake_;
  std::vector<Entry> heap_;
  std::vector<Place> items_;
  std::uint32_t free_ = no_place;
};

}  // namespace icesim
