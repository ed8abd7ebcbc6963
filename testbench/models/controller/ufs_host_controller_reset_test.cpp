// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/task_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

struct UfsHostControllerResetTest : testing::Test {
  static constexpr std::uint64_t tag = 4;
  TaskRig rig;

  void SetUp() override {
    rig.keyslot_config.wipe_on.hce_clear = false;
    rig.start();
    rig.program(3, counting_data(64), 4096_B);
  }
  /// An encrypted command whose COMMAND the device has.
  void begin(DataDirection direction = DataDirection::to_device) {
    Utrd utrd = rig.utrd(tag, direction, 1);
    utrd.crypto_enable = true;
    utrd.cci = Keyslot{3};
    rig.place(tag, utrd, rig.command(tag, 4096, CommandUpiu::write).encode(), {{2 * rig.memory_size, 4096_B}});
    rig.ring(1u << tag);
    rig.run_for(2_us);
  }
  /// A DME command, to its end.
  void dme(uic::Opcode opcode) {
    rig.uic(opcode);
    rig.run_for(rig.config.link_startup_time + 1_us);
  }
  Picoseconds later() const { return kernel_now() + 100_ms; }
  std::uint64_t dropped() const { return rig.controller->statistics().dropped_upius; }
};

struct UfsHostControllerResetByTest : UfsHostControllerResetTest, testing::WithParamInterface<uic::Opcode> {};

TEST_F(UfsHostControllerResetTest, DisablingDropsCommandsAndTheirUseOfKeyslots) {
  begin();
  EXPECT_EQ(rig.keyslots->in_use(Keyslot{3}), 1u);
  rig.master->set(Reg::HCE, 0);
  EXPECT_FALSE(rig.busy(tag));
  EXPECT_EQ(rig.keyslots->in_use(Keyslot{3}), 0u);
  rig.link.inject(response_upiu(tag).encode(), kernel_now() + 1_us);
  rig.run_for(5_us);
  EXPECT_EQ(rig.ocs(tag), static_cast<std::uint8_t>(Ocs::invalid));
  EXPECT_EQ(rig.hardware(Reg::IS), 0u);
  EXPECT_EQ(dropped(), 1u);
}

TEST_F(UfsHostControllerResetTest, DisablingAndEachStartOfTheLinkResetIt) {
  const std::size_t before = rig.link.resets;
  rig.master->set(Reg::HCE, 0);
  EXPECT_EQ(rig.link.resets, before + 1);
  rig.enable();
  EXPECT_EQ(rig.link.resets, before + 2);
  EXPECT_EQ(rig.link.gears.back(), 0u);
}

/// Keys are written while the controller is disabled, and it must find them [ufshci-crypto].
TEST_F(UfsHostControllerResetTest, KeyslotsOutliveTheEnablingOfTheController) {
  rig.master->set(Reg::HCE, 0);
  rig.program(3, counting_data(64, 9), 4096_B);
  rig.enable();
  rig.start_list();
  begin();
  EXPECT_EQ(rig.link.of(Transaction::command).size(), 1u);
  EXPECT_TRUE(rig.busy(tag));
}

/// What the link had announced for a command is not taken for the next one under its tag.
TEST_F(UfsHostControllerResetTest, WhatComesForACommandBeforeAResetIsDropped) {
  begin();
  rig.link.inject(data_upiu(Transaction::ready_to_transfer, tag, 0, 4096).encode(), later());
  rig.master->set(Reg::HCE, 0);
  rig.enable();
  rig.start_list();
  begin();
  ASSERT_EQ(rig.link.of(Transaction::command).size(), 2u);
  rig.run_for(200_ms);
  EXPECT_TRUE(rig.link.of(Transaction::data_out).empty());
  EXPECT_EQ(dropped(), 1u);
  rig.link.inject(data_upiu(Transaction::ready_to_transfer, tag, 0, 4096).encode(), kernel_now() + 1_us);
  rig.run_for(5_us);
  EXPECT_EQ(rig.link.of(Transaction::data_out).size(), 1u);
}

TEST_F(UfsHostControllerResetTest, AResponseThatIsThereEndsItsCommandAfterAResetOfTheLink) {
  begin();
  rig.link.inject(response_upiu(tag).encode(), kernel_now() + 1_us);
  rig.run_for(1_us + rig.bus.edge(rig.bus.sync_stages() + 2_cycles));
  ASSERT_TRUE(rig.busy(tag));
  rig.controller->link_reset();
  rig.run_for(5_us);
  EXPECT_EQ(rig.ocs(tag), static_cast<std::uint8_t>(Ocs::success));
}

TEST_F(UfsHostControllerResetTest, AfterDmeResetOnlyUicCommandsAreTaken) {
  dme(uic::Opcode::dme_reset);
  EXPECT_EQ(rig.hardware(Reg::HCS), HCS::UCRDY);
  dme(uic::Opcode::dme_link_startup);
  EXPECT_EQ(rig.hardware(Reg::HCS), HCS::DP | HCS::ready);
}

TEST_P(UfsHostControllerResetByTest, ACommandWaitsInVainUntilItIsCleared) {
  begin();
  rig.link.inject(response_upiu(tag).encode(), later());
  dme(GetParam());
  rig.run_for(200_ms);
  EXPECT_TRUE(rig.busy(tag));
  EXPECT_EQ(rig.hardware(Reg::IS), IS::UCCS);
  rig.master->set(Reg::UTRLCLR, ~(1u << tag));
  EXPECT_FALSE(rig.busy(tag));
  EXPECT_EQ(rig.keyslots->in_use(Keyslot{3}), 0u);
  EXPECT_EQ(rig.ocs(tag), static_cast<std::uint8_t>(Ocs::invalid));
}

TEST_P(UfsHostControllerResetByTest, ATaskManagementRequestWaitsInVainAndIsAnsweredIfTheDeviceDoes) {
  rig.place_task(2, rig.request(2).encode());
  rig.ring_task(1u << 2);
  rig.run_for(2_us);
  rig.link.inject(rig.answer(2), later());
  dme(GetParam());
  rig.run_for(200_ms);
  EXPECT_TRUE(rig.task_busy(2));
  rig.link.inject(rig.answer(2), kernel_now() + 1_us);
  rig.run_for(5_us);
  EXPECT_FALSE(rig.task_busy(2));
}

INSTANTIATE_TEST_SUITE_P(Dme, UfsHostControllerResetByTest,
                         testing::Values(uic::Opcode::dme_reset, uic::Opcode::dme_endpoint_reset,
                                         uic::Opcode::dme_link_startup));

TEST_F(UfsHostControllerResetTest, AClearedCommandLeavesItsTagToTheNext) {
  begin();
  rig.master->set(Reg::UTRLCLR, ~(1u << tag));
  EXPECT_EQ(rig.keyslots->in_use(Keyslot{3}), 0u);
  rig.link.inject(response_upiu(tag).encode(), kernel_now() + 1_us);
  rig.run_for(5_us);
  EXPECT_EQ(rig.ocs(tag), static_cast<std::uint8_t>(Ocs::invalid));
  EXPECT_EQ(dropped(), 1u);
  begin();
  rig.link.inject(response_upiu(tag).encode(), kernel_now() + 1_us);
  rig.run_for(5_us);
  EXPECT_EQ(rig.ocs(tag), static_cast<std::uint8_t>(Ocs::success));
  EXPECT_FALSE(rig.busy(tag));
}

}  // namespace
}  // namespace icesim
