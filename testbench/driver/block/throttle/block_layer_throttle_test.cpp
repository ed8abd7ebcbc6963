// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/block/block_layer_rig.hpp"

#include <gtest/gtest.h>

/// Writes that are held back before they get a tag [linux-wbt].
namespace icesim {
namespace {

using namespace literals;
using test::BlockLayerRig;
using test::by;
using test::flagged;
using test::io;
using test::read;
using test::write;

constexpr Picoseconds later = 200_ms;  ///< no read was near

BlockLayerRig::Options throttled() {
  BlockLayerRig::Options options;
  options.config.throttle.on = true;
  return options;
}

TEST(BlockLayerThrottle, HoldsWritesBackUntilAllOthersHaveEnded) {
  BlockLayerRig rig(throttled());
  for (std::uint32_t process = 0; process < 10; ++process) rig.submit(by(process, io(write, 100 * process, 1)), later + 1_us * process);
  rig.host.run();
  ASSERT_EQ(rig.commands.size(), 10u);
  const Picoseconds ended = rig.commands[7].at + rig.device_time;
  for (const auto& end : rig.ends) {
    const Picoseconds asleep = end.timeline.start() + end.timeline.spent(Stage::cpu) + rig.costs.submit;
    EXPECT_EQ(end.timeline.spent(Stage::throttle),
              end.bio.io.process < 8 ? 0_ps : ended + rig.costs.thread_wake - asleep);
    EXPECT_EQ(end.timeline.spent(Stage::tag), 0_ps);
  }
  EXPECT_EQ(rig.blocks.throttle_statistics().waits, 2u);
  EXPECT_EQ(rig.blocks.sleeping().all(), 0u);
}

TEST(BlockLayerThrottle, LetsReadsFlushesAndAwaitedWritesPast) {
  BlockLayerRig rig(throttled());
  for (std::uint32_t process = 0; process < 8; ++process) rig.submit(by(process, io(write, 100 * process, 1)), later);
  rig.submit(by(20, io(read, 5000, 1)), later + 20_us);
  rig.submit(by(21, io(Operation::flush, 0, 0)), later + 20_us);
  rig.submit(by(22, flagged(io(write, 6000, 1), IoRequest::sync)), later + 20_us);
  rig.submit(by(23, io(Operation::discard, 7000, 1)), later + 20_us);
  rig.host.run();
  EXPECT_EQ(rig.ends.size(), 12u);
  EXPECT_EQ(rig.blocks.throttle_statistics().waits, 0u);
}

TEST(BlockLayerThrottle, FlushesThePlugOfAWriterThatItHoldsBack) {
  BlockLayerRig rig(throttled());
  for (std::uint64_t i = 0; i < 9; ++i) rig.submit(io(write, 100 * i, 1), later);
  rig.host.run();
  ASSERT_EQ(rig.commands.size(), 9u);
  EXPECT_EQ(rig.commands[0].at, later + rig.costs.submit * 9 + rig.costs.dispatch);
  EXPECT_GE(rig.commands[8].at, rig.commands[7].at + rig.device_time);
}

TEST(BlockLayerThrottle, CountsARequestOnceHoweverManyBiosJoinIt) {
  BlockLayerRig rig(throttled());
  for (std::uint64_t i = 0; i < 40; ++i) rig.submit(io(write, i, 1), later);
  rig.host.run();
  EXPECT_EQ(rig.commands.size(), 1u);
  EXPECT_EQ(rig.blocks.throttle_statistics().waits, 0u);
}

TEST(BlockLayerThrottle, LetsFewerWritesThroughAfterAWindowOfSlowReads) {
  BlockLayerRig rig(throttled());
  rig.device_time = 3_ms;
  for (std::uint32_t i = 0; i < 30; ++i) {
    rig.submit(by(i, io(read, 100 * i, 1)), later + 4_ms * i);
    rig.submit(by(100 + i, io(write, 10000 + 100 * i, 1)), later + 4_ms * i);
  }
  rig.host.run();
  EXPECT_GT(rig.blocks.throttle_statistics().steps_down, 0u);
  EXPECT_EQ(rig.ends.size(), 60u);
}

}  // namespace
}  // namespace icesim
