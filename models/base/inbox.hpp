// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "models/base/agenda.hpp"
#include "models/base/event_queue.hpp"

#include <cstdint>

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
  explicit Inbox(Agenda::Wake& wake) : wake_(wake) {}

  void push(Picoseconds at, std::uint64_t order, const Item& item) {
    ensure(at > wake_.now(), "a message between modules arrives after it was sent");
    queue_.push(at, order, item);
    wake_.no_later_than(at);
  }

  /// Takes the next item due now; call until false. The last call arranges the next wake-up.
  bool pop(Item& item) {
    if (queue_.empty()) return false;
    const Picoseconds first = queue_.time(0);
    if (first <= wake_.now()) {
      item = queue_.front();
      queue_.pop();
      return true;
    }
    wake_.no_later_than(first);
    return false;
  }

  bool empty() const { return queue_.empty(); }
  /// Time of the earliest item; far in the future when there is none.
  Picoseconds next() const { return queue_.empty() ? never : queue_.time(0); }

  /// The earliest item; there is one.
  const Item& front() const { return queue_.front(); }
  /// Time of the item after the earliest one; far in the future when there is none.
  Picoseconds second() const { return queue_.size() > 1 ? queue_.time(1) : never; }

 private:
  static constexpr Picoseconds never = Agenda::Wake::never;

  Agenda::Wake& wake_;
  EventQueue<Item> queue_;
};

}  // namespace icesim
