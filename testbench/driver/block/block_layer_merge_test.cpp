// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/block/block_layer_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using test::BlockLayerRig;
using test::flagged;
using test::io;
using test::read;
using test::write;

/// Number of commands that two bios of one process make which meet in its plug.
std::size_t commands_of(const IoRequest& first, const IoRequest& second) {
  BlockLayerRig rig;
  rig.play({first, second});
  EXPECT_EQ(rig.ends.size(), 2u);
  EXPECT_EQ(rig.blocks.statistics().merges, 2 - rig.commands.size());
  return rig.commands.size();
}

TEST(BlockLayerMerge, AppendsTheNextBlocksWithTheNextDataUnitsOfTheSameKey) {
  BlockLayerRig rig;
  rig.play({io(write, 10, 2, 7, 100), io(write, 12, 3, 7, 102)});
  ASSERT_EQ(rig.commands.size(), 1u);
  const Request& request = rig.commands[0].request;
  EXPECT_EQ(request.lba, Lba{10});
  EXPECT_EQ(request.blocks, 5u);
  EXPECT_EQ(request.crypt.key, 7u);
  EXPECT_EQ(request.crypt.dun, Dun{100});
}

TEST(BlockLayerMerge, TakesOverAddressAndDataUnitNumberOfABioInFront) {
  BlockLayerRig rig;
  rig.play({io(read, 12, 3, 7, 102), io(read, 10, 2, 7, 100)});
  ASSERT_EQ(rig.commands.size(), 1u);
  const Request& request = rig.commands[0].request;
  EXPECT_EQ(request.lba, Lba{10});
  EXPECT_EQ(request.blocks, 5u);
  EXPECT_EQ(request.crypt.dun, Dun{100});
}

TEST(BlockLayerMerge, GrowsARequestAtBothEnds) {
  BlockLayerRig rig;
  rig.play({io(read, 11, 1, 7, 101), io(read, 12, 1, 7, 102), io(read, 10, 1, 7, 100), io(read, 13, 1, 7, 103)});
  ASSERT_EQ(rig.commands.size(), 1u);
  EXPECT_EQ(rig.commands[0].request.lba, Lba{10});
  EXPECT_EQ(rig.commands[0].request.blocks, 4u);
  EXPECT_EQ(rig.ends.size(), 4u);
}

TEST(BlockLayerMerge, JoinsPlainNeighbours) {
  EXPECT_EQ(commands_of(io(read, 10, 1), io(read, 11, 1)), 1u);
  EXPECT_EQ(commands_of(io(read, 11, 1), io(read, 10, 1)), 1u);
}

TEST(BlockLayerMerge, NeverJoinsDifferentKeys) {
  EXPECT_EQ(commands_of(io(write, 10, 1, 7, 100), io(write, 11, 1, 8, 101)), 2u);
  EXPECT_EQ(commands_of(io(write, 11, 1, 7, 101), io(write, 10, 1, 8, 100)), 2u);
}

TEST(BlockLayerMerge, NeverJoinsAcrossAGapInTheDataUnitNumbers) {
  EXPECT_EQ(commands_of(io(write, 10, 1, 7, 100), io(write, 11, 1, 7, 102)), 2u);
  EXPECT_EQ(commands_of(io(write, 10, 1, 7, 100), io(write, 11, 1, 7, 100)), 2u);
  EXPECT_EQ(commands_of(io(write, 11, 1, 7, 101), io(write, 10, 1, 7, 99)), 2u);
}

TEST(BlockLayerMerge, NeverJoinsEncryptedWithPlain) {
  EXPECT_EQ(commands_of(io(write, 10, 1, 7, 10), io(write, 11, 1)), 2u);
  EXPECT_EQ(commands_of(io(write, 10, 1), io(write, 11, 1, 7, 11)), 2u);
  EXPECT_EQ(commands_of(io(write, 11, 1), io(write, 10, 1, 7, 10)), 2u);
}

TEST(BlockLayerMerge, CallsADataUnitNumberThatWrapsNotContiguous) {
  const std::uint64_t last = ~std::uint64_t{0};
  EXPECT_EQ(commands_of(io(write, 10, 1, 7, last), io(write, 11, 1, 7, 0)), 2u);
  EXPECT_EQ(commands_of(io(write, 11, 1, 7, 0), io(write, 10, 1, 7, last)), 2u);
  EXPECT_EQ(commands_of(io(write, 10, 1, 7, last - 1), io(write, 11, 1, 7, last)), 1u);
}

