// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/write_throttle.hpp"

#include <gtest/gtest.h>
#include <vector>

/// How many writes are held back, and when they go on [linux-wbt].
namespace icesim {
namespace {

using namespace literals;

using Kind = WriteThrottle::Kind;
using Woken = std::vector<std::uint32_t>;

IoRequest write_io(std::uint8_t flags = 0) {
  IoRequest io;
  io.operation = Operation::write;
  io.flags = flags;
  return io;
}

struct ThrottleRig {
  explicit ThrottleRig(const WriteThrottleConfig& config = {}, std::uint64_t tags = 31) : throttle(config, tags, {}) {}

  /// Writes that go on before one has to wait.
  std::uint64_t enter_all(Picoseconds now, std::uint8_t flags = 0, Kind kind = Kind::write) {
    std::uint64_t entered = 0;
    while (throttle.enter(kind, write_io(flags), next++, now)) ++entered;
    return entered;
  }
  /// Whom the end of a write wakes.
  Woken leave(Picoseconds now, Kind kind = Kind::write) {
    Woken of_this;
    throttle.leave(kind, now, [&](std::uint32_t submitter) { of_this.push_back(submitter); });
    return of_this;
  }
  bool end_window(Picoseconds now) {
    return throttle.window_ended(now, [this](std::uint32_t submitter) { woken.push_back(submitter); });
  }
  void complete(Operation operation, Picoseconds took, Picoseconds now) {
    Request request;
    request.operation = operation;
    request.number = 40;
    throttle.complete(request, now - took, now);
  }

