// SPDX-License-Identifier: Apache-2.0
#include "models/base/event_queue.hpp"

#include <gtest/gtest.h>
#include <map>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

TEST(EventQueue, HandsOutWhatIsEqualInTheOrderOfThePushes) {
  EventQueue<int> queue;
  for (int i = 0; i < 10; ++i) queue.push(Picoseconds{5}, 1, i);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(queue.front(), i);
    queue.pop();
  }
  EXPECT_TRUE(queue.empty());
}

/// What a queue of events is, with nothing but the library's sorted container.
using Oracle = std::multimap<std::pair<std::uint64_t, std::uint64_t>, int>;

void compare(const EventQueue<int>& queue, const Oracle& oracle) {
  RC_ASSERT(queue.size() == oracle.size());
  RC_ASSERT(queue.empty() == oracle.empty());
  if (oracle.empty()) return;
  RC_ASSERT(queue.front() == oracle.begin()->second);
  RC_ASSERT(queue.time(0).n == oracle.begin()->first.first);
  if (oracle.size() > 1) RC_ASSERT(queue.time(1).n == std::next(oracle.begin())->first.first);
}

// Times that rise, fall or do neither meet both ends and the middle of the ring; the sizes go past two growths, and back to
// empty, from any place of the ring.
RC_GTEST_PROP(EventQueue, IsASortedContainer, ()) {
  EventQueue<int> queue;
  Oracle oracle;
  int pushed = 0;
  const auto phases = *rc::gen::inRange(1, 6);
  for (int phase = 0; phase < phases; ++phase) {
    const auto pushes = *rc::gen::inRange(0, 150);
    const auto range = *rc::gen::inRange<std::uint64_t>(1, 400);
    const auto drift = *rc::gen::inRange(-1, 2);
    for (int i = 0; i < pushes; ++i) {
      const std::uint64_t at = 1'000 + static_cast<std::uint64_t>(drift * i) + *rc::gen::inRange<std::uint64_t>(0, range);
      const auto order = *rc::gen::inRange<std::uint64_t>(0, 3) << 56;
      queue.push(Picoseconds{at}, order, pushed);
      oracle.insert({{at, order}, pushed++});
      compare(queue, oracle);
    }
    for (auto pops = *rc::gen::inRange<std::size_t>(0, 2 * oracle.size() + 1); pops > 0 && !oracle.empty(); --pops) {
      queue.pop();
      oracle.erase(oracle.begin());
      compare(queue, oracle);
    }
  }
}

}  // namespace
}  // namespace icesim
