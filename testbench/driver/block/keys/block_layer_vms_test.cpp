// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/block/block_layer_rig.hpp"

#include <algorithm>
#include <map>

namespace icesim {
namespace {

using namespace literals;
using test::BlockLayerRig;
using test::by;
using test::io;
using test::read;

IoRequest of_vm(std::size_t vm, IoRequest request) {
  request.set_vm(vm);
  return request;
}

/// Requests of virtual machines, each with a process on a core of its own.
struct BlockLayerVms : testing::Test {
  std::unique_ptr<BlockLayerRig> rig;
  void start(std::vector<std::uint32_t> vms, Picoseconds hypervisor = {}, std::uint32_t keyslots = 32) {
    BlockLayerRig::Options options;
    options.vms = std::move(vms);
    options.hypervisor = hypervisor;
    options.keyslots = keyslots;
    rig = std::make_unique<BlockLayerRig>(options);
  }
  IoRequest from(std::uint32_t vm, KeyId key, std::uint64_t block = 0) const {
    return of_vm(vm, by(vm + 1, io(read, block + 100 * vm, 1, key)));
  }
  const test::BlockLayerRig::End& end_of(KeyId key) const {
    return *std::find_if(rig->ends.begin(), rig->ends.end(), [&](const auto& each) { return each.bio.io.key == key; });
  }
};

TEST_F(BlockLayerVms, EachTakesKeyslotsOfItsPart) {
  start({2, 3});
  for (std::uint32_t i = 0; i < 10; ++i) {
    rig->submit(from(0, 10 + i % 3, i), 1_ms * i);
    rig->submit(from(1, 20 + i % 4, i), 1_ms * i);
  }
  rig->host.run();
  ASSERT_EQ(rig->ends.size(), 20u);
  for (const auto& [keyslot, key] : rig->programs) {
    EXPECT_EQ(keyslot.n < 2, key < 20) << key;
    EXPECT_LT(keyslot.n, 5u);
  }
  EXPECT_EQ(rig->own[0]->statistics().programs, 10u) << "three keys take turns in two keyslots";
  EXPECT_EQ(rig->own[1]->statistics().programs, 10u) << "and four in three";
  EXPECT_EQ(rig->keyslots.statistics().programs, 0u);
  EXPECT_EQ(rig->blocks.vms()[1].statistics.keyslots.evictions, 7u);
}

TEST_F(BlockLayerVms, OneThatProgramsDoesNotHoldBackTheHitsOfAnother) {
  for (const bool shared : {false, true}) {
    start(shared ? std::vector<std::uint32_t>{0, 0} : std::vector<std::uint32_t>{2, 2});
    rig->submit(from(1, 20));
    rig->program_time = 900_us;
    rig->submit(from(0, 10), 5_ms);
    rig->submit(from(1, 20, 1), 5_ms + 10_us);
    rig->host.run();
    const Timeline& hit = rig->ends[shared ? 2 : 1].timeline;
    EXPECT_EQ(rig->ends[shared ? 2 : 1].bio.io.key, 20u);
    EXPECT_EQ(hit.spent(Stage::keyslot_lock) > 0_ps, shared);
    EXPECT_EQ(rig->blocks.vms()[1].statistics.keyslots.lock_waits, shared ? 1u : 0u);
  }
}

TEST_F(BlockLayerVms, OneThatHasNoIdleKeyslotDoesNotHoldBackAnother) {
  start({1, 1});
  rig->device_time = 5_ms;
  rig->submit(from(0, 10));
  rig->submit(by(7, of_vm(0, io(read, 900, 1, 11))), 1_ms);
  rig->submit(from(1, 20), 2_ms);
  rig->host.run();
  EXPECT_GT(end_of(11).timeline.spent(Stage::keyslot_wait), 3_ms);
  EXPECT_EQ(end_of(20).timeline.spent(Stage::keyslot_wait), 0_ps);
  EXPECT_EQ(rig->blocks.vms()[0].statistics.keyslots.waits, 1u);
  EXPECT_EQ(rig->blocks.vms()[1].statistics.keyslots.waits, 0u);
}

/// Both programs are asked for at the same time, under two locks: the hardware's keyslots are written one by one.
TEST_F(BlockLayerVms, TheHardwaresKeyslotsAreProgrammedOneAtATime) {
  start({1, 1});
  rig->program_time = 50_us;
  rig->submit(from(0, 10));
  rig->submit(from(1, 20), 1_us);
  rig->host.run();
  const Picoseconds first_done = rig->costs.submit + 50_us;
  EXPECT_EQ(end_of(10).timeline.spent(Stage::keyslot_program), 50_us);
  const Timeline& second = end_of(20).timeline;
  EXPECT_EQ(second.spent(Stage::keyslot_lock), first_done + rig->costs.thread_wake - (1_us + rig->costs.submit));
  EXPECT_EQ(second.spent(Stage::keyslot_program), 50_us);
  EXPECT_EQ(rig->blocks.sleeping().all(), 0u);
}

TEST_F(BlockLayerVms, AGuestAsksTheHypervisorForEachProgramAndTheHostDoesNot) {
  for (const bool shared : {false, true}) {
    start(shared ? std::vector<std::uint32_t>{0, 0} : std::vector<std::uint32_t>{2, 2}, 7_us);
    rig->submit(from(0, 10));
    rig->submit(from(1, 20), 1_ms);
    rig->submit(from(1, 20, 1), 2_ms);
    rig->host.run();
    const auto spent = [&](std::size_t i, Stage stage) { return rig->ends[i].timeline.spent(stage); };
    EXPECT_EQ(spent(0, Stage::hypervisor), 0_ps);
    EXPECT_EQ(spent(1, Stage::hypervisor), 7_us);
    EXPECT_EQ(spent(2, Stage::hypervisor), 0_ps) << "a hit";
    EXPECT_EQ(rig->commands[0].at, rig->costs.submit + rig->program_time + rig->costs.dispatch);
    EXPECT_EQ(rig->commands[1].at, 1_ms + rig->costs.submit + 7_us + rig->program_time + rig->costs.dispatch);
    EXPECT_EQ(rig->blocks.vms()[0].statistics.hypervisor_calls, 0u);
    EXPECT_EQ(rig->blocks.vms()[1].statistics.hypervisor_calls, 1u);
    EXPECT_EQ(rig->blocks.vms()[1].statistics.hypervisor, TimeSum(7_us));
  }
}

/// A second request of the guest comes a picosecond before the first has its key, and one after it.
TEST_F(BlockLayerVms, TheHypervisorIsAskedUnderTheLockOfTheGuest) {
  for (const bool early : {true, false}) {
    start({1, 2}, 7_us);
    const Picoseconds there = rig->costs.submit + 7_us + rig->program_time;
    rig->submit(from(1, 20));
    rig->submit(by(5, of_vm(1, io(read, 500, 1, 20))), there - rig->costs.submit + Picoseconds{2} * (early ? 0u : 1u) - Picoseconds{1});
    rig->host.run();
    EXPECT_EQ(rig->own[1]->statistics().lock_waits, early ? 1u : 0u);
    EXPECT_EQ(rig->ends.size(), 2u) << "and it is woken";
    EXPECT_EQ(rig->programs.size(), 1u);
  }
}

/// While the guest asks, the hardware is free for the host.
TEST_F(BlockLayerVms, NobodyElseWaitsForTheHypervisor) {
  start({1, 1}, 500_us);
  rig->submit(from(1, 20));
  rig->submit(from(0, 10), 10_us);
  rig->host.run();
  EXPECT_EQ(end_of(10).timeline.spent(Stage::keyslot_lock), 0_ps);
  EXPECT_LT(end_of(10).at, end_of(20).at);
}

TEST_F(BlockLayerVms, AWorkerAsksTheHypervisorWhereKeyslotsAreFoundLate) {
  std::map<std::uint64_t, Picoseconds> sent;
  for (const Picoseconds hypervisor : {0_ps, 7_us}) {
    start({2, 2}, hypervisor);
    rig->blocks.find_keyslots_late(3_ms);
    rig->submit(from(1, 20));
    rig->submit(from(0, 10, 5), 1_us);
    rig->host.run();
    ASSERT_EQ(rig->ends.size(), 2u);
    sent[hypervisor.n] = rig->commands[0].at;
    EXPECT_EQ(rig->programs.size(), 2u);
    EXPECT_EQ(end_of(20).timeline.spent(Stage::hypervisor), 0_ps) << "its submitter goes on";
    EXPECT_EQ(rig->blocks.vms()[1].statistics.hypervisor, TimeSum(hypervisor));
  }
  EXPECT_EQ(sent.at((7_us).n), sent.at(0) + 7_us);
}

TEST_F(BlockLayerVms, PlainRequestsGetTheKeyOfTheirMachinesDevice) {
  start({1, 1});
  rig->blocks.set_default_key(device_key);
  rig->submit(of_vm(0, by(1, io(read, 0, 1))));
  rig->submit(of_vm(1, by(2, io(read, 100, 1))));
  rig->host.run();
  ASSERT_EQ(rig->programs.size(), 2u);
  EXPECT_EQ(rig->programs[0].second, device_key);
  EXPECT_EQ(rig->programs[1].second, device_key - 1);
}

}  // namespace
}  // namespace icesim
