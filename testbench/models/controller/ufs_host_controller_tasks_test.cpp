// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/task_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

struct UfsHostControllerTasksTest : testing::Test {
  static constexpr std::uint64_t number = 2;
  TaskRig rig;

  void SetUp() override { rig.start(); }
  /// The request has been sent and waits for its response.
  void begin(bool interrupt = true) {
    rig.place_task(number, rig.request(number).encode(), interrupt);
    rig.ring_task(1u << number);
    rig.run_for(2_us);
    ASSERT_EQ(rig.link.sent.size(), 1u);
  }
  void respond(const UpiuHeader& header) {
    rig.link.inject(header, kernel_now() + 1_us);
    rig.run_for(5_us);
  }
  void expect_end(Ocs ocs) {
    EXPECT_EQ(rig.task_ocs(number), static_cast<std::uint8_t>(ocs));
    EXPECT_FALSE(rig.task_busy(number));
    EXPECT_EQ(rig.hardware(Reg::IS), IS::UTMRCS);
    EXPECT_TRUE(rig.pin->read());
  }
  /// The request is refused: nothing reaches the link.
  void expect_refused(const UpiuHeader& upiu, Ocs ocs) {
    rig.place_task(number, upiu);
    rig.ring_task(1u << number);
    rig.run_for(2_us);
    expect_end(ocs);
    EXPECT_EQ(rig.task_response(number), UpiuHeader{});
    EXPECT_TRUE(rig.link.sent.empty());
  }
};

TEST_F(UfsHostControllerTasksTest, SendsTheRequestAndWritesTheResponseBack) {
  begin();
  EXPECT_EQ(rig.link.sent[0].header, rig.request(number).encode());
  EXPECT_TRUE(rig.task_busy(number));
  EXPECT_EQ(rig.hardware(Reg::IS), 0u);
  respond(rig.answer(number));
  expect_end(Ocs::success);
  EXPECT_EQ(rig.task_response(number), rig.answer(number));
  EXPECT_EQ(rig.hardware(Reg::UTRLCNR), 0u);
  EXPECT_EQ(rig.controller->statistics().dropped_upius, 0u);
}

TEST_F(UfsHostControllerTasksTest, TellsTheEndByInterruptOnlyWhenAsked) {
  begin(false);
  respond(rig.answer(number));
  EXPECT_EQ(rig.task_ocs(number), 0u);
  EXPECT_FALSE(rig.task_busy(number));
  EXPECT_EQ(rig.hardware(Reg::IS), 0u);
}

TEST_F(UfsHostControllerTasksTest, KnowsAResponseByTheTagOfItsRequestNotByItsPlace) {
  rig.place_task(number, rig.request(40).encode());
  rig.ring_task(1u << number);
  rig.run_for(2_us);
  respond(rig.answer(number));
  EXPECT_TRUE(rig.task_busy(number));
  EXPECT_EQ(rig.controller->statistics().dropped_upius, 1u);
  respond(rig.answer(40));
  expect_end(Ocs::success);
}

TEST_F(UfsHostControllerTasksTest, LeavesTheCommandUnderTheSameTagAlone) {
  rig.place(number, rig.utrd(number, DataDirection::none, 0), rig.command(number, 0).encode(), {});
  rig.ring(1u << number);
  rig.place_task(number, rig.request(number, number).encode());
  rig.ring_task(1u << number);
  rig.run_for(2_us);
  ASSERT_EQ(rig.link.sent.size(), 2u);
  respond(rig.answer(number));
  expect_end(Ocs::success);
  EXPECT_TRUE(rig.busy(number));
  respond(response_upiu(number).encode());
  EXPECT_FALSE(rig.busy(number));
  EXPECT_EQ(rig.ocs(number), 0u);
}

TEST_F(UfsHostControllerTasksTest, EndsARequestOnce) {
  begin();
  respond(rig.answer(number));
  respond(rig.answer(number));
  EXPECT_EQ(rig.controller->statistics().dropped_upius, 1u);
  EXPECT_EQ(rig.controller->statistics().interrupts, 1u);
}

