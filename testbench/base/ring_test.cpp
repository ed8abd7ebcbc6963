// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/ring.hpp"

#include <deque>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

/// Puts in and takes out at both ends, and puts in between, like a deque, over the end of its memory and beyond its first room.
RC_GTEST_PROP(Ring, IsAQueueLikeADeque, (const std::vector<int>& numbers)) {
  Ring<int> ring(2);
  std::deque<int> deque;
  for (const int number : numbers) {
    const int what = *rc::gen::inRange(0, 6);
    if (what <= 1) {
      ring.push(number);
      deque.push_back(number);
    } else if (what == 2) {
      ring.push_front(number);
      deque.push_front(number);
    } else if (what == 5) {
      const std::size_t place = *rc::gen::inRange<std::size_t>(0, deque.size() + 1);
      ring.insert(place, number);
      deque.insert(deque.begin() + static_cast<std::ptrdiff_t>(place), number);
    } else if (!deque.empty() && what == 3) {
      ring.pop();
      deque.pop_front();
    } else if (!deque.empty()) {
      ring.pop_back();
      deque.pop_back();
    }
    RC_ASSERT(ring.size() == deque.size());
    RC_ASSERT(ring.empty() == deque.empty());
    for (std::size_t i = 0; i < deque.size(); ++i) RC_ASSERT(ring.at(i) == deque[i]);
    if (deque.empty()) continue;
    RC_ASSERT(ring.front() == deque.front());
    RC_ASSERT(ring.back() == deque.back());
  }
}

}  // namespace
}  // namespace icesim
