// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/block/block_layer_rig.hpp"

namespace icesim {
namespace {

using namespace literals;
using test::BlockLayerRig;
using test::by;
using test::flagged;
using test::io;
using test::read;
using test::write;
using End = KeyWork::End;

/// Doorbells are read until the second look, then 40 us of a call, all without commands.
std::deque<KeyWork> draining(End end = End::done) {
  const auto look = [](Reg reg) {
    KeyWork work{0_ps, 0_ps, Stage::drain, End::not_yet};
    work.reads = reg;
    return work;
  };
  std::deque<KeyWork> pieces{look(Reg::UTRLDBR), {0_ps, 60_us, Stage::drain, End::not_yet, Stage::drain},
                             look(Reg::UTMRLDBR), {40_us, 0_ps, Stage::firmware, end}};
  for (KeyWork& each : pieces) each.stops = true;
  return pieces;
}

struct Registers {
  explicit Registers(BlockLayerRig& rig) {
    rig.host.on_read = [](std::uint32_t offset) { return static_cast<Reg>(offset) == Reg::UTRLDBR ? 5u : 6u; };
  }
};

TEST(BlockLayerHeld, ReadsRegistersForAKeyAndPassesTheirValuesOn) {
  BlockLayerRig rig;
  const Registers registers(rig);
  rig.pieces = draining();
  rig.play({io(read, 0, 1, 7)});
  EXPECT_EQ(rig.answers, (std::vector<std::uint32_t>{0, 5, 0, 6}));
  ASSERT_EQ(rig.ends.size(), 1u);
  const Timeline& life = rig.ends[0].timeline;
  EXPECT_EQ(life.spent(Stage::drain), rig.costs.mmio_read * 2 + 60_us + rig.costs.thread_wake);
  EXPECT_EQ(life.spent(Stage::firmware), 40_us);
  EXPECT_EQ(life.spent(Stage::blocked), 0_ps) << "its own key";
}

TEST(BlockLayerHeld, HoldsBackWhatIsDispatchedMeanwhileAndLetsItGoInOrder) {
  BlockLayerRig rig;
  const Registers registers(rig);
  rig.pieces = draining();
  rig.submit(by(1, io(read, 0, 1, 7)));
  rig.submit(by(2, io(read, 100, 1)), 10_us);
  rig.submit(by(3, io(read, 200, 1)), 30_us);
  rig.host.run();
  const Picoseconds end = rig.costs.submit + rig.costs.mmio_read * 2 + 60_us + rig.costs.thread_wake + 40_us;
  ASSERT_EQ(rig.commands.size(), 3u);
  for (const auto& command : rig.commands) EXPECT_EQ(command.at, end + rig.costs.dispatch) << "each on a core of its own";
  ASSERT_EQ(rig.ends.size(), 3u);
  for (const auto& each : rig.ends) {
    if (each.bio.io.process == 1) continue;
    const Picoseconds held = each.bio.io.time + rig.costs.submit + rig.costs.dispatch;
    EXPECT_EQ(each.timeline.spent(Stage::blocked), end - held);
    EXPECT_EQ(each.timeline.spent(Stage::dispatch), rig.costs.dispatch) << "in vain";
  }
}

TEST(BlockLayerHeld, LetsThemGoWhenTheKeyCouldNotBeProgrammed) {
  BlockLayerRig rig;
  const Registers registers(rig);
  rig.pieces = draining(End::failed);
  rig.submit(by(1, io(read, 0, 1, 7)));
  rig.submit(by(2, io(read, 100, 1)), 10_us);
  rig.host.run();
  ASSERT_EQ(rig.ends.size(), 2u);
  EXPECT_TRUE(rig.ends[0].bio.failure.key_program);
  EXPECT_FALSE(rig.ends[1].bio.failure);
}

TEST(BlockLayerHeld, HoldsBackTheFlushBeforeAWriteAndTheWriteBehindAFlush) {
  for (const Picoseconds at : {10_us, Picoseconds{}}) {
    BlockLayerRig rig;
    const Registers registers(rig);
    rig.device_time = 50_us;
    rig.pieces = draining();
    rig.submit(by(2, flagged(io(write, 100, 1), IoRequest::preflush)), at);
    rig.submit(by(1, io(read, 0, 1, 7)), Picoseconds{5'000'000});
    rig.host.run();
    ASSERT_EQ(rig.ends.size(), 2u);
    ASSERT_EQ(rig.commands.size(), 3u);
    const Timeline& life = rig.ends[0].bio.io.process == 2 ? rig.ends[0].timeline : rig.ends[1].timeline;
    EXPECT_GT(life.spent(Stage::blocked), 0_ps);
  }
}

TEST(BlockLayerHeld, CountsTheTimeOfBiosThatWereMergedIntoAHeldRequest) {
  BlockLayerRig rig;
  const Registers registers(rig);
  rig.pieces = draining();
  rig.submit(by(1, io(read, 0, 1, 7)));
  for (std::uint64_t block = 0; block < 4; ++block) rig.submit(by(2, io(read, 100 + block, 1)), 10_us);
  rig.host.run();
  EXPECT_EQ(rig.ends.size(), 5u) << "the rig looks at the sums of their stages";
  EXPECT_EQ(rig.commands.size(), 2u);
}

}  // namespace
}  // namespace icesim
