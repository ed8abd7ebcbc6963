// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/random.hpp"
#include "testbench/driver/block/block_layer_rig.hpp"

#include <gtest/gtest.h>
#include <map>

/// The block layer where commands fail and are tried again.
namespace icesim {
namespace {

using namespace literals;
using test::BlockLayerRig;
using test::by;
using test::flagged;
using test::io;
using test::read;
using test::write;

BlockLayerRig::Options trying(Scheduler scheduler, std::uint64_t retries = 5) {
  BlockLayerRig::Options options;
  options.tags = 31;
  options.config.scheduler = scheduler;
  options.config.retries = retries;
  options.config.kblockd_core = 7;
  return options;
}

struct BlockLayerErrors : testing::TestWithParam<Scheduler> {};
INSTANTIATE_TEST_SUITE_P(Schedulers, BlockLayerErrors, testing::Values(Scheduler::none, Scheduler::mq_deadline),
                         [](const auto& tested) { return tested.param == Scheduler::none ? "none" : "mq_deadline"; });

TEST_P(BlockLayerErrors, TriesACommandAgainWithItsKeyslotOnceTheDeviceTakesIt) {
  BlockLayerRig rig(trying(GetParam()));
  rig.fails = [&](const Request&) { return rig.commands.size() == 1; };
  rig.submit(io(read, 10, 1, 7, 5));
  const Picoseconds first = rig.costs.submit + rig.program_time + rig.costs.dispatch;
  const Picoseconds failed = first + rig.device_time;
  rig.host.at(failed + 1_ms, [&] { EXPECT_EQ(rig.keyslots.references(Keyslot{0}), 1u); });
  rig.host.run();
  ASSERT_EQ(rig.commands.size(), 2u);
  EXPECT_EQ(rig.commands[0].at, first);
  // Refused when kblockd has woken, refused again after a while, taken after another.
  const Picoseconds taken = failed + rig.costs.thread_wake + (ScsiDevice::delay + rig.costs.thread_wake) * 2;
  EXPECT_EQ(rig.commands[1].at, taken + rig.costs.dispatch);
  EXPECT_EQ(rig.commands[1].request.keyslot, rig.commands[0].request.keyslot);
  ASSERT_EQ(rig.ends.size(), 1u);
  EXPECT_FALSE(static_cast<bool>(rig.ends[0].bio.failure));
  EXPECT_EQ(rig.ends[0].timeline.spent(Stage::retry), taken - failed);
  EXPECT_EQ(rig.ends[0].timeline.spent(Stage::device), (rig.costs.dispatch + rig.device_time) * 2) << "dispatch, too";
  EXPECT_EQ(rig.keyslots.references(Keyslot{0}), 0u);
  EXPECT_EQ(rig.keyslots.statistics().programs, 1u);
  EXPECT_EQ(rig.blocks.error_statistics().retries, 1u);
}

TEST_P(BlockLayerErrors, ACommandThatEndsUnblocksTheDevice) {
  BlockLayerRig rig(trying(GetParam()));
  rig.fails = [&](const Request& request) { return request.lba == Lba{10} && rig.commands.size() == 2; };
  rig.submit(by(1, io(read, 10, 1)));
  rig.submit(by(2, io(read, 20, 1)), 50_us);
  rig.host.run();
  ASSERT_EQ(rig.commands.size(), 3u);
  const Picoseconds other = rig.commands[1].at + rig.device_time;
  EXPECT_EQ(rig.commands[2].at, other + rig.costs.thread_wake + rig.costs.dispatch);
}

TEST_P(BlockLayerErrors, OthersWaitWhileTheDeviceIsBlocked) {
  BlockLayerRig rig(trying(GetParam()));
  rig.fails = [&](const Request&) { return rig.commands.size() == 1; };
  rig.submit(by(1, io(read, 10, 1)));
  rig.submit(by(2, io(read, 20, 1)), rig.device_time + 500_us);
  rig.host.run();
  ASSERT_EQ(rig.commands.size(), 3u);
  EXPECT_EQ(rig.commands[1].request.lba, Lba{10}) << "what was put back goes first";
  EXPECT_GE(rig.commands[2].at, rig.commands[1].at);
  EXPECT_EQ(rig.ends.size(), 2u);
}

TEST_P(BlockLayerErrors, FailsForGoodBehindTheLastRetry) {
  for (const std::uint64_t retries : {1u, 5u}) {
    BlockLayerRig rig(trying(GetParam(), retries));
    rig.fails = [](const Request&) { return true; };
    rig.play({io(write, 10, 1, 7, 5)});
    EXPECT_EQ(rig.commands.size(), retries + 1);
    ASSERT_EQ(rig.ends.size(), 1u);
    EXPECT_EQ(rig.ends[0].bio.failure.ocs, Ocs::fatal_error);
    EXPECT_EQ(rig.keyslots.references(Keyslot{0}), 0u);
    EXPECT_EQ(rig.blocks.error_statistics().exhausted, 1u);
    EXPECT_EQ(rig.blocks.statistics().failed, 1u);
  }
}

TEST_P(BlockLayerErrors, TriesNoReadaheadAgain) {
  BlockLayerRig rig(trying(GetParam()));
  rig.fails = [](const Request&) { return true; };
  rig.play({flagged(io(read, 10, 1, 7, 5), IoRequest::readahead)});
  EXPECT_EQ(rig.commands.size(), 1u);
  ASSERT_EQ(rig.ends.size(), 1u);
  EXPECT_TRUE(rig.ends[0].bio.failure);
  EXPECT_EQ(rig.keyslots.references(Keyslot{0}), 0u);
}

TEST_P(BlockLayerErrors, TriesFlushesAgain) {
  for (const Flushing flushing : {Flushing::per_request, Flushing::linux}) {
    BlockLayerRig::Options options = trying(GetParam());
    options.config.flush = flushing;
    BlockLayerRig rig(options);
    rig.fails = [&](const Request& request) { return request.preflush && rig.commands.size() == 1; };
    rig.play({flagged(io(write, 10, 1, 7, 5), IoRequest::preflush)});
    ASSERT_EQ(rig.commands.size(), 3u);
    EXPECT_TRUE(rig.commands[1].request.preflush);
    ASSERT_EQ(rig.ends.size(), 1u);
    EXPECT_FALSE(static_cast<bool>(rig.ends[0].bio.failure));
    EXPECT_GT(rig.ends[0].timeline.spent(Stage::flush), rig.device_time);
  }
}

TEST_P(BlockLayerErrors, ACommandThatWaitsForAKeyslotLeavesTheTagToTheOneThatHasIt) {
  BlockLayerRig::Options options = trying(GetParam());
  options.tags = GetParam() == Scheduler::none ? 2 : 1;
  options.keyslots = 1;
  BlockLayerRig rig(options);
  rig.blocks.find_keyslots_late(700_us);
  rig.fails = [&](const Request&) { return rig.commands.size() == 1; };
  rig.submit(by(1, io(read, 10, 1, 7, 5)));
  rig.submit(by(2, io(read, 20, 1, 8, 5)), 20_us);
  rig.host.run(1_s);
  EXPECT_EQ(rig.ends.size(), 2u);
  EXPECT_EQ(rig.keyslots.references(Keyslot{0}), 0u);
}

TEST_P(BlockLayerErrors, WhoWasHeldForAKeyWaitsForTheDeviceToo) {
  BlockLayerRig rig(trying(GetParam()));
  rig.blocks.find_keyslots_late(700_us);
  rig.pieces = {{500_us, 0_ps, Stage::keyslot_program, KeyWork::End::failed}};
  rig.fails = [&](const Request&) { return rig.commands.size() == 1; };
  rig.submit(by(1, io(read, 10, 1)));
  rig.submit(by(2, io(read, 20, 1, 7)), 1_us);
  rig.host.run();
  ASSERT_EQ(rig.ends.size(), 2u);
  const auto& end = rig.ends[rig.ends[0].bio.io.process == 2 ? 0 : 1];
  EXPECT_TRUE(end.bio.failure.key_program);
  EXPECT_GT(end.timeline.spent(Stage::retry), 0_ps);
}

TEST_P(BlockLayerErrors, KblockdIsAskedAgainEvenIfItsCoreIsBusyThen) {
  BlockLayerRig::Options options = trying(GetParam());
  options.config.kblockd_core = 0;
  BlockLayerRig rig(options);
  rig.fails = [&](const Request&) { return rig.commands.size() == 1; };
  rig.submit(by(1, io(read, 10, 1)));
  const Picoseconds asked = rig.costs.submit + rig.costs.dispatch + rig.device_time + rig.costs.thread_wake + ScsiDevice::delay;
  rig.host.at(asked - 1_us, [&] { rig.host.queue(0, Step::compute(Work::Kind::rerun, no_index, 2_us)); });
  rig.host.run();
  EXPECT_EQ(rig.ends.size(), 1u);
}

/// Keys come late, or the controller stops while they are programmed, or neither; some cannot be.
void choose_keys(BlockLayerRig& rig, Random& random) {
  const std::uint64_t kind = random.below(4);
  KeyWork stops{2_us, 30_us, Stage::drain, KeyWork::End::not_yet, Stage::drain};
  stops.stops = true;
  KeyWork last{40_us, 0_ps, Stage::firmware, KeyWork::End::done};
  last.stops = true;
  if (kind < 2) rig.blocks.find_keyslots_late(50_us * (1 + random.below(10)));
  if (kind == 1 || kind == 2) rig.pieces = {stops, last};
  if (!random.chance(50)) return;
  last.end = KeyWork::End::failed;
  for (Picoseconds at = 300_us; at < 20_ms; at += 700_us) {
    rig.host.at(at, [&rig, last] { rig.pieces = {last}; });
    rig.host.at(at + 200_us, [&rig] { rig.pieces.clear(); });
  }
}

/// Requests of all kinds on a device where one of three commands fails.
void play_with_faults(std::uint64_t seed) {
  Random random(seed);
  BlockLayerRig::Options options = trying(random.chance(50) ? Scheduler::none : Scheduler::mq_deadline, 1 + random.below(5));
  options.tags = 1 + static_cast<std::uint32_t>(random.below(8));
  options.keyslots = 1 + static_cast<std::uint32_t>(random.below(4));
  options.config.flush = random.chance(50) ? Flushing::linux : Flushing::per_request;
  options.config.fua = random.chance(50);
  options.config.throttle.on = random.chance(50);
  options.config.sleepers_plug = random.chance(50) ? SleepersPlug::submitter : SleepersPlug::kblockd;
  BlockLayerRig rig(options);
  choose_keys(rig, random);
  Random faults(seed + 1000);
  rig.fails = [&](const Request&) { return faults.chance(33); };
  Picoseconds now{};
  constexpr std::uint32_t bios = 60;
  std::uint64_t block = 0;
  for (std::uint32_t i = 0; i < bios; ++i) {
    now += 20_us * random.below(4);
    const std::uint64_t kind = random.below(8);
    IoRequest request = io(Operation::flush, 0, 0);
    if (kind > 0)
      request = io(kind < 4 ? read : write, block, 1 + random.below(3), static_cast<KeyId>(random.below(6)), block);
    block += 4 * random.below(2) + 3;
    if (kind == 1) request = flagged(request, IoRequest::readahead);
    if (kind == 5) request = flagged(request, IoRequest::preflush);
    if (kind == 6) request = flagged(request, IoRequest::fua);
    request.inode = i + 1;
    rig.submit(by(static_cast<std::uint32_t>(random.below(5)), request), now);
  }
  rig.host.run();
  std::map<std::uint64_t, int> ended;
  std::uint64_t failed = 0;
  for (const auto& end : rig.ends) {
    ++ended[end.bio.io.inode];
    failed += end.bio.failure ? 1 : 0;
  }
  EXPECT_EQ(ended.size(), bios) << seed;
  EXPECT_EQ(rig.ends.size(), bios) << "none twice";
  EXPECT_EQ(rig.blocks.statistics().failed, failed);
  EXPECT_EQ(rig.blocks.sleeping().all(), 0u);
  EXPECT_GT(rig.blocks.error_statistics().retries, 0u);
  for (std::uint32_t i = 0; i < options.keyslots; ++i) EXPECT_EQ(rig.keyslots.references(Keyslot{i}), 0u) << seed;
}

TEST(BlockLayerErrors, LosesNothingWhateverFails) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) play_with_faults(seed);
}

}  // namespace
}  // namespace icesim
