// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/queue_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

constexpr std::uint32_t stop = SQRTC::STP.mask();
constexpr std::uint32_t clean = SQRTC::STP.mask() | SQRTC::ICU.mask();

std::uint32_t status(CleanUp result) {
  return SQRTS::STS | SQRTS::CUS | SQRTS::RTC.put(static_cast<std::uint32_t>(result));
}

/// A queue that is stopped, and a command of it that is taken back.
struct UfsHostControllerCleanUpTest : testing::Test {
  QueueRig rig;

  void submit(std::uint32_t queue, std::uint32_t tail) {
    rig.set(queue, QueueReg::SQTP, tail);
    rig.run_for(2_us);
  }
  void stop_and_clean(std::uint32_t queue, std::uint32_t nexus) {
    rig.set(queue, QueueReg::SQRTC, stop);
    rig.set(queue, QueueReg::SQCTI, nexus);
    rig.set(queue, QueueReg::SQRTC, clean);
    rig.run_for(2_us);
  }
  std::size_t commands() const { return rig.link.of(Transaction::command).size(); }
};

TEST_F(UfsHostControllerCleanUpTest, EndsTheCommandAsAbortedAndFreesItsKeyslotAndTag) {
  rig.start_queues();
  rig.program(3, counting_data(64), 4096_B);
  Utrd utrd = rig.utrd(5, DataDirection::to_host, 1);
  utrd.crypto_enable = true;
  utrd.cci = Keyslot{3};
  CommandUpiu upiu = rig.command(5, 4096);
  upiu.lun = 2;
  submit(1, rig.enter(1, 5, utrd, upiu.encode(), {{2 * rig.memory_size, 4096_B}}));
  ASSERT_EQ(rig.keyslots->in_use(Keyslot{3}), 1u);
  stop_and_clean(1, SQCTI::LUN.put(2) | 5);
  EXPECT_EQ(rig.word(1, QueueReg::SQRTS), status(CleanUp::success));
  EXPECT_EQ(rig.completion(1, 0).ocs, Ocs::aborted);
  EXPECT_EQ(rig.completion(1, 0).tag, Tag{5});
  EXPECT_EQ(rig.completion(1, 0).lun, 2u);
  EXPECT_EQ(rig.hardware(Reg::IS), IS::CQES);
  EXPECT_EQ(rig.keyslots->in_use(Keyslot{3}), 0u);
  rig.link.inject(response_upiu(5).encode(), kernel_now() + 1_us);
  rig.run_for(3_us);
  EXPECT_EQ(rig.word(1, QueueReg::CQTP), 32u) << "what the device says of it is dropped";
  EXPECT_EQ(rig.controller->statistics().dropped_upius, 1u);
  rig.set(1, QueueReg::SQRTC, 0);
  EXPECT_EQ(rig.word(1, QueueReg::SQRTS), 0u);
  submit(1, rig.enter(1, 5, 0));
  EXPECT_EQ(commands(), 2u) << "the tag is free";
}

TEST_F(UfsHostControllerCleanUpTest, FindsOnlyWhatTheDeviceHasOfThatQueueTagAndUnit) {
  rig.start_queues();
  submit(1, rig.enter(1, 5, 0));
  submit(2, rig.enter(2, 6, 0));
  for (const std::uint32_t nexus : {4u, 6u, SQCTI::LUN.put(1) | 5u, 200u}) {
    stop_and_clean(1, nexus);
    EXPECT_EQ(rig.word(1, QueueReg::SQRTS), status(CleanUp::not_found)) << nexus;
  }
  rig.link.inject(response_upiu(5).encode(), kernel_now() + 1_us);
  rig.run_for(3_us);
  stop_and_clean(1, 5);
  EXPECT_EQ(rig.word(1, QueueReg::SQRTS), status(CleanUp::not_found)) << "it has ended";
  EXPECT_EQ(rig.completion(1, 0).ocs, Ocs::success);
  EXPECT_EQ(rig.word(2, QueueReg::CQTP), 0u);
}

/// Its RESPONSE has come, and its entry is being written.
TEST_F(UfsHostControllerCleanUpTest, LeavesACommandAloneWhoseEndIsOnItsWay) {
  rig.start_queues();
  submit(1, rig.enter(1, 5, 0));
  rig.set(1, QueueReg::SQRTC, stop);
  rig.link.inject(response_upiu(5).encode(), kernel_now() + 1_us);
  stop_and_clean(1, 5);
  EXPECT_EQ(rig.word(1, QueueReg::SQRTS), status(CleanUp::not_found));
  rig.run_for(10_us);
  EXPECT_EQ(rig.word(1, QueueReg::CQTP), 32u) << "it is told once";
  EXPECT_EQ(rig.completion(1, 0).ocs, Ocs::success);
}

TEST_F(UfsHostControllerCleanUpTest, WantsAQueueThatIsEnabledAndHasStopped) {
  rig.start_queues();
  submit(1, rig.enter(1, 5, 0));
  rig.set(1, QueueReg::SQCTI, 5);
  rig.set(1, QueueReg::SQRTC, SQRTC::ICU);
  EXPECT_EQ(rig.word(1, QueueReg::SQRTS),
            SQRTS::CUS | SQRTS::RTC.put(static_cast<std::uint32_t>(CleanUp::not_stopped)));
  EXPECT_EQ(rig.word(1, QueueReg::SQRTC), 0u);
  rig.set(2, QueueReg::SQATTR, 0);
  stop_and_clean(2, 5);
  EXPECT_EQ(rig.word(2, QueueReg::SQRTS), status(CleanUp::not_enabled));
  EXPECT_EQ(rig.completion(1, 0).ucd_base, 0u);
}

TEST_F(UfsHostControllerCleanUpTest, HoldsTheEntriesOfAStoppedQueueAlone) {
  rig.start_queues();
  rig.set(1, QueueReg::SQRTC, stop);
  EXPECT_EQ(rig.word(1, QueueReg::SQRTS), SQRTS::STS.mask());
  submit(1, rig.enter(1, 5, 0));
  EXPECT_EQ(rig.word(1, QueueReg::SQTP), 32u) << "it may be submitted to";
  EXPECT_EQ(rig.word(1, QueueReg::SQHP), 0u);
  submit(2, rig.enter(2, 6, 0));
  EXPECT_EQ(commands(), 1u);
  rig.set(1, QueueReg::SQRTC, 0);
  rig.run_for(2_us);
  EXPECT_EQ(commands(), 2u);
  EXPECT_EQ(rig.word(1, QueueReg::SQHP), 32u);
}

TEST_F(UfsHostControllerCleanUpTest, IsForgottenWithTheController) {
  rig.start_queues();
  stop_and_clean(1, 5);
  rig.master->set(Reg::HCE, 0);
  EXPECT_EQ(rig.word(1, QueueReg::SQRTS), 0u);
  EXPECT_EQ(rig.word(1, QueueReg::SQRTC), 0u);
  EXPECT_EQ(rig.word(1, QueueReg::SQCTI), 0u);
}

}  // namespace
}  // namespace icesim
