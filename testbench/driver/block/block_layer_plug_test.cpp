// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/block/block_layer_rig.hpp"

#include <gtest/gtest.h>

/// When a submitter's plug is flushed, and what goes past it.
namespace icesim {
namespace {

using namespace literals;
using test::BlockLayerRig;
using test::flagged;
using test::io;
using test::read;
using test::scattered;
using test::write;

/// Blocks of a request that the plug's size rule means.
constexpr std::uint64_t large = (128 << 10) / logical_block.n;

BlockLayerRig::Options plug_of(std::uint64_t requests) {
  BlockLayerRig::Options options;
  options.config.plug_requests = requests;
  return options;
}

/// For each command of bios that come at once: how many bios had been taken down when it was issued.
std::vector<std::uint64_t> taken_down_at_commands(BlockLayerRig& rig, const std::vector<IoRequest>& bios) {
  rig.play(bios);
  std::vector<std::uint64_t> result;
  for (std::size_t i = 0; i < rig.commands.size(); ++i)
    result.push_back((rig.commands[i].at - rig.costs.dispatch * (i + 1)) / rig.costs.submit);
  return result;
}
std::vector<std::uint64_t> taken_down_at_commands(const std::vector<IoRequest>& bios,
                                                  const BlockLayerRig::Options& options = {}) {
  BlockLayerRig rig(options);
  return taken_down_at_commands(rig, bios);
}

using Taken = std::vector<std::uint64_t>;

TEST(BlockLayerPlug, IsFlushedWhenItsSubmitterIsDone) {
  EXPECT_EQ(taken_down_at_commands(scattered(3)), (Taken{3, 3, 3}));
}

TEST(BlockLayerPlug, StaysFullUntilAnotherRequestComes) {
  EXPECT_EQ(taken_down_at_commands(scattered(4), plug_of(4)), (Taken{4, 4, 4, 4}));
  EXPECT_EQ(taken_down_at_commands(scattered(6), plug_of(4)), (Taken{5, 5, 5, 5, 6, 6}))
      << "not with the fourth, with the fifth";
  EXPECT_EQ(taken_down_at_commands(scattered(5), plug_of(2)), (Taken{3, 3, 5, 5, 5}));
}

TEST(BlockLayerPlug, LetsABioJoinTheLastRequestAlthoughItIsFull) {
  EXPECT_EQ(taken_down_at_commands({io(read, 0, 1), io(read, 50, 1), io(read, 51, 1), io(read, 90, 1), io(read, 95, 1)},
                                   plug_of(2)),
            (Taken{4, 4, 5, 5}));
}

TEST(BlockLayerPlug, IsFlushedByAnotherRequestOnceTheFirstOneIsLarge) {
  EXPECT_EQ(taken_down_at_commands({io(read, 0, large - 1), io(read, 900, 1), io(read, 990, 1)}), (Taken{3, 3, 3}));
  EXPECT_EQ(taken_down_at_commands({io(read, 0, large), io(read, 900, 1), io(read, 990, 1)}), (Taken{2, 3, 3}));
  EXPECT_EQ(taken_down_at_commands({io(Operation::discard, 0, large), io(read, 900, 1), io(read, 990, 1)}),
            (Taken{2, 3, 3}));
  EXPECT_EQ(taken_down_at_commands({io(read, 0, 1), io(read, 500, large), io(read, 990, 1), io(read, 1200, 1)}),
            (Taken{4, 4, 4, 4}))
      << "the size of the others does not matter";
}

TEST(BlockLayerPlug, CountsWhatTheFirstRequestHasBecomeByMerging) {
  EXPECT_EQ(
      taken_down_at_commands({io(read, 0, large - 1), io(read, large - 1, 1), io(read, 900, 1), io(read, 990, 1)}),
      (Taken{3, 4, 4}));
  BlockLayerRig rig;
  EXPECT_EQ(taken_down_at_commands(rig, {io(read, 0, large), io(read, large, large), io(read, 2 * large, 1)}),
            (Taken{3}));
  EXPECT_EQ(rig.commands[0].request.blocks, 2 * large + 1) << "it goes on growing";
}

TEST(BlockLayerPlug, TakesForcedWritesAndDiscardsLikeOthers) {
  EXPECT_EQ(taken_down_at_commands(
                {flagged(io(write, 0, 1), IoRequest::fua), io(Operation::discard, 70, 1), io(write, 90, 1)}),
            (Taken{3, 3, 3}));
}

TEST(BlockLayerPlug, LetsFlushesPastAtOnce) {
  EXPECT_EQ(taken_down_at_commands({io(write, 0, 1), io(Operation::flush, 0, 0), io(write, 90, 1)}), (Taken{2, 3, 3}));
  EXPECT_EQ(taken_down_at_commands({io(Operation::flush, 0, 0), io(write, 90, 1)}), (Taken{1, 2}));
}

TEST(BlockLayerPlug, OfOneRequestIsNone) {
  EXPECT_EQ(taken_down_at_commands({io(read, 0, 1), io(read, 1, 1), io(read, 2, 1)}, plug_of(1)), (Taken{1, 2, 3}))
      << "each leaves at once, and nothing meets to be merged";
}

TEST(BlockLayerPlug, IsFlushedOnceTheOtherRequestHasItsKeyslot) {
  BlockLayerRig rig;
  rig.play({io(read, 0, large, 7), io(read, 900, 1, 8), io(read, 990, 1, 7)});
  ASSERT_EQ(rig.commands.size(), 3u);
  EXPECT_EQ(rig.commands[0].at, rig.costs.submit * 2 + rig.program_time * 2 + rig.costs.dispatch);
  EXPECT_EQ(rig.ends[1].timeline.spent(Stage::plug), rig.costs.dispatch + rig.costs.submit)
      << "the second one sits there from the time it has its keyslot";
}

TEST(BlockLayerPlug, HoldsTheMostRequestsThereAreTagsFor) {
  BlockLayerRig rig;
  const std::uint64_t most = BlockLayerConfig{}.plug_requests;
  ASSERT_EQ(most, 32u);
  const Taken taken = taken_down_at_commands(rig, scattered(most + 1));
  ASSERT_EQ(taken.size(), most + 1);
  for (std::uint64_t i = 0; i < most; ++i)
    EXPECT_EQ(taken[i], most + 1) << "it finds no tag, sleeps, and flushes before";
  EXPECT_EQ(rig.blocks.statistics().tag_waits, 1u);
}

TEST(BlockLayerPlug, LetsAWokenSleeperForAKeyslotSleepOnAlthoughItsKeyIsThere) {
  BlockLayerRig::Options options;
  options.cores = 2;
  options.keyslots = 1;
  BlockLayerRig rig(options);
  rig.submit(test::by(1, io(read, 0, 1, 7)));
  rig.submit(test::by(2, io(read, 100, 1, 8)), 10_us);  // on the other core
  rig.submit(test::by(3, io(read, 200, 1, 8)), 20_us);  // on the first core
  const Picoseconds freed = rig.costs.submit + rig.program_time + rig.costs.dispatch + rig.device_time;
  // The first core has other work when both are woken: the third process wakes when the second has programmed the key.
  rig.submit(test::by(4, io(read, 300, 1)), freed - 10_us);
  for (std::uint64_t i = 0; i < 20; ++i) rig.submit(test::by(5, io(read, 400 + 10 * i, 1)), freed - 1_us);
  Picoseconds programmed{};
  rig.host.at(freed + rig.costs.thread_wake + rig.program_time + 1_ps, [&] {
    EXPECT_EQ(rig.keyslots.key_in(Keyslot{0}), 8u);
    programmed = rig.host.now();
  });
  rig.host.run();
  ASSERT_GT(programmed, 0_ps);
  EXPECT_EQ(rig.keyslots.statistics().waits, 3u);
  EXPECT_EQ(rig.keyslots.statistics().hits, 1u) << "when the keyslot was idle again";
  Picoseconds second_ended{};
  for (const auto& end : rig.ends) {
    if (end.bio.io.process == 2) second_ended = end.at;
    if (end.bio.io.process == 3) {
      const Picoseconds slept = end.timeline.spent(Stage::keyslot_wait) + end.timeline.spent(Stage::keyslot_lock);
      const Picoseconds woken = 20_us + rig.costs.submit + slept;
      EXPECT_EQ(woken, second_ended + rig.costs.thread_wake);
    }
  }
}

}  // namespace
}  // namespace icesim
