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
using End = KeyWork::End;

constexpr Picoseconds retry{700'000'000};

/// Keyslots are found when requests are issued. Processes have cores 0 to 5, the worker 7.
struct BlockLayerLateKeys : testing::Test {
  std::unique_ptr<BlockLayerRig> rig;
  void start(std::uint32_t keyslots, std::uint32_t tags = 32, Flushing flush = Flushing::per_request) {
    BlockLayerRig::Options options;
    options.tags = tags;
    options.keyslots = keyslots;
    options.config.kblockd_core = 7;
    options.config.flush = flush;
    rig = std::make_unique<BlockLayerRig>(options);
    rig->blocks.find_keyslots_late(retry);
  }
  /// Until a request that is alone has been dispatched.
  Picoseconds sent() const { return rig->costs.submit + rig->costs.dispatch; }
};

TEST_F(BlockLayerLateKeys, AWorkerProgramsWhatIsMissed) {
  start(4);
  rig->play({io(read, 0, 1, 7)});
  ASSERT_EQ(rig->ends.size(), 1u);
  EXPECT_EQ(rig->programs.size(), 1u);
  const Picoseconds there = sent() + rig->costs.thread_wake + rig->program_time;
  EXPECT_EQ(rig->commands[0].at, there + rig->costs.dispatch) << "and dispatched again";
  EXPECT_EQ(rig->ends[0].timeline.spent(Stage::blocked), rig->costs.thread_wake + rig->program_time);
  EXPECT_EQ(rig->ends[0].timeline.spent(Stage::keyslot_program), 0_ps) << "its submitter goes on";
  EXPECT_EQ(rig->keyslots.statistics().hits, 0u);
  EXPECT_EQ(rig->keyslots.references(Keyslot{0}), 0u) << "put at its end";
}

TEST_F(BlockLayerLateKeys, AKeyThatIsThereCostsNothing) {
  start(4);
  rig->submit(io(read, 0, 1, 7));
  rig->submit(io(read, 100, 1, 7), 5_ms);
  rig->host.run();
  EXPECT_EQ(rig->programs.size(), 1u);
  EXPECT_EQ(rig->commands[1].at, 5_ms + sent());
  EXPECT_EQ(rig->keyslots.statistics().hits, 1u);
}

TEST_F(BlockLayerLateKeys, AllRequestsAreHeldBackWhileTheWorkerWorks) {
  start(4);
  rig->program_time = 200_us;
  rig->submit(by(1, io(read, 0, 1, 7)));
  rig->submit(by(2, io(read, 100, 1)), 20_us);
  rig->submit(by(3, io(read, 200, 1, 8)), 30_us);
  rig->host.run();
  const Picoseconds free = sent() + rig->costs.thread_wake + 200_us;
  ASSERT_EQ(rig->commands.size(), 3u);
  EXPECT_EQ(rig->commands[0].at, free + rig->costs.dispatch);
  EXPECT_EQ(rig->commands[1].at, free + rig->costs.dispatch) << "without a key";
  EXPECT_EQ(rig->programs.size(), 2u);
}

TEST_F(BlockLayerLateKeys, ARequestThatFindsAllKeyslotsInUseIsTriedAgainAfterATime) {
  start(1);
  rig->device_time = 1_ms;
  rig->submit(by(1, io(read, 0, 1, 7)));
  rig->submit(by(2, io(read, 100, 1, 8)), 100_us);
  rig->host.run();
  ASSERT_EQ(rig->ends.size(), 2u);
  const Picoseconds first_ends = rig->commands[0].at + 1_ms;
  // It looks at its first dispatch, and then each time behind a wait and another dispatch.
  Picoseconds looks = 100_us + sent();
  int times = 0;
  for (; looks < first_ends; looks += retry + rig->costs.dispatch) ++times;
  EXPECT_EQ(times, 2);
  EXPECT_EQ(rig->keyslots.statistics().waits, 2u);
  EXPECT_EQ(rig->commands[1].at, looks + rig->costs.thread_wake + rig->program_time + rig->costs.dispatch);
}

TEST_F(BlockLayerLateKeys, AKeyThatCannotBeProgrammedIsTriedFiveTimes) {
  start(2);
  rig->pieces = {{1_us, 0_ps, Stage::keyslot_program, End::failed}};
  rig->submit(by(1, io(read, 0, 1, 7)));
  rig->submit(by(2, io(read, 100, 1)), 1_us);
  rig->host.run();
  ASSERT_EQ(rig->ends.size(), 2u);
  EXPECT_EQ(rig->programs.size(), 5u);
  int failed = 0;
  for (const auto& each : rig->ends) {
    if (!each.bio.failure) continue;
    ++failed;
    EXPECT_TRUE(each.bio.failure.key_program);
    EXPECT_EQ(each.bio.io.process, 1u);
  }
  EXPECT_EQ(failed, 1);
  rig->pieces.clear();
  rig->submit(by(1, io(read, 0, 1, 7)), rig->host.now() + 1_ms);
  rig->host.run();
  EXPECT_EQ(rig->ends.size(), 3u) << "its tag can be used again";
  EXPECT_FALSE(rig->ends.back().bio.failure);
}

TEST_F(BlockLayerLateKeys, FlushesGoOnBehindDataWhoseKeyCannotBeProgrammed) {
  start(2, 32, Flushing::linux);
  rig->pieces = {{1_us, 0_ps, Stage::keyslot_program, End::failed}};
  rig->submit(by(1, flagged(io(Operation::write, 0, 1, 7), IoRequest::preflush)));
  rig->submit(by(2, io(Operation::flush, 0, 0)), 1_ms);
  rig->host.run(10_ms);
  ASSERT_EQ(rig->ends.size(), 2u);
  EXPECT_TRUE(rig->ends[0].bio.failure.key_program);
  EXPECT_FALSE(rig->ends[1].bio.failure);
}

TEST_F(BlockLayerLateKeys, NobodyIsLeftWhateverComes) {
  for (const std::uint32_t keyslots : {1u, 2u, 5u}) {
    start(keyslots, 8);
    for (std::uint32_t i = 0; i < 200; ++i)
      rig->submit(by(i % 6, io(i % 4 == 0 ? Operation::write : read, 16 * i, 1 + i % 3, i % 5 == 0 ? no_key : 1 + i % 9)),
                  Picoseconds{std::uint64_t{3'000'000} * i});
    rig->host.run();
    EXPECT_EQ(rig->ends.size(), 200u);
    for (Keyslot keyslot{0}; keyslot.n < keyslots; ++keyslot.n) EXPECT_EQ(rig->keyslots.references(keyslot), 0u);
    EXPECT_EQ(rig->blocks.sleeping().all(), 0u);
  }
}

}  // namespace
}  // namespace icesim
