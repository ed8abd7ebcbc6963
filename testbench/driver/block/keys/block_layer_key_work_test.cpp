// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/block/block_layer_rig.hpp"

namespace icesim {
namespace {

using namespace literals;
using test::BlockLayerRig;
using test::by;
using test::io;
using test::read;
using End = KeyWork::End;

BlockLayerRig::Options with(std::uint32_t tags, std::uint32_t keyslots) {
  BlockLayerRig::Options options;
  options.tags = tags;
  options.keyslots = keyslots;
  return options;
}

/// 2 us of preparation, 100 us asleep, 30 us in the secure world, 1 us behind it.
std::deque<KeyWork> in_pieces(End end = End::done) {
  return {{2_us, 100_us, Stage::keyslot_program, End::not_yet},
          {30_us, 0_ps, Stage::firmware, End::not_yet},
          {1_us, 0_ps, Stage::keyslot_program, end}};
}

TEST(BlockLayerKeyWork, IsDoneInPiecesBetweenWhichTheSubmitterSleeps) {
  BlockLayerRig rig;
  rig.pieces = in_pieces();
  rig.play({io(read, 0, 1, 7)});
  ASSERT_EQ(rig.ends.size(), 1u);
  const Timeline& life = rig.ends[0].timeline;
  EXPECT_EQ(life.spent(Stage::keyslot_program), 3_us);
  EXPECT_EQ(life.spent(Stage::firmware), 100_us + rig.costs.thread_wake + 30_us);
  EXPECT_EQ(rig.commands[0].at, rig.costs.submit + 133_us + rig.costs.thread_wake + rig.costs.dispatch);
}

TEST(BlockLayerKeyWork, LetsTheCoreServeOthersWhileTheSubmitterSleeps) {
  BlockLayerRig::Options options;
  options.cores = 1;
  BlockLayerRig rig(options);
  rig.pieces = in_pieces();
  rig.submit(by(1, io(read, 0, 1, 7)));
  rig.submit(by(2, io(read, 100, 1)), 10_us);
  rig.host.run();
  ASSERT_EQ(rig.commands.size(), 2u);
  EXPECT_EQ(rig.commands[0].at, 10_us + rig.costs.submit + rig.costs.dispatch) << "the one without a key";
}

TEST(BlockLayerKeyWork, HoldsTheLockUntilItsEnd) {
  BlockLayerRig rig(with(32, 4));
  rig.pieces = in_pieces();
  rig.submit(by(1, io(read, 0, 1, 7)));
  rig.submit(by(2, io(read, 100, 1, 8)), 50_us);
  rig.host.run();
  ASSERT_EQ(rig.ends.size(), 2u);
  const Picoseconds free = rig.costs.submit + 133_us + rig.costs.thread_wake;
  for (const auto& end : rig.ends) {
    if (end.bio.io.process != 2) continue;
    EXPECT_EQ(end.timeline.spent(Stage::keyslot_lock), free + rig.costs.thread_wake - (50_us + rig.costs.submit));
    EXPECT_EQ(end.timeline.spent(Stage::keyslot_wait), 0_ps);
  }
}

TEST(BlockLayerKeyWork, ThatFailsEndsItsRequestWithoutACommand) {
  BlockLayerRig rig(with(1, 1));
  rig.pieces = in_pieces(End::failed);
  rig.submit(by(1, io(read, 0, 1, 7)));
  rig.submit(by(2, io(read, 100, 1, 8)), 1_us);  // waits for the only tag
  rig.host.at(60_us, [&] { rig.pieces.clear(); });
  rig.host.run();
  ASSERT_EQ(rig.ends.size(), 2u);
  EXPECT_TRUE(rig.ends[0].bio.failure.key_program);
  EXPECT_EQ(rig.ends[0].timeline.spent(Stage::keyslot_program), 3_us);
  EXPECT_FALSE(rig.ends[1].bio.failure);
  ASSERT_EQ(rig.commands.size(), 1u);
  EXPECT_EQ(rig.commands[0].request.crypt.key, 8u);
  EXPECT_EQ(rig.blocks.statistics().failed, 1u);
  EXPECT_EQ(rig.blocks.statistics().failures.key_program, 1u);
  EXPECT_EQ(rig.keyslots.key_in(Keyslot{0}), 8u);
  EXPECT_EQ(rig.keyslots.references(Keyslot{0}), 0u);
}

TEST(BlockLayerKeyWork, ThatFailsLetsNobodySleepForEver) {
  BlockLayerRig rig(with(32, 1));
  rig.pieces = in_pieces(End::failed);
  for (std::uint32_t process = 1; process <= 6; ++process)
    rig.submit(by(process, io(read, 100 * process, 1, 1 + process % 3)), Picoseconds{process * 1'000'000});
  rig.host.run();
  ASSERT_EQ(rig.ends.size(), 6u);
  for (const auto& end : rig.ends) EXPECT_TRUE(end.bio.failure.key_program);
  EXPECT_TRUE(rig.commands.empty());
  EXPECT_EQ(rig.blocks.sleeping().all(), 0u);
}

TEST(BlockLayerKeyWork, IssuesThePlugBeforeTheSubmitterSleeps) {
  BlockLayerRig rig;
  rig.pieces = in_pieces();
  rig.play({io(read, 0, 1), io(read, 100, 1, 7)});
  ASSERT_EQ(rig.commands.size(), 2u);
  EXPECT_EQ(rig.commands[0].at, rig.costs.submit * 2 + 2_us + rig.costs.dispatch) << "the first lay in the plug";
}

}  // namespace
}  // namespace icesim