TEST_F(UfsHostControllerTasksTest, RefusesWhatIsNoTaskManagementRequest) {
  expect_refused(rig.command(number, 0).encode(), Ocs::invalid_command_table);
}

TEST_F(UfsHostControllerTasksTest, RefusesARequestWithMoreBehindIt) {
  UpiuHeader header = rig.request(number).encode();
  header[11] = std::byte{4};
  expect_refused(header, Ocs::invalid_command_table);
  header[11] = std::byte{0};
  header[8] = std::byte{1};
  rig.master->set(Reg::IS, ~0u);
  expect_refused(header, Ocs::invalid_command_table);
}

TEST_F(UfsHostControllerTasksTest, HasNoRoomForADataSegment) {
  begin();
  UpiuHeader header = rig.answer(number);
  header[11] = std::byte{4};
  Data data(4);
  rig.link.inject(header, kernel_now() + 1_us, data.data());
  rig.run_for(5_us);
  expect_end(Ocs::mismatch_response_size);
}

TEST_F(UfsHostControllerTasksTest, LowersTheDoorbellEvenWhenTheListIsOutsideTheMemory) {
  rig.master->set(Reg::UTMRLBAU, 1);
  rig.ring_task(1u << number);
  rig.run_for(2_us);
  EXPECT_FALSE(rig.task_busy(number));
  EXPECT_EQ(rig.hardware(Reg::IS), IS::UTMRCS);
}

TEST_F(UfsHostControllerTasksTest, ForgetsARequestThatIsCleared) {
  begin();
  rig.master->set(Reg::UTMRLCLR, ~(1u << number));
  EXPECT_FALSE(rig.task_busy(number));
  respond(rig.answer(number));
  EXPECT_EQ(rig.task_ocs(number), static_cast<std::uint8_t>(Ocs::invalid));
  EXPECT_EQ(rig.controller->statistics().dropped_upius, 1u);
  EXPECT_EQ(rig.hardware(Reg::IS), 0u);
}

TEST_F(UfsHostControllerTasksTest, DoesNotSendARequestThatIsClearedWhileItIsFetched) {
  for (std::uint64_t each : {1u, 2u, 5u}) rig.place_task(each, rig.request(each).encode());
  rig.ring_task(1u << 1 | 1u << 2 | 1u << 5);
  rig.master->set(Reg::UTMRLCLR, ~(1u << 1 | 1u << 5));
  rig.run_for(2_us);
  ASSERT_EQ(rig.link.sent.size(), 1u);
  EXPECT_EQ(tag_of(rig.link.sent[0].header), Tag{2});
  EXPECT_EQ(rig.hardware(Reg::UTMRLDBR), 1u << 2);
}

TEST_F(UfsHostControllerTasksTest, StartsNothingWhenTheListOrTheControllerIsStopped) {
  rig.place_task(number, rig.request(number).encode());
  rig.master->set(Reg::UTMRLRSR, 0);
  rig.ring_task(1u << number);
  EXPECT_FALSE(rig.task_busy(number));
  rig.run_for(2_us);
  EXPECT_TRUE(rig.link.sent.empty());
}

TEST_F(UfsHostControllerTasksTest, ForgetsAllRequestsWhenTheControllerIsDisabled) {
  begin();
  rig.place_task(6, rig.request(6).encode());
  rig.ring_task(1u << 6);
  rig.master->set(Reg::HCE, 0);
  EXPECT_EQ(rig.hardware(Reg::UTMRLDBR), 0u);
  respond(rig.answer(number));
  EXPECT_EQ(rig.link.sent.size(), 1u);
  EXPECT_EQ(rig.task_ocs(number), static_cast<std::uint8_t>(Ocs::invalid));
  EXPECT_EQ(rig.controller->statistics().dropped_upius, 1u);
}

}  // namespace
}  // namespace icesim
