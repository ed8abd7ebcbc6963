// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/block/block_layer_rig.hpp"

#include <gtest/gtest.h>

/// The block layer with mq-deadline: who issues requests, when, and who holds what meanwhile.
namespace icesim {
namespace {

using namespace literals;
using test::BlockLayerRig;
using test::by;
using test::flagged;
using test::io;
using test::read;
using test::write;

BlockLayerRig::Options deadline(std::uint32_t tags, std::uint64_t scheduler_tags = 0) {
  BlockLayerRig::Options options;
  options.tags = tags;
  options.config.scheduler = Scheduler::mq_deadline;
  options.config.scheduler_tags = scheduler_tags;
  return options;
}

std::vector<std::uint64_t> blocks_of(const BlockLayerRig& rig) {
  std::vector<std::uint64_t> blocks;
  for (const auto& command : rig.commands) blocks.push_back(command.request.lba.n);
  return blocks;
}

const Timeline& life_of(const BlockLayerRig& rig, std::uint32_t process) {
  for (const auto& end : rig.ends)
    if (end.bio.io.process == process) return end.timeline;
  throw_bug("the process has no bio that ended");
}

TEST(BlockLayerScheduler, ThePlugsOwnerIssuesItsRequestsInTheOrderOfAddresses) {
  BlockLayerRig rig(deadline(31));
  rig.play({io(read, 200, 1), io(read, 0, 1), io(read, 100, 1)});
  EXPECT_EQ(blocks_of(rig), (std::vector<std::uint64_t>{0, 100, 200}));
  for (std::uint64_t i = 0; i < 3; ++i)
    EXPECT_EQ(rig.commands[i].at, rig.costs.submit * 3 + rig.costs.dispatch * (i + 1));
  EXPECT_EQ(rig.blocks.scheduler_statistics().restarts, 0u);
}

TEST(BlockLayerScheduler, KblockdIssuesWhatMissedATag) {
  BlockLayerRig rig(deadline(1));
  rig.play({by(1, io(read, 0, 1)), by(2, io(read, 100, 1))});
  ASSERT_EQ(rig.commands.size(), 2u);
  const Picoseconds freed = rig.commands[0].at + rig.device_time;
  EXPECT_EQ(rig.commands[0].at, rig.costs.submit + rig.costs.dispatch);
  EXPECT_EQ(rig.commands[1].at, freed + rig.costs.thread_wake + rig.costs.dispatch);
  EXPECT_EQ(rig.commands[1].request.tag, Tag{0});
  EXPECT_EQ(life_of(rig, 2).spent(Stage::scheduler), freed + rig.costs.thread_wake - rig.costs.submit);
  EXPECT_EQ(life_of(rig, 2).spent(Stage::tag), 0_ps);
  EXPECT_EQ(rig.blocks.scheduler_statistics().restarts, 1u);
}

TEST(BlockLayerScheduler, KblockdRunsOnItsCore) {
  for (const std::uint64_t core : {0u, 2u, 10u}) {
    BlockLayerRig::Options options = deadline(1);
    options.config.kblockd_core = core;
    BlockLayerRig rig(options);
    rig.submit(by(0, io(read, 0, 1)));
    rig.submit(by(1, io(read, 100, 1)));
    // Another process has the third core when the tag is freed, writes a key for a while, and issues the request then if
    // kblockd had to wait for it; the eleventh core is the same.
    rig.program_time = 20_us;
    const Picoseconds freed = rig.costs.submit + rig.costs.dispatch + rig.device_time;
    rig.submit(by(2, io(write, 500, 1, 7)), freed - 1_us);
    rig.host.run();
    ASSERT_GE(rig.commands.size(), 2u);
    const Picoseconds by_submitter = freed - 1_us + rig.costs.submit + rig.program_time,
                      by_kblockd = freed + rig.costs.thread_wake;
    EXPECT_EQ(rig.commands[1].at, (core % 8 == 2 ? by_submitter : by_kblockd) + rig.costs.dispatch) << core;
  }
}

TEST(BlockLayerScheduler, HasTwiceAsManyRequestsAsTagsUnlessToldOtherwise) {
  for (const std::uint64_t told : {0u, 1u, 3u, 7u}) {
    const std::uint64_t room = told == 0 ? 4 : told;
    BlockLayerRig rig(deadline(2, told));
    for (std::uint32_t process = 0; process < 8; ++process) rig.submit(by(process, io(read, 100 * process, 1, 1 + process)));
    std::uint64_t held = 0;
    rig.host.at(50_us, [&] {
      for (std::uint32_t i = 0; i < 32; ++i) held += rig.keyslots.references(Keyslot{i});
    });
    rig.host.run();
    EXPECT_EQ(held, room) << "more than there are tags hold keyslots";
    EXPECT_GE(rig.blocks.statistics().tag_waits, 8 - room);
    EXPECT_EQ(rig.ends.size(), 8u);
    EXPECT_EQ(rig.blocks.sleeping().all(), 0u);
  }
}

TEST(BlockLayerScheduler, ABioOfAnotherProcessJoinsARequestThatWaits) {
  BlockLayerRig rig(deadline(1, 8));
  rig.submit(by(1, io(write, 0, 1)));
  rig.submit(by(2, io(write, 50, 1)), 1_us);  // misses the tag, and waits outside
  rig.submit(by(3, io(write, 100, 1, 7, 5)), 10_us);
  rig.submit(by(4, io(write, 101, 2, 7, 6)), 30_us);
  rig.host.run();
  ASSERT_EQ(rig.commands.size(), 3u);
  EXPECT_EQ(rig.commands[2].request.blocks, 3u);
  EXPECT_EQ(rig.keyslots.statistics().programs + rig.keyslots.statistics().hits, 1u);
  EXPECT_EQ(rig.blocks.statistics().merges, 1u);
  EXPECT_EQ(rig.blocks.scheduler_statistics().deadline.merges, 1u);
  const Picoseconds given_out = rig.commands[2].at - rig.costs.dispatch;
  EXPECT_EQ(life_of(rig, 3).spent(Stage::scheduler), given_out - (10_us + rig.costs.submit + rig.program_time));
  EXPECT_EQ(life_of(rig, 4).spent(Stage::scheduler), given_out - (30_us + rig.costs.submit));
  EXPECT_EQ(life_of(rig, 4).spent(Stage::plug), 0_ps);
  EXPECT_EQ(life_of(rig, 4).spent(Stage::device), life_of(rig, 3).spent(Stage::device));
}

TEST(BlockLayerScheduler, ARequestThatAnotherTakesInPutsItsKeyslotAndMakesRoom) {
  BlockLayerRig rig(deadline(1, 4));
  rig.submit(by(1, io(write, 0, 1)));
  rig.submit(by(2, io(write, 50, 1)), 1_us);
  rig.submit(by(3, io(write, 100, 1, 7, 5)), 10_us);
  rig.submit(by(4, io(write, 102, 1, 7, 7)), 20_us);
  rig.submit(by(5, io(write, 101, 1, 7, 6)), 30_us);
  const auto references_at = [&](Picoseconds at, std::uint32_t expected) {
    rig.host.at(at, [&rig, expected] { EXPECT_EQ(rig.keyslots.references(Keyslot{0}), expected); });
  };
  const Picoseconds joins = 30_us + rig.costs.submit;
  references_at(joins - 1_ps, 2);
  references_at(joins + 1_ps, 1);
  rig.submit(by(6, io(write, 300, 1)), 40_us);
  rig.host.run();
  EXPECT_EQ(rig.blocks.statistics().tag_waits, 0u);
  EXPECT_EQ(rig.blocks.statistics().merges, 1u);
  EXPECT_EQ(rig.blocks.scheduler_statistics().deadline.request_merges, 1u);
  ASSERT_EQ(rig.commands.size(), 4u);
  EXPECT_EQ(rig.commands[2].request.lba, Lba{100});
  EXPECT_EQ(rig.commands[2].request.blocks, 3u);
  EXPECT_EQ(rig.commands[2].request.crypt.dun, Dun{5});
  EXPECT_EQ(rig.ends.size(), 6u);
  const Picoseconds given_out = rig.commands[2].at - rig.costs.dispatch;
  EXPECT_EQ(life_of(rig, 4).spent(Stage::scheduler), given_out - (20_us + rig.costs.submit)) << "as if it were alone";
  EXPECT_EQ(life_of(rig, 5).spent(Stage::scheduler), given_out - joins);
}

TEST(BlockLayerScheduler, FlushesGoPastTheSchedulerAndAreIssuedByKblockd) {
  BlockLayerRig::Options options = deadline(31);
  options.config.kblockd_core = 7;
  BlockLayerRig rig(options);
  rig.play({io(write, 100, 1), io(Operation::flush, 0, 0), flagged(io(write, 0, 1), IoRequest::preflush), io(write, 50, 1)});
  ASSERT_EQ(rig.commands.size(), 5u);
  const Picoseconds woken = rig.costs.submit * 2 + rig.costs.thread_wake;
  EXPECT_TRUE(rig.commands[0].request.preflush) << "came later, and went before the other one";
  EXPECT_EQ(rig.commands[0].at, woken + rig.costs.dispatch);
  EXPECT_EQ(rig.commands[1].request.lba, Lba{50});
  EXPECT_EQ(rig.commands[1].at, rig.costs.submit * 4 + rig.costs.dispatch);
  EXPECT_EQ(rig.commands[2].request.operation, Operation::flush);
  EXPECT_EQ(rig.commands[2].at, woken + rig.costs.dispatch * 2);
  EXPECT_EQ(rig.commands[3].request.lba, Lba{100});
  EXPECT_EQ(rig.commands[4].at, rig.commands[0].at + rig.device_time + rig.costs.dispatch);
}

TEST(BlockLayerScheduler, WithoutAPlugKblockdIssuesEverything) {
  BlockLayerRig::Options options = deadline(31);
  options.config.plug_requests = 1;
  options.config.kblockd_core = 7;
  BlockLayerRig rig(options);
  rig.play({io(read, 100, 1), io(read, 0, 1)});
  ASSERT_EQ(rig.commands.size(), 2u);
  EXPECT_EQ(rig.commands[0].at, rig.costs.submit + rig.costs.thread_wake + rig.costs.dispatch);
  EXPECT_EQ(rig.commands[0].request.lba, Lba{0}) << "came while the thread woke";
  EXPECT_EQ(rig.commands[1].at, rig.commands[0].at + rig.costs.dispatch);
}

TEST(BlockLayerScheduler, ReadsPassWritesThatWait) {
  BlockLayerRig rig(deadline(1, 64));
  rig.submit(by(1, io(write, 10, 1)));
  rig.submit(by(2, io(write, 20, 1)), 1_us);
  for (std::uint32_t process = 3; process < 30; ++process)
    rig.submit(by(process, io(process < 20 ? write : read, 100 * process, 1)), 1_us * process);
  rig.host.run();
  const auto blocks = blocks_of(rig);
  // The first batch began with writes and has 16 of them.
  ASSERT_EQ(blocks.size(), 29u);
  for (std::size_t i = 0; i < blocks.size(); ++i)
    EXPECT_EQ(rig.commands[i].request.operation == read, i >= 16 && i < 26) << i;
}

}  // namespace
}  // namespace icesim
