// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/block/block_layer_rig.hpp"

#include <gtest/gtest.h>

/// What becomes of a process that sleeps, and of its plug.
namespace icesim {
namespace {

using namespace literals;
using test::BlockLayerRig;
using test::by;
using test::io;
using test::read;

BlockLayerRig::Options kblockd_issues(Scheduler scheduler, std::uint32_t tags) {
  BlockLayerRig::Options options;
  options.tags = tags;
  options.config.scheduler = scheduler;
  options.config.scheduler_tags = tags;
  options.config.sleepers_plug = SleepersPlug::kblockd;
  options.config.kblockd_core = 7;
  return options;
}

TEST(BlockLayerSleeper, LeavesItsPlugToKblockdWhenItFindsNoTag) {
  for (const Scheduler scheduler : {Scheduler::none, Scheduler::mq_deadline}) {
    BlockLayerRig rig(kblockd_issues(scheduler, 2));
    rig.submit(io(read, 100, 1));
    rig.submit(io(read, 0, 1));
    rig.submit(io(read, 500, 1));
    rig.host.run();
    const Picoseconds asleep = rig.costs.submit * 3;
    ASSERT_EQ(rig.commands.size(), 3u);
    EXPECT_EQ(rig.commands[0].at, asleep + rig.costs.thread_wake + rig.costs.dispatch);
    EXPECT_EQ(rig.commands[1].at, rig.commands[0].at + rig.costs.dispatch);
    EXPECT_EQ(rig.commands[0].request.lba, Lba{scheduler == Scheduler::none ? 100u : 0u});
    EXPECT_EQ(rig.ends[0].timeline.spent(Stage::scheduler), rig.costs.thread_wake);
    EXPECT_EQ(rig.blocks.statistics().tag_waits, 1u);
    EXPECT_EQ(rig.blocks.sleeping().all(), 0u);
  }
}

TEST(BlockLayerSleeper, LeavesItsPlugToKblockdWhenItFindsNoKeyslot) {
  for (const Scheduler scheduler : {Scheduler::none, Scheduler::mq_deadline}) {
    BlockLayerRig::Options options = kblockd_issues(scheduler, 8);
    options.keyslots = 1;
    BlockLayerRig rig(options);
    rig.play({io(read, 0, 1, 7), io(read, 100, 1, 8)});
    ASSERT_EQ(rig.commands.size(), 2u);
    EXPECT_EQ(rig.commands[0].at,
              rig.costs.submit * 2 + rig.program_time + rig.costs.thread_wake + rig.costs.dispatch);
  }
}

TEST(BlockLayerSleeper, IssuesThePlugItselfWhenItDoesNotSleep) {
  BlockLayerRig rig(kblockd_issues(Scheduler::none, 31));
  rig.play({io(read, 100, 1), io(read, 0, 1)});
  ASSERT_EQ(rig.commands.size(), 2u);
  EXPECT_EQ(rig.commands[0].at, rig.costs.submit * 2 + rig.costs.dispatch);
  EXPECT_EQ(rig.commands[0].request.lba, Lba{100});
  EXPECT_EQ(rig.ends[0].timeline.spent(Stage::scheduler), 0_ps);
}

TEST(BlockLayerSleeper, LetsABioOnItsCoreJoinWhatKblockdHasNotIssuedYet) {
  for (const std::uint32_t process : {1u, 2u}) {
    BlockLayerRig::Options options = kblockd_issues(Scheduler::none, 3);
    options.cores = 2;
    options.config.kblockd_core = 1;
    BlockLayerRig rig(options);
    // Processes have the cores in turn: the first and the third share one.
    rig.submit(by(0, io(read, 0, 1, 7, 5)));
    rig.submit(by(1, io(Operation::flush, 0, 0)));
    rig.submit(by(0, io(read, 50, 1)));
    rig.submit(by(0, io(read, 100, 1)));
    rig.submit(by(process, io(read, 1, 1, 7, 6)), rig.costs.submit * 3 + rig.program_time);
    rig.host.run();
    EXPECT_EQ(rig.blocks.statistics().merges, process == 2 ? 1u : 0u);
    EXPECT_EQ(rig.commands.at(1).request.lba, Lba{0});
    EXPECT_EQ(rig.commands.at(1).request.blocks, process == 2 ? 2u : 1u);
  }
}

TEST(BlockLayerSleeper, TakesTheKeyThatHasComeToAKeyslotIfItLooksForItFirst) {
  for (const KeyslotWaiter waiter : {KeyslotWaiter::linux, KeyslotWaiter::hit}) {
    BlockLayerRig::Options options;
    options.cores = 2;
    options.keyslots = 1;
    options.config.keyslot_waiter = waiter;
    BlockLayerRig rig(options);
    rig.submit(by(1, io(read, 0, 1, 7)));
    rig.submit(by(2, io(read, 100, 1, 8)), 10_us);  // on the other core
    rig.submit(by(3, io(read, 200, 1, 8)), 20_us);  // on the first core
    const Picoseconds freed = rig.costs.submit + rig.program_time + rig.costs.dispatch + rig.device_time;
    // The first core has other work when both are woken: the third process wakes when the second has programmed the key.
    rig.submit(by(4, io(read, 300, 1)), freed - 10_us);
    for (std::uint64_t i = 0; i < 20; ++i) rig.submit(by(5, io(read, 400 + 10 * i, 1)), freed - 1_us);
    rig.host.run();
    EXPECT_EQ(rig.keyslots.statistics().waits, waiter == KeyslotWaiter::linux ? 3u : 2u);
    EXPECT_EQ(rig.keyslots.statistics().hits, 1u);
    EXPECT_EQ(rig.keyslots.statistics().programs, 2u);
  }
}

TEST(BlockLayerSleeper, WakesWithOthersWhenABatchOfTagsIsFree) {
  BlockLayerRig::Options options;
  options.tags = 16;
  options.config.tag_wait_queues = 8;
  options.config.tag_wake_batch = 8;
  BlockLayerRig rig(options);
  for (std::uint32_t process = 0; process < 20; ++process)
    rig.submit(by(process, io(read, 100 * process, 1)), 1_us * process);
  rig.host.run();
  ASSERT_EQ(rig.commands.size(), 20u);
  const auto freed = [&](std::size_t i) { return rig.commands[i].at + rig.device_time; };
  std::vector<Picoseconds> woken;
  for (const auto& end : rig.ends)
    if (end.bio.io.process >= 16)
      woken.push_back(end.timeline.start() + rig.costs.submit + end.timeline.spent(Stage::tag) - rig.costs.thread_wake);
  EXPECT_EQ(woken, (std::vector<Picoseconds>{freed(1), freed(1), freed(3), freed(3)})) << "16 tags make batches of two";
}

}  // namespace
}  // namespace icesim
