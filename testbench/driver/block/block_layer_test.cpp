// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/block/block_layer_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using test::BlockLayerRig;
using test::by;
using test::flagged;
using test::io;
using test::read;
using test::scattered;
using test::write;

BlockLayerRig::Options with(std::uint32_t tags, std::uint32_t keyslots) {
  BlockLayerRig::Options options;
  options.tags = tags;
  options.keyslots = keyslots;
  return options;
}

/// Blocks of the largest read or write that is not split: 128 pages that lie anywhere.
constexpr std::uint64_t limit = 128;

TEST(BlockLayer, SplitsLargeBiosAndAdvancesTheDataUnitNumber) {
  BlockLayerRig rig;
  rig.play({io(read, 1000, 2 * limit + 5, 7, 40)});
  ASSERT_EQ(rig.commands.size(), 3u);
  for (std::uint64_t i = 0; i < 3; ++i) {
    const Request& request = rig.commands[i].request;
    EXPECT_EQ(request.lba, Lba{1000 + i * limit});
    EXPECT_EQ(request.crypt.dun, Dun{40 + i * limit});
    EXPECT_EQ(request.crypt.key, 7u);
    EXPECT_EQ(request.blocks, i < 2 ? limit : 5);
  }
  ASSERT_EQ(rig.ends.size(), 1u) << "the bio ends once, with its last piece";
  EXPECT_EQ(rig.ends[0].at, rig.commands[2].at + rig.device_time);
  EXPECT_EQ(rig.blocks.statistics().splits, 2u);
  EXPECT_EQ(rig.blocks.statistics().requests_completed, 1u);
  EXPECT_EQ(rig.blocks.statistics().bytes_read, logical_block * (2 * limit + 5));
}

TEST(BlockLayer, SplitsAtTheMostSegmentsOrTheLargestRequest) {
  struct {
    Bytes segment;
    std::uint64_t max_segments;
    std::uint64_t blocks;
  } const cases[]{{4_KiB, 128, 128}, {8_KiB, 128, 256}, {256_KiB, 128, 256}, {8_KiB, 5, 10}, {4_KiB, 1, 1}, {64_KiB, 1, 16}};
  for (const auto& each : cases) {
    BlockLayerRig::Options options;
    options.config.segment = each.segment;
    options.config.max_segments = each.max_segments;
    BlockLayerRig rig(options);
    rig.play({io(read, 7, each.blocks), io(read, 5000, each.blocks + 1)});
    ASSERT_EQ(rig.commands.size(), 3u);
    EXPECT_EQ(rig.blocks.statistics().splits, 1u);
    for (const auto& command : rig.commands) {
      EXPECT_LE(command.request.segments, each.max_segments);
      EXPECT_EQ(command.request.blocks, command.request.lba == Lba{5000 + each.blocks} ? 1 : each.blocks);
    }
  }
}

TEST(BlockLayer, SplitsDiscardsAtTheLargestOne) {
  BlockLayerRig::Options options;
  options.config.max_discard = 8_MiB;
  BlockLayerRig rig(options);
  rig.play({io(Operation::discard, 3, 2048), io(Operation::discard, 10000, 2 * 2048 + 1)});
  ASSERT_EQ(rig.commands.size(), 4u);
  EXPECT_EQ(rig.commands[3].request.lba, Lba{10000 + 2 * 2048});
  EXPECT_EQ(rig.commands[3].request.blocks, 1u);
  EXPECT_EQ(rig.ends.size(), 2u);
  EXPECT_EQ(rig.blocks.statistics().splits, 2u);
  EXPECT_EQ(rig.blocks.statistics().bytes_discarded, logical_block * (3 * 2048 + 1));
}

TEST(BlockLayer, LeavesTheLargestBioAndDiscardsWhole) {
  BlockLayerRig rig;
  rig.play({io(write, 0, limit), io(Operation::discard, 5000, 10 * limit)});
  EXPECT_EQ(rig.commands.size(), 2u);
  EXPECT_EQ(rig.blocks.statistics().splits, 0u);
  EXPECT_EQ(rig.blocks.statistics().bytes_discarded, logical_block * (10 * limit));
}

