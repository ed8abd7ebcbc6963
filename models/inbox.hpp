// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "models/clock_domain.hpp"

#include <algorithm>
#include <vector>

namespace icesim {

/// A module's own queue of things that will happen to it, with one kernel notification for the earliest.
///
/// A sender pushes with a time strictly after now, so it does not matter whether sender or receiver runs first in a
/// delta cycle. Items of one instant come out in the order of their `order` key, which the sender derives from
/// what the item is (source, tag), never from when it was pushed: that makes results independent of the order in which
/// modules were created.
template <class Item>
class Inbox {
 public:
  explicit Inbox(sc_core::sc_event& wake) : wake_(wake) { heap_.reserve(256); }

  void push(Picoseconds at, std::uint64_t order, const Item& item) {
    ensure(at > now(), "a message between modules arrives after it was sent");
    heap_.push_back({at, order, item});
    std::push_heap(heap_.begin(), heap_.end(), Later{});
    if (at < notified_) notify(at);
  }

  /// Takes the next item due now; call until false. The last call arranges the next wake-up.
  bool pop(Item& item) {
    const Picoseconds t = now();
    if (!heap_.empty() && heap_.front().at <= t) {
      std::pop_heap(heap_.begin(), heap_.end(), Later{});
      item = heap_.back().item;
      heap_.pop_back();
      return true;
    }
    notified_ = never;
    if (!heap_.empty()) notify(heap_.front().at);
    return false;
  }

  bool empty() const { return heap_.empty(); }

 private:
  struct Entry {
    Picoseconds at;
    std::uint64_t order;
    Item item;
  };
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const { return a.at != b.at ? a.at > b.at : a.order > b.order; }
  };
  static constexpr Picoseconds never{~std::uint64_t{0}};

  void notify(Picoseconds at) {
    notified_ = at;
    wake_.notify(to_sc_time(at - now()));
  }

  sc_core::sc_event& wake_;
  std::vector<Entry> heap_;
  Picoseconds notified_ = never;
};

}  // namespace icesim
