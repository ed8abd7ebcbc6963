// SPDX-License-Identifier: Apache-2.0
#include "src/workload/requests/block_waits.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

RequestEvent event(const char* rwbs, std::uint64_t sector, std::uint64_t nanoseconds, std::uint32_t minor = 0) {
  RequestEvent made;
  made.set(rwbs, sector, 8);
  made.device = {8, minor};
  made.nanoseconds = nanoseconds;
  return made;
}

RequestOrigin taken(BlockWaits& waits, const RequestEvent& issue) {
  RequestOrigin origin;
  waits.take(issue, origin);
  return origin;
}

TEST(BlockWaits, TellsHowLongARequestWasInEachStep) {
  BlockWaits waits;
  waits.note(BlockWaits::queued, event("R", 800, 0));
  waits.note(BlockWaits::got, event("R", 800, 10));
  waits.note(BlockWaits::inserted, event("R", 800, 40));
  const RequestOrigin origin = taken(waits, event("R", 800, 100));
  EXPECT_EQ(origin.queued, Picoseconds{100'000});
  EXPECT_EQ(origin.got, Picoseconds{90'000});
  EXPECT_EQ(origin.inserted, Picoseconds{60'000});
  EXPECT_EQ(taken(waits, event("R", 800, 200)).queued, std::nullopt) << "each is told once";
}

TEST(BlockWaits, OtherOperationsSectorsAndDevicesAreOthers) {
  BlockWaits waits;
  waits.note(BlockWaits::queued, event("R", 800, 0));
  EXPECT_EQ(taken(waits, event("W", 800, 100)).queued, std::nullopt);
  EXPECT_EQ(taken(waits, event("R", 808, 100)).queued, std::nullopt);
  EXPECT_EQ(taken(waits, event("R", 800, 100, 1)).queued, std::nullopt);
  EXPECT_TRUE(taken(waits, event("R", 800, 100)).queued.has_value());
}

TEST(BlockWaits, WhatIsOlderThanTheBioOrThanAMinuteIsAnothers) {
  BlockWaits waits;
  waits.note(BlockWaits::inserted, event("R", 800, 5));
  waits.note(BlockWaits::queued, event("R", 800, 10));
  EXPECT_EQ(taken(waits, event("R", 800, 100)).inserted, std::nullopt) << "it was put into the scheduler before it came";
  waits.note(BlockWaits::queued, event("R", 800, 10));
  EXPECT_EQ(taken(waits, event("R", 800, 60'000'000'011)).queued, std::nullopt);
  waits.note(BlockWaits::queued, event("R", 800, 50));
  EXPECT_EQ(taken(waits, event("R", 800, 40)).queued, std::nullopt) << "the events are out of order";
}

TEST(BlockWaits, FlushesAllLookAlike) {
  BlockWaits waits;
  waits.note(BlockWaits::queued, event("FF", 0, 0));
  EXPECT_EQ(taken(waits, event("FF", 0, 100)).queued, std::nullopt);
}

}  // namespace
}  // namespace icesim