TEST(BlockLayer, DerivesTheDataUnitNumberFromTheAddressIfNoneWasRecorded) {
  BlockLayerRig rig;
  IoRequest request = io(write, 123, 1, 7);
  request.flags = 0;
  rig.play({request});
  EXPECT_EQ(rig.commands.at(0).request.crypt.dun, Dun{123});
  IoRequest large = io(write, 1000, limit + 1, 7);
  large.flags = 0;
  BlockLayerRig split;
  split.play({large});
  EXPECT_EQ(split.commands.at(0).request.crypt.dun, Dun{1000});
  EXPECT_EQ(split.commands.at(1).request.crypt.dun, Dun{1000 + limit});
}

TEST(BlockLayer, MovesEndsOutwardsToBlocks) {
  BlockLayerRig rig;
  IoRequest request = io(read, 3, 1);
  request.offset += sector_size;
  rig.play({request});
  EXPECT_EQ(rig.commands.at(0).request.lba, Lba{3});
  EXPECT_EQ(rig.commands.at(0).request.blocks, 2u);
  EXPECT_EQ(rig.blocks.statistics().widened, 1u);
}

TEST(BlockLayer, FailsABioIfOneOfItsPiecesFails) {
  BlockLayerRig rig;
  rig.fails = [](const Request& request) { return request.lba == Lba{0}; };
  rig.play({io(read, 0, limit + 1), by(1, io(read, 9000, 1))});
  ASSERT_EQ(rig.ends.size(), 2u);
  for (const auto& end : rig.ends) EXPECT_EQ(static_cast<bool>(end.bio.failure), end.bio.lba == Lba{0});
  EXPECT_EQ(rig.blocks.statistics().failed, 1u);
}

TEST(BlockLayer, LetsSubmittersSleepForATagAndWakesThemInOrder) {
  BlockLayerRig rig(with(1, 0));
  for (std::uint32_t process = 0; process < 4; ++process)
    rig.submit(by(process, io(read, process * 100, 1)), 1_us * process);
  rig.host.run();
  ASSERT_EQ(rig.commands.size(), 4u);
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_EQ(rig.commands[i].request.lba, Lba{i * 100});
  EXPECT_EQ(rig.blocks.statistics().tag_waits, 3u);
  // From the end of its submit work to the end of waking up.
  const Picoseconds freed = rig.commands[0].at + rig.device_time;
  EXPECT_EQ(rig.ends[1].timeline.spent(Stage::tag), freed + rig.costs.thread_wake - (1_us + rig.costs.submit));
  EXPECT_EQ(rig.blocks.sleeping().all(), 0u);
}

TEST(BlockLayer, FlushesThePlugBeforeItSleepsForATag) {
  BlockLayerRig rig(with(2, 0));
  rig.play(scattered(3));
  ASSERT_EQ(rig.commands.size(), 3u);
  EXPECT_EQ(rig.blocks.statistics().tag_waits, 1u);
  // Both plugged requests leave when the third finds no tag, while it sleeps.
  EXPECT_EQ(rig.commands[0].at, rig.costs.submit * 3 + rig.costs.dispatch);
  EXPECT_EQ(rig.commands[1].at, rig.costs.submit * 3 + rig.costs.dispatch * 2);
  EXPECT_GE(rig.commands[2].at, rig.commands[0].at + rig.device_time);
}

TEST(BlockLayer, FlushesThePlugBeforeItSleepsForAKeyslot) {
  BlockLayerRig rig(with(8, 1));
  rig.play({io(read, 0, 1, 7), io(read, 100, 1, 8)});
  ASSERT_EQ(rig.commands.size(), 2u) << "otherwise it waits for itself";
  EXPECT_EQ(rig.commands[0].at, rig.costs.submit * 2 + rig.program_time + rig.costs.dispatch);
  EXPECT_EQ(rig.keyslots.statistics().waits, 1u);
}