TEST(BlockLayerMerge, NeverJoinsReadsWithWrites) { EXPECT_EQ(commands_of(io(read, 10, 1), io(write, 11, 1)), 2u); }

TEST(BlockLayerMerge, NeverJoinsAcrossAGapOfBlocks) {
  EXPECT_EQ(commands_of(io(read, 10, 1), io(read, 12, 1)), 2u);
  EXPECT_EQ(commands_of(io(read, 10, 1), io(read, 10, 1)), 2u);
}

TEST(BlockLayerMerge, NeverJoinsForcedWritesWithOthersOrEachOther) {
  EXPECT_EQ(commands_of(io(write, 10, 1), flagged(io(write, 11, 1), IoRequest::fua)), 2u);
  EXPECT_EQ(commands_of(flagged(io(write, 10, 1), IoRequest::fua), io(write, 11, 1)), 2u);
  EXPECT_EQ(commands_of(flagged(io(write, 10, 1), IoRequest::fua), flagged(io(write, 11, 1), IoRequest::fua)), 2u);
}

TEST(BlockLayerMerge, LetsAForcedWriteCloseTheRequestBeforeIt) {
  BlockLayerRig rig;
  rig.play({io(write, 10, 1), flagged(io(write, 50, 1), IoRequest::fua), io(write, 11, 1)});
  EXPECT_EQ(rig.blocks.statistics().merges, 0u) << "the forced write is the last request of the plug now";
}

TEST(BlockLayerMerge, NeverJoinsABioThatWantsAFlushFirst) {
  BlockLayerRig rig;
  rig.play({io(write, 10, 1), flagged(io(write, 11, 1), IoRequest::preflush), io(write, 12, 1)});
  EXPECT_EQ(rig.blocks.statistics().merges, 0u);
  EXPECT_EQ(rig.commands.size(), 4u) << "three writes and the flush";
}

TEST(BlockLayerMerge, LeavesThePlugOpenWhileAFlushGoesPastIt) {
  BlockLayerRig rig;
  rig.play(
      {io(write, 10, 1), io(Operation::flush, 0, 0), flagged(io(write, 90, 1), IoRequest::preflush), io(write, 11, 1)});
  EXPECT_EQ(rig.blocks.statistics().merges, 1u);
  ASSERT_EQ(rig.commands.size(), 4u);
  EXPECT_EQ(rig.commands[0].request.operation, Operation::flush);
  EXPECT_EQ(rig.commands[0].at, rig.costs.submit * 2 + rig.costs.dispatch) << "at once";
  EXPECT_TRUE(rig.commands[1].request.preflush);
  EXPECT_EQ(rig.commands[1].at, rig.costs.submit * 3 + rig.costs.dispatch * 2);
  EXPECT_EQ(rig.commands[2].request.blocks, 2u);
}

TEST(BlockLayerMerge, NeverJoinsFlushes) {
  EXPECT_EQ(commands_of(io(Operation::flush, 0, 0), io(Operation::flush, 0, 0)), 2u);
}

TEST(BlockLayerMerge, JoinsDiscardsThatFollowEachOther) {
  EXPECT_EQ(commands_of(io(Operation::discard, 10, 300), io(Operation::discard, 310, 1)), 1u);
  EXPECT_EQ(commands_of(io(Operation::discard, 10, 1, 7), io(Operation::discard, 9, 1, 8)), 1u) << "they have no keys";
  EXPECT_EQ(commands_of(io(Operation::discard, 10, 1), io(Operation::discard, 12, 1)), 2u);
  EXPECT_EQ(commands_of(io(read, 10, 1), io(Operation::discard, 11, 1)), 2u);
}

TEST(BlockLayerMerge, StopsAtTheLargestDiscard) {
  BlockLayerRig::Options options;
  options.config.max_discard = 16_KiB;
  options.config.max_request = 4_KiB;
  options.config.max_segments = 1;
  BlockLayerRig rig(options);
  rig.play({io(Operation::discard, 0, 3), io(Operation::discard, 3, 1), io(Operation::discard, 4, 1)});
  ASSERT_EQ(rig.commands.size(), 2u) << "the limits of reads and writes are not theirs";
  EXPECT_EQ(rig.commands[0].request.blocks, 4u);
}

TEST(BlockLayerMerge, StopsAtTheMostSegments) {
  BlockLayerRig rig;
  rig.play({io(read, 0, 127), io(read, 127, 1), io(read, 128, 1)});
  ASSERT_EQ(rig.commands.size(), 2u);
  EXPECT_EQ(rig.commands[0].request.segments, 128u) << "exactly as many are allowed";
  EXPECT_EQ(rig.commands[0].request.bytes(), 512_KiB);
}

