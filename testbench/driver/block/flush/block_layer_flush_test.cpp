// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/block/block_layer_rig.hpp"

#include <gtest/gtest.h>

/// The block layer with the flush machinery: who sends the flush and the data, when, and who holds what meanwhile.
namespace icesim {
namespace {

using namespace literals;
using test::BlockLayerRig;
using test::by;
using test::flagged;
using test::io;
using test::write;

BlockLayerRig::Options gathering(Scheduler scheduler, std::uint32_t tags = 31) {
  BlockLayerRig::Options options;
  options.tags = tags;
  options.config.scheduler = scheduler;
  options.config.flush = Flushing::linux;
  options.config.kblockd_core = 7;
  return options;
}

IoRequest flush() { return io(Operation::flush, 0, 0); }
IoRequest synced(std::uint64_t block, KeyId key = no_key) { return flagged(io(write, block, 1, key, 5), IoRequest::preflush); }

struct BlockLayerFlush : testing::TestWithParam<Scheduler> {};
INSTANTIATE_TEST_SUITE_P(Schedulers, BlockLayerFlush, testing::Values(Scheduler::none, Scheduler::mq_deadline),
                         [](const auto& tested) { return tested.param == Scheduler::none ? "none" : "mq_deadline"; });

TEST_P(BlockLayerFlush, OneFlushIsInFlightAndTheNextServesAllThatCameMeanwhile) {
  BlockLayerRig rig(gathering(GetParam()));
  rig.submit(by(1, flush()));
  rig.submit(by(2, flush()), 20_us);
  rig.submit(by(3, flush()), 30_us);
  rig.host.run();
  ASSERT_EQ(rig.commands.size(), 2u);
  EXPECT_EQ(rig.commands[0].at, rig.costs.submit + rig.costs.thread_wake + rig.costs.dispatch);
  const Picoseconds first_ends = rig.commands[0].at + rig.device_time;
  EXPECT_EQ(rig.commands[1].at, first_ends + rig.costs.thread_wake + rig.costs.dispatch);
  ASSERT_EQ(rig.ends.size(), 3u);
  EXPECT_EQ(rig.ends[0].at, first_ends);
  EXPECT_EQ(rig.ends[0].timeline.spent(Stage::flush), first_ends - rig.costs.submit);
  for (const std::size_t later : {1u, 2u}) EXPECT_EQ(rig.ends[later].at, rig.commands[1].at + rig.device_time);
  EXPECT_EQ(rig.blocks.flush_statistics().sent, 2u);
  EXPECT_EQ(rig.blocks.flush_statistics().merged, 1u);
  EXPECT_EQ(rig.blocks.statistics().flushes, 3u);
}

/// Linux: blk_mq_hw_ctx has its blk_flush_queue.
TEST_P(BlockLayerFlush, EachOfTheHardwaresQueuesHasFlushesOfItsOwn) {
  const auto run = [](std::uint32_t queues) {
    BlockLayerRig::Options options = gathering(GetParam());
    options.queues = queues;
    BlockLayerRig rig(options);
    rig.submit(by(1, flush()));  // on core 0 of 8, and the others behind it
    rig.submit(by(2, flush()), 20_us);
    rig.submit(by(3, flush()), 30_us);
    rig.host.run();
    EXPECT_EQ(rig.ends.size(), 3u);
    std::uint64_t at_once = 0;
    for (const auto& each : rig.commands) at_once += each.at < rig.commands[0].at + rig.device_time ? 1 : 0;
    EXPECT_EQ(rig.blocks.flush_statistics().sent, rig.commands.size());
    EXPECT_EQ(rig.blocks.flush_statistics().sent + rig.blocks.flush_statistics().merged, 3u);
    return std::pair(rig.commands.size(), at_once);
  };
  EXPECT_EQ(run(1), (std::pair<std::size_t, std::uint64_t>(2, 1)));
  EXPECT_EQ(run(2), (std::pair<std::size_t, std::uint64_t>(2, 1))) << "cores 0 to 3 share one";
  EXPECT_EQ(run(4), (std::pair<std::size_t, std::uint64_t>(3, 2))) << "cores 0 and 1 do";
  EXPECT_EQ(run(8), (std::pair<std::size_t, std::uint64_t>(3, 3)));
}

/// One that waits for data does so for that of its own queue.
TEST_P(BlockLayerFlush, DataOfAnotherQueueHoldsNoFlushBack) {
  const auto deferred = [](std::uint32_t queues) {
    BlockLayerRig::Options options = gathering(GetParam());
    options.queues = queues;
    BlockLayerRig rig(options);
    rig.submit(by(1, synced(10)));
    rig.submit(by(2, flush()), rig.device_time + 60_us);
    rig.host.run();
    EXPECT_EQ(rig.commands.size(), 3u);
    return rig.blocks.flush_statistics().deferred;
  };
  EXPECT_EQ(deferred(4), 1u);
  EXPECT_EQ(deferred(8), 0u);
}

TEST_P(BlockLayerFlush, DataKeepsItsKeyslotDuringTheFlushAndIsIssuedByKblockd) {
  BlockLayerRig rig(gathering(GetParam()));
  rig.submit(synced(10, 7));
  const Picoseconds sent = rig.costs.submit + rig.program_time + rig.costs.thread_wake + rig.costs.dispatch;
  rig.host.at(sent + 1_us, [&] { EXPECT_EQ(rig.keyslots.references(Keyslot{0}), 1u); });
  rig.host.run();
  ASSERT_EQ(rig.commands.size(), 2u);
  EXPECT_EQ(rig.commands[0].at, sent);
  EXPECT_FALSE(rig.commands[0].request.has_keyslot);
  const Picoseconds flushed = sent + rig.device_time;
  EXPECT_EQ(rig.commands[1].at, flushed + rig.costs.thread_wake + rig.costs.dispatch);
  EXPECT_FALSE(rig.commands[1].request.preflush);
  EXPECT_EQ(rig.commands[1].request.keyslot, Keyslot{0});
  const Timeline& life = rig.ends.at(0).timeline;
  EXPECT_EQ(life.spent(Stage::flush), flushed - rig.costs.submit - rig.program_time);
  EXPECT_EQ(life.spent(Stage::scheduler), rig.costs.thread_wake);
  EXPECT_EQ(rig.keyslots.references(Keyslot{0}), 0u);
}

TEST_P(BlockLayerFlush, AFlushWaitsForTheDataOfAnEarlierOne) {
  BlockLayerRig rig(gathering(GetParam()));
  rig.submit(by(1, synced(10)));
  const Picoseconds data = 2 * rig.device_time + 20_us;
  rig.submit(by(2, flush()), rig.device_time + 60_us);
  rig.host.run();
  ASSERT_EQ(rig.commands.size(), 3u);
  EXPECT_GT(rig.commands[2].at, data);
  EXPECT_EQ(rig.commands[2].at, rig.commands[1].at + rig.device_time + rig.costs.thread_wake + rig.costs.dispatch);
  EXPECT_EQ(rig.blocks.flush_statistics().deferred, 1u);
}

TEST_P(BlockLayerFlush, WithoutForceUnitAccessAFlushFollowsTheDataWhoseKeyslotIsPutBefore) {
  BlockLayerRig::Options options = gathering(GetParam());
  options.config.fua = false;
  BlockLayerRig rig(options);
  rig.submit(flagged(io(write, 10, 1, 7, 5), IoRequest::fua));
  const Picoseconds written = rig.costs.submit + rig.program_time + rig.costs.dispatch + rig.device_time;
  rig.host.at(written + 1_ps, [&] {
    EXPECT_EQ(rig.keyslots.references(Keyslot{0}), 0u);
    EXPECT_TRUE(rig.ends.empty());
  });
  rig.host.run();
  ASSERT_EQ(rig.commands.size(), 2u);
  EXPECT_FALSE(rig.commands[0].request.fua);
  EXPECT_EQ(rig.commands[1].request.operation, Operation::flush);
  EXPECT_EQ(rig.commands[1].at, written + rig.costs.thread_wake + rig.costs.dispatch);
  EXPECT_EQ(rig.ends.at(0).at, rig.commands[1].at + rig.device_time);
}

TEST_P(BlockLayerFlush, ForceUnitAccessAloneNeedsNoFlush) {
  BlockLayerRig rig(gathering(GetParam()));
  rig.submit(flagged(io(write, 10, 1), IoRequest::fua));
  rig.host.run();
  ASSERT_EQ(rig.commands.size(), 1u);
  EXPECT_TRUE(rig.commands[0].request.fua);
  EXPECT_EQ(rig.blocks.flush_statistics().sent, 0u);
}

TEST_P(BlockLayerFlush, WithoutAWriteCacheFlushesEndAtOnce) {
  BlockLayerRig::Options options = gathering(GetParam());
  options.config.write_cache = false;
  BlockLayerRig rig(options);
  rig.play({flush(), synced(10)});
  ASSERT_EQ(rig.commands.size(), 1u);
  EXPECT_FALSE(rig.commands[0].request.preflush);
  ASSERT_EQ(rig.ends.size(), 2u);
  EXPECT_EQ(rig.ends[0].at, rig.costs.submit);
}

TEST_P(BlockLayerFlush, AFlushThatFailsEndsAllItWasFor) {
  BlockLayerRig rig(gathering(GetParam()));
  rig.fails = [](const Request& request) { return request.preflush; };
  rig.submit(by(1, synced(10, 7)));
  rig.submit(by(2, flush()), 20_us);
  rig.submit(by(3, synced(20, 7)), 20_us);
  rig.host.run();
  EXPECT_EQ(rig.commands.size(), 2u);
  ASSERT_EQ(rig.ends.size(), 3u);
  for (const auto& end : rig.ends) EXPECT_TRUE(static_cast<bool>(end.bio.failure));
  EXPECT_EQ(rig.keyslots.references(Keyslot{0}), 0u);
  rig.fails = [](const Request&) { return false; };
  for (std::uint32_t process = 4; process < 8; ++process) rig.submit(by(process, io(write, 10 * process, 1)), rig.host.now());
  rig.host.run();
  EXPECT_EQ(rig.ends.size(), 7u) << "all tags are free again";
}

TEST_P(BlockLayerFlush, GoesOnWithOneTag) {
  BlockLayerRig rig(gathering(GetParam(), 1));
  for (std::uint32_t process = 0; process < 9; ++process)
    rig.submit(by(process, process % 3 == 0 ? flush() : process % 3 == 1 ? synced(10 * process, 7) : io(write, 10 * process, 1)),
               5_us * process);
  rig.host.run();
  EXPECT_EQ(rig.ends.size(), 9u);
  EXPECT_EQ(rig.blocks.sleeping().all(), 0u);
}

TEST(BlockLayerFlush, TheFlushGoesBeforeWhatMissedATagAndDataBeforeTheSchedulersRequests) {
  BlockLayerRig::Options options = gathering(Scheduler::mq_deadline, 1);
  options.config.scheduler_tags = 8;
  BlockLayerRig rig(options);
  rig.submit(by(1, io(write, 100, 1)));
  rig.submit(by(2, io(write, 200, 1)), 1_us);  // misses the tag
  rig.submit(by(3, io(write, 1, 1)), 2_us);    // waits in the scheduler
  rig.submit(by(4, synced(300)), 3_us);
  rig.host.run();
  std::vector<std::uint64_t> order;
  for (const auto& command : rig.commands) order.push_back(command.request.preflush ? 999 : command.request.lba.n);
  EXPECT_EQ(order, (std::vector<std::uint64_t>{100, 999, 200, 300, 1}));
}

}  // namespace
}  // namespace icesim