TEST(BlockLayer, HoldsTheKeyslotWhileTheRequestIsPlugged) {
  BlockLayerRig rig;
  rig.submit(io(read, 0, 1, 7));
  rig.submit(io(read, 100, 1, 7));
  bool plugged = false;
  rig.host.at(rig.costs.submit + rig.program_time + 1_ps, [&] {
    plugged = true;
    EXPECT_TRUE(rig.commands.empty());
    EXPECT_EQ(rig.keyslots.references(Keyslot{0}), 1u);
  });
  rig.host.run();
  EXPECT_TRUE(plugged);
  EXPECT_EQ(rig.commands.size(), 2u);
  EXPECT_EQ(rig.keyslots.references(Keyslot{0}), 0u);
}

TEST(BlockLayer, ProgramsAKeyOnceAndFindsItAfterwards) {
  BlockLayerRig rig;
  rig.submit(io(read, 0, 1, 7));
  rig.submit(io(read, 100, 1, 7), 1_ms);
  rig.host.run();
  ASSERT_EQ(rig.programs.size(), 1u);
  EXPECT_EQ(rig.programs[0].second, 7u);
  EXPECT_EQ(rig.keyslots.statistics().hits, 1u);
  EXPECT_EQ(rig.ends[0].timeline.spent(Stage::keyslot_program), rig.program_time);
  EXPECT_EQ(rig.ends[1].timeline.spent(Stage::keyslot_program), 0_ps);
  EXPECT_EQ(rig.ends[1].timeline.spent(Stage::keyslot_wait), 0_ps);
}

TEST(BlockLayer, LetsPlainRequestsSufferWhenSleepersForKeyslotsHoldAllTags) {
  BlockLayerRig rig(with(2, 1));
  rig.submit(by(1, io(read, 0, 1, 7)));
  rig.submit(by(2, io(read, 100, 1, 8)), 10_us);
  rig.submit(by(3, io(read, 200, 1)), 20_us);
  rig.host.run();
  ASSERT_EQ(rig.ends.size(), 3u);
  EXPECT_EQ(rig.blocks.statistics().tag_waits, 1u);
  EXPECT_GE(rig.commands[1].at, rig.commands[0].at + rig.device_time);
  for (const auto& end : rig.ends) {
    if (end.bio.io.process == 3) {
      EXPECT_GT(end.timeline.spent(Stage::tag), rig.device_time - 20_us);
    }
    if (end.bio.io.process == 2) {
      EXPECT_EQ(end.timeline.spent(Stage::keyslot_wait),
                rig.commands[0].at + rig.device_time + rig.costs.thread_wake - (10_us + rig.costs.submit));
    }
  }
}

TEST(BlockLayer, LetsEvenAHitWaitWhileAKeyIsProgrammed) {
  BlockLayerRig rig(with(8, 4));
  rig.program_time = 50_us;
  rig.submit(by(1, io(read, 0, 1, 7)));
  rig.submit(by(2, io(read, 100, 1, 8)), 1_ms);
  rig.submit(by(3, io(read, 200, 1, 7)), 1_ms + 10_us);
  rig.host.run();
  EXPECT_EQ(rig.keyslots.statistics().lock_waits, 1u);
  EXPECT_EQ(rig.keyslots.statistics().hits, 1u);
  for (const auto& end : rig.ends) {
    if (end.bio.io.process == 3) {
      EXPECT_EQ(end.timeline.spent(Stage::keyslot_lock), rig.program_time - 10_us + rig.costs.thread_wake);
    }
  }
}

TEST(BlockLayer, WakesAllWhoWaitForAKeyslotAndOneOfThemGetsIt) {
  BlockLayerRig rig(with(8, 1));
  rig.submit(by(0, io(read, 0, 1, 10)));
  for (std::uint32_t process = 1; process <= 3; ++process)
    rig.submit(by(process, io(read, process * 100, 1, 10 + process)), 20_us);
  rig.host.run();
  ASSERT_EQ(rig.ends.size(), 4u);
  EXPECT_EQ(rig.programs.size(), 4u);
  // Each release wakes all that are left: one programs, the others meet the lock and then sleep again.
  EXPECT_EQ(rig.keyslots.statistics().waits, 3u + 2u + 1u);
  EXPECT_EQ(rig.keyslots.statistics().lock_waits, 2u + 1u);
}