TEST(BlockLayerMerge, CountsTheSegmentsOfEachBioByItself) {
  BlockLayerRig::Options options;
  options.config.segment = 16_KiB;
  options.config.max_segments = 4;
  BlockLayerRig rig(options);
  // 5 blocks lie in two pieces, and so do the next 5; another one finds 4.
  rig.play({io(read, 5, 5), io(read, 0, 5), io(read, 10, 1)});
  ASSERT_EQ(rig.commands.size(), 2u);
  EXPECT_EQ(rig.commands[0].request.blocks, 10u);
  EXPECT_EQ(rig.commands[0].request.segments, 4u);
}

TEST(BlockLayerMerge, StopsAtTheLargestRequest) {
  BlockLayerRig::Options options;
  options.config.max_request = 16_KiB;
  BlockLayerRig rig(options);
  rig.play({io(read, 0, 2), io(read, 2, 2), io(read, 4, 1), io(read, 5, 4)});
  ASSERT_EQ(rig.commands.size(), 3u);
  EXPECT_EQ(rig.commands[0].request.bytes(), options.config.max_request) << "exactly as large is allowed";
  EXPECT_EQ(rig.commands[1].request.blocks, 1u);
  EXPECT_EQ(rig.commands[2].request.blocks, 4u) << "one block more than fits";
}

TEST(BlockLayerMerge, LooksAtTheLastRequestOfThePlugOnly) {
  BlockLayerRig rig;
  rig.play({io(read, 10, 1), io(read, 100, 1), io(read, 11, 1)});
  EXPECT_EQ(rig.commands.size(), 3u);
}

TEST(BlockLayerMerge, LooksAtTheOwnPlugOnly) {
  BlockLayerRig rig;
  rig.play({test::by(1, io(read, 10, 1)), test::by(2, io(read, 11, 1))});
  EXPECT_EQ(rig.commands.size(), 2u);
}

TEST(BlockLayerMerge, ComesTooLateWhenThePlugWasFlushed) {
  BlockLayerRig rig;
  rig.submit(io(read, 10, 1));
  rig.submit(io(read, 11, 1), rig.costs.submit + rig.costs.dispatch + 1_ps);
  rig.host.run();
  EXPECT_EQ(rig.commands.size(), 2u);
}

TEST(BlockLayerMerge, TakesNoSecondReferenceForAMergedBio) {
  BlockLayerRig rig;
  rig.play({io(read, 10, 1, 7, 100), io(read, 11, 1, 7, 101), io(read, 12, 1, 7, 102)});
  ASSERT_EQ(rig.commands.size(), 1u);
  EXPECT_EQ(rig.keyslots.statistics().programs, 1u);
  EXPECT_EQ(rig.keyslots.statistics().hits, 0u);
  EXPECT_EQ(rig.keyslots.references(rig.commands[0].request.keyslot), 0u);
}

TEST(BlockLayerMerge, IgnoresKeysWithoutCrypto) {
  BlockLayerRig::Options options;
  options.keyslots = 0;
  BlockLayerRig rig(options);
  rig.play({io(write, 10, 1, 7, 100), io(write, 11, 1, 8, 500)});
  ASSERT_EQ(rig.commands.size(), 1u);
  EXPECT_FALSE(rig.commands[0].request.has_keyslot);
  EXPECT_TRUE(rig.programs.empty());
}

TEST(BlockLayerMerge, LetsMergedBiosShareTheStagesAfterThePlug) {
  BlockLayerRig rig;
  rig.play({io(read, 10, 1, 7, 100), io(read, 11, 1, 7, 101)});
  ASSERT_EQ(rig.ends.size(), 2u);
  const Timeline& first = rig.ends[0].timeline;
  const Timeline& second = rig.ends[1].timeline;
  EXPECT_EQ(first.spent(Stage::keyslot_program), rig.program_time);
  EXPECT_EQ(first.spent(Stage::plug), rig.costs.submit) << "while the second bio came down";
  EXPECT_EQ(second.spent(Stage::cpu), rig.costs.submit + rig.program_time) << "the core had the first one";
  EXPECT_EQ(second.spent(Stage::keyslot_program), 0_ps);
  EXPECT_EQ(second.spent(Stage::plug), 0_ps);
  EXPECT_EQ(second.spent(Stage::device), first.spent(Stage::device));
}

}  // namespace
}  // namespace icesim