  WriteThrottle throttle;
  std::uint32_t next = 0;
  Woken woken;
};

TEST(WriteThrottle, LetsHalfTheDepthThroughAndAQuarterWithinATenthOfASecondOfARead) {
  EXPECT_EQ(ThrottleRig().enter_all(100_ms), 8u);
  EXPECT_EQ(ThrottleRig().enter_all(100_ms - 1_ps), 4u) << "it counts from the beginning";
  ThrottleRig submitted;
  submitted.throttle.submit_read(1_s);
  EXPECT_EQ(submitted.enter_all(1_s + 100_ms - 1_ps), 4u);
  ThrottleRig ended;
  ended.complete(Operation::read, 1_us, 1_s);
  EXPECT_EQ(ended.enter_all(1_s + 100_ms - 1_ps), 4u);
  EXPECT_EQ(ended.throttle.sleeping(), 1u);
}

TEST(WriteThrottle, LetsTheWholeDepthThroughForWhatSomebodyWaitsFor) {
  EXPECT_EQ(ThrottleRig().enter_all(0_ps, IoRequest::sync), 16u);
  EXPECT_EQ(ThrottleRig().enter_all(0_ps, IoRequest::metadata), 16u);
}

TEST(WriteThrottle, LetsAQuarterOfTheDepthOfDiscardsThrough) {
  ThrottleRig rig;
  EXPECT_EQ(rig.enter_all(1_s, IoRequest::sync, Kind::discard), 4u);
  EXPECT_EQ(rig.enter_all(1_s), 8u) << "they are counted apart";
}

TEST(WriteThrottle, KnowsWhatItHoldsBack) {
  WriteThrottleConfig config;
  const WriteThrottle all(config, 31, {});
  config.sync_writes = SyncWrites::exempt;
  const WriteThrottle some(config, 31, {});
  IoRequest io = write_io(IoRequest::sync);
  EXPECT_EQ(all.kind_of(io), Kind::write);
  EXPECT_EQ(some.kind_of(io), Kind::none);
  EXPECT_EQ(some.kind_of(write_io()), Kind::write);
  io.operation = Operation::read;
  EXPECT_EQ(all.kind_of(io), Kind::read);
  io.operation = Operation::discard;
  EXPECT_EQ(some.kind_of(io), Kind::discard);
  io.operation = Operation::flush;
  EXPECT_EQ(all.kind_of(io), Kind::none);
}

TEST(WriteThrottle, LetsThoseWhoWaitGoOnWhenAllHaveEndedBehindAWriteCache) {
  ThrottleRig rig;
  EXPECT_EQ(rig.enter_all(1_s), 8u);
  for (std::uint32_t i = 0; i < 9; ++i) EXPECT_FALSE(rig.throttle.enter(Kind::write, write_io(), 100 + i, 1_s));
  for (int i = 0; i < 7; ++i) EXPECT_EQ(rig.leave(1_s), Woken{});
  EXPECT_EQ(rig.leave(1_s), (Woken{8, 100, 101, 102, 103, 104, 105, 106})) << "in order, as many as may";
  EXPECT_EQ(rig.throttle.sleeping(), 2u);
  EXPECT_FALSE(rig.throttle.enter(Kind::write, write_io(IoRequest::sync), 300, 1_s)) << "others wait before";
}

TEST(WriteThrottle, LetsThemGoOnWhenItIsWorthWhileWithoutAWriteCache) {
  WriteThrottleConfig config;
  config.write_cache = false;
  ThrottleRig rig(config);
  EXPECT_EQ(rig.enter_all(1_s), 8u);
  for (std::uint32_t i = 0; i < 9; ++i) EXPECT_FALSE(rig.throttle.enter(Kind::write, write_io(), 100 + i, 1_s));
  EXPECT_EQ(rig.leave(1_s), Woken{}) << "7 of 8 are under way";
  EXPECT_EQ(rig.leave(1_s), (Woken{8, 100})) << "6 are: half a background's worth fewer";
}

TEST(WriteThrottle, GoesDownWhenTheFastestReadOfAWindowTookTooLong) {
  for (const bool slow : {false, true}) {
    for (const std::uint64_t writes : {2u, 3u}) {
      ThrottleRig rig;
      EXPECT_TRUE(rig.throttle.begin_window());
      EXPECT_FALSE(rig.throttle.begin_window());
      const Picoseconds fastest = 2_ms + (slow ? 1_ps : 0_ps);
      rig.complete(Operation::read, 5_ms, 20_ms);
      rig.complete(Operation::read, fastest, 30_ms);
      rig.complete(Operation::read, 5_ms, 40_ms);
      for (std::uint64_t i = 0; i < writes; ++i) rig.complete(Operation::write, 50_ms, 60_ms);
      EXPECT_TRUE(rig.end_window(100_ms));
      EXPECT_EQ(rig.throttle.depth(), slow && writes == 3 ? 8u : 23u) << "fewer writes are not to blame";
    }
  }
}

TEST(WriteThrottle, GoesDownWhenAReadIsUnderWayForTooLong) {
  Request read;
  read.number = 3;
  for (const bool other : {false, true}) {
    for (const bool slow : {false, true}) {
      ThrottleRig rig;
      rig.throttle.begin_window();
      const Picoseconds limit = other ? 100_ms : 2_ms;
      rig.throttle.issue(read, 200_ms - limit - (slow ? 1_ps : 0_ps));
      if (other) rig.complete(Operation::read, 1_us, 190_ms);
      rig.complete(Operation::write, 1_us, 190_ms);
      rig.end_window(200_ms);
      EXPECT_EQ(rig.throttle.depth(), slow ? 8u : 23u) << "a window's length, when others have ended meanwhile";
    }
  }
}

TEST(WriteThrottle, HasShorterWindowsWhenFewAreLetThrough) {
  ThrottleRig rig;
  EXPECT_EQ(rig.throttle.window(), 100_ms);
  Request read;
  rig.throttle.issue(read, 1_ps);
  Picoseconds now{};
  for (const std::uint64_t divisor : {22u, 27u, 32u, 35u, 35u}) {
    rig.throttle.begin_window();
    now += rig.throttle.window();
    EXPECT_TRUE(rig.end_window(now));
    EXPECT_EQ(rig.throttle.window(), Picoseconds{(100_ms).n * 16 / divisor});
  }
  EXPECT_EQ(rig.throttle.depth(), 1u);
  EXPECT_EQ(rig.throttle.statistics().steps_down, 4u);
}

TEST(WriteThrottle, GoesBackAfterFiveQuietWindowsAndThenRests) {
  for (const bool up : {false, true}) {
    ThrottleRig rig;
    rig.throttle.begin_window();
    if (up) {
      rig.complete(Operation::write, 1_us, 1_ms);
    } else {
      Request read;
      rig.throttle.issue(read, 1_ms);
    }
    EXPECT_TRUE(rig.end_window(100_ms));
    if (!up) {
      Request read;
      rig.throttle.complete(read, 1_ms, 101_ms);
      EXPECT_TRUE(rig.end_window(200_ms)) << "a read alone says nothing";
    } else {
      EXPECT_TRUE(rig.end_window(200_ms));
    }
    EXPECT_EQ(rig.throttle.depth(), up ? 23u : 8u);
    for (int i = 2; i < 5; ++i) EXPECT_TRUE(rig.end_window(200_ms + 100_ms * i));
    EXPECT_EQ(rig.throttle.depth(), up ? 23u : 8u);
    EXPECT_FALSE(rig.end_window(2_s));
    EXPECT_EQ(rig.throttle.depth(), 16u);
    EXPECT_TRUE(rig.throttle.begin_window()) << "with the next write";
  }
}

TEST(WriteThrottle, LetsThoseWhoWaitGoOnWhenItGoesUp) {
  ThrottleRig rig;
  EXPECT_EQ(rig.enter_all(1_s), 8u);
  rig.throttle.begin_window();
  EXPECT_TRUE(rig.end_window(1_s + 100_ms));
  EXPECT_EQ(rig.woken, Woken{8});
  EXPECT_EQ(rig.throttle.statistics().waits, 1u);
}

TEST(WriteThrottle, EndsItsWindowsWithTwoTagsToo) {
  for (const std::uint64_t tags : {1u, 2u, 3u}) {
    ThrottleRig rig({}, tags);
    rig.throttle.begin_window();
    rig.complete(Operation::write, 1_us, 1_ms);
    int windows = 1;
    for (Picoseconds now = 100_ms; rig.end_window(now) && windows < 100; now += 100_ms) ++windows;
    EXPECT_LT(windows, 10);
  }
}

}  // namespace
}  // namespace icesim