TEST(BlockLayer, PutsTheFlushFirstUnderTheSameTag) {
  BlockLayerRig rig;
  rig.submit(flagged(io(write, 10, 2, 7, 5), IoRequest::preflush));
  rig.host.at(Picoseconds{rig.device_time.n / 2},
              [&] { EXPECT_EQ(rig.keyslots.references(Keyslot{0}), 1u) << "held during the flush"; });
  rig.host.run();
  ASSERT_EQ(rig.commands.size(), 2u);
  EXPECT_TRUE(rig.commands[0].request.preflush);
  EXPECT_FALSE(rig.commands[1].request.preflush);
  EXPECT_EQ(rig.commands[0].request.tag, rig.commands[1].request.tag);
  EXPECT_EQ(rig.commands[1].at, rig.commands[0].at + rig.device_time + rig.costs.dispatch);
  ASSERT_EQ(rig.ends.size(), 1u);
  const Timeline& life = rig.ends[0].timeline;
  EXPECT_EQ(life.spent(Stage::flush), rig.costs.dispatch + rig.device_time) << "with its own dispatch";
  EXPECT_EQ(life.spent(Stage::device), rig.costs.dispatch + rig.device_time) << "of the write alone";
  EXPECT_EQ(rig.blocks.statistics().flushes, 0u) << "no bio was a flush";
}

TEST(BlockLayer, EndsAWriteWhoseFlushFailed) {
  BlockLayerRig rig;
  rig.fails = [](const Request& request) { return request.preflush; };
  rig.play({flagged(io(write, 10, 2, 7, 5), IoRequest::preflush)});
  EXPECT_EQ(rig.commands.size(), 1u);
  ASSERT_EQ(rig.ends.size(), 1u);
  EXPECT_TRUE(rig.ends[0].bio.failure);
}

TEST(BlockLayer, CarriesForceUnitAccessOnWritesOnly) {
  BlockLayerRig rig;
  rig.play({flagged(io(write, 10, 1), IoRequest::fua), by(1, flagged(io(read, 50, 1), IoRequest::fua))});
  ASSERT_EQ(rig.commands.size(), 2u);
  for (const auto& command : rig.commands) EXPECT_EQ(command.request.fua, command.request.operation == write);
}

TEST(BlockLayer, AsksForNoKeyslotForFlushesAndDiscards) {
  BlockLayerRig rig;
  rig.play({io(Operation::flush, 0, 0), io(Operation::discard, 10, 4, 7)});
  ASSERT_EQ(rig.commands.size(), 2u);
  for (const auto& command : rig.commands) EXPECT_FALSE(command.request.has_keyslot);
  EXPECT_TRUE(rig.programs.empty());
  EXPECT_EQ(rig.blocks.statistics().flushes, 1u);
}

TEST(BlockLayer, GivesProcessesTheCoresInTurn) {
  BlockLayerRig::Options options;
  options.cores = 2;
  BlockLayerRig rig(options);
  rig.play({by(5, io(read, 0, 1)), by(6, io(read, 10, 1)), by(7, io(read, 20, 1))});
  const Picoseconds one = rig.costs.submit + rig.costs.dispatch;
  ASSERT_EQ(rig.ends.size(), 3u);
  EXPECT_EQ(rig.ends[0].timeline.spent(Stage::cpu), 0_ps);
  EXPECT_EQ(rig.ends[1].timeline.spent(Stage::cpu), 0_ps);
  EXPECT_EQ(rig.ends[2].timeline.spent(Stage::cpu), one) << "shares the core of the first";
}

}  // namespace
}  // namespace icesim
