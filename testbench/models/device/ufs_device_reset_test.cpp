// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/unit_attention.hpp"
#include "testbench/models/device/ufs_device_data_fixture.hpp"

#include <functional>

namespace icesim {
namespace {

/// A device that is reset while it has something to do.
struct UfsDeviceResetTest : UfsDeviceDataTest {
  void SetUp() override {
    rig.config.simulate_payload = true;
    rig.build();
  }
  /// After `time` the device is reset; nothing of what was before is answered, and the tags are free.
  void expect_forgotten(Picoseconds time, std::uint64_t tag) {
    rig.run_for(time);
    const std::size_t before = rig.host.sent.size();
    rig.device->link_reset();
    rig.run_for(10_ms);
    EXPECT_EQ(rig.host.sent.size(), before);
    EXPECT_EQ(rig.device->outstanding(), 0u);
    rig.host.sent.clear();
    rig.send(rig.read(tag, 7, 1).encode());
    rig.run_for(10_ms);
    EXPECT_EQ(rig.status(tag), Status::good);
    EXPECT_EQ(rig.host.of(Tag{tag}, Transaction::data_in).size(), 1u);
  }
};

TEST_F(UfsDeviceResetTest, ForgetsACommandThatIsStillOnItsWay) {
  rig.send(rig.read(1, 0, 8).encode(), kernel_now() + 1_ms);
  expect_forgotten(10_us, 1);
}

TEST_F(UfsDeviceResetTest, ForgetsWhatIsOnItsWayBehindAQuery) {
  // Nothing is settled ahead of a query's turn.
  rig.send(query::read_flag(Tag{31}, query::fDeviceInit).encode(), kernel_now() + 1_ms);
  rig.send(rig.read(1, 0, 8).encode(), kernel_now() + 2_ms);
  expect_forgotten(10_us, 1);
}

TEST_F(UfsDeviceResetTest, ForgetsACommandThatItsFirmwareWorksOn) {
  rig.send(rig.read(1, 0, 8).encode());
  expect_forgotten(1_us, 1);
}

TEST_F(UfsDeviceResetTest, ForgetsAReadThatTheFlashWorksOn) {
  rig.send(rig.read(1, 0, 8).encode());
  expect_forgotten(20_us, 1);
  EXPECT_EQ(rig.flash.reads.size(), 2u);
}

TEST_F(UfsDeviceResetTest, ForgetsAFlush) {
  rig.send(rig.command(1, scsi::synchronize_cache_10(), 0, 0).encode());
  rig.run_for(20_us);
  ASSERT_EQ(rig.flash.flushes.size(), 1u);
  expect_forgotten(1_us, 1);
}

TEST_F(UfsDeviceResetTest, ForgetsAWriteThatWaitsForData) {
  rig.send(rig.write(1, 0, 8).encode());
  rig.run_for(100_us);
  ASSERT_GT(rig.host.of(Tag{1}, Transaction::ready_to_transfer).size(), 0u);
  expect_forgotten(1_us, 1);
}

TEST_F(UfsDeviceResetTest, ForgetsAnswersThatAreBeingMade) {
  for (const auto& header : {NopOut{Tag{1}}.encode(), query::read_flag(Tag{1}, query::fDeviceInit).encode()}) {
    rig.send(header);
    expect_forgotten(rig.config.command_occupancy + rig.config.control_firmware_latency + 100_ns, 1);
  }
  EXPECT_EQ(rig.device->statistics().nops, 1u);
  EXPECT_EQ(rig.device->statistics().queries, 1u);
}

TEST_F(UfsDeviceResetTest, AnswersAtOnceAfterwards) {
  for (std::uint64_t tag = 0; tag < 20; ++tag) rig.send(rig.read(tag, 0, 1).encode());
  rig.run_for(1_us);
  rig.device->link_reset();
  const Picoseconds arrival = rig.clock.sample_edge(kernel_now() + 10_us);
  rig.send(NopOut{Tag{9}}.encode(), kernel_now() + 10_us);
  rig.run_for(1_ms);
  ASSERT_EQ(rig.host.of(Tag{9}, Transaction::nop_in).size(), 1u);
  const Picoseconds turn = rig.after(arrival, rig.config.command_occupancy + rig.config.control_firmware_latency);
  EXPECT_EQ(rig.host.of(Tag{9}, Transaction::nop_in)[0]->queued, rig.after(turn, rig.config.response_latency));
}

/// A device that tells of its resets.
struct UfsDeviceAttentionTest : UfsDeviceDataTest {
  void SetUp() override {
    rig.config.unit_attention = true;
    rig.build();
  }
  /// Sends a command and runs until it is over; whether it was answered with a unit attention.
  bool told(std::uint64_t tag, const CommandUpiu& command) {
    rig.host.sent.clear();
    rig.send(command.encode());
    rig.run_for(10_ms);
    const auto responses = rig.host.of(Tag{tag}, Transaction::response);
    EXPECT_EQ(responses.size(), 1u);
    if (ResponseUpiu::decode(responses.at(0)->header).data_segment.n == 0) return false;
    return decode_sense_segment(responses.at(0)->data.data()) == sense::reset_occurred;
  }
  bool told_by_test() { return told(1, rig.command(1, scsi::test_unit_ready(), 0, 0)); }
};

TEST_F(UfsDeviceAttentionTest, TellsOfAResetOnceAndDoesNothingElse) {
  rig.device->link_reset();
  EXPECT_FALSE(told(2, rig.read(2, 0, 1))) << "that of power-on is not modelled";
  for (const bool unit_alone : {false, true}) {
    if (unit_alone) {
      rig.send(TaskRequest{TaskFunction::logical_unit_reset, 0, Tag{40}, {}, 0}.encode());
      rig.run_for(1_ms);
    } else {
      rig.device->link_reset();
    }
    const std::size_t reads = rig.flash.reads.size();
    EXPECT_FALSE(told(3, rig.command(3, scsi::inquiry({false, 0, 36}), CommandUpiu::read, 36)));
    EXPECT_FALSE(told(3, rig.command(3, scsi::test_unit_ready(), 0, 0, scsi::well_known::boot))) << "another unit";
    EXPECT_TRUE(told(2, rig.read(2, 0, 1)));
    EXPECT_EQ(rig.flash.reads.size(), reads);
    EXPECT_FALSE(told(2, rig.read(2, 0, 1)));
    EXPECT_EQ(rig.flash.reads.size(), reads + 1);
  }
}

TEST_F(UfsDeviceAttentionTest, TellsTheFirstOfManyThatArrive) {
  EXPECT_FALSE(told_by_test());
  rig.device->link_reset();
  rig.host.sent.clear();
  for (std::uint64_t tag = 1; tag <= 4; ++tag) rig.send(rig.read(tag, tag, 1).encode());
  rig.run_for(10_ms);
  EXPECT_EQ(rig.status(1), Status::check_condition);
  for (std::uint64_t tag = 2; tag <= 4; ++tag) EXPECT_EQ(rig.status(tag), Status::good);
}

TEST_F(UfsDeviceAttentionTest, AnotherTaskFunctionIsNoReset) {
  EXPECT_FALSE(told_by_test());
  for (const TaskFunction function : {TaskFunction::clear_task_set, TaskFunction::abort_task, TaskFunction::abort_task_set}) {
    rig.send(TaskRequest{function, 0, Tag{40}, {}, 0}.encode());
    rig.run_for(1_ms);
    EXPECT_FALSE(told_by_test());
  }
}

/// RTTs and room of the write buffer come back, as often as one likes.
TEST_F(UfsDeviceResetTest, TakesWritesAgainHoweverOftenItIsReset) {
  for (int round = 0; round < 100; ++round) {
    rig.send(rig.write(1, 0, 64).encode());
    rig.send(rig.write(2, 64, 64).encode());
    rig.run_for(100_us);
    rig.device->link_reset();
  }
  rig.host.sent.clear();
  auto bytes = pattern(64, 5);
  rig.answer_rtts(1_us, bytes.data());
  rig.send(rig.write(1, 0, 64).encode());
  rig.run_for(10_ms);
  EXPECT_EQ(rig.status(1), Status::good);
  rig.send(rig.read(2, 0, 64).encode());
  rig.run_for(10_ms);
  EXPECT_EQ(data_in(2), bytes);
}

/// The flash may still work for a command that is over when the next one under its tag is under way.
TEST_F(UfsDeviceResetTest, ATagIsNotLostToTheCommandThatHadItBefore) {
  rig.flash.read_time = 1_ms;
  rig.send(rig.read(1, 0, 1).encode());
  rig.run_for(200_us);
  rig.send(TaskRequest{TaskFunction::abort_task, 0, Tag{0}, Tag{1}, 0}.encode());
  rig.run_for(200_us);
  rig.send(rig.read(1, 7, 1).encode());
  rig.run_for(900_us);  // the flash is through with the first
  rig.host.sent.clear();
  rig.send(TaskRequest{TaskFunction::query_task, 0, Tag{0}, Tag{1}, 0}.encode());
  rig.run_for(100_us);
  const auto answers = rig.host.of(Tag{0}, Transaction::task_management_response);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(TaskResult::decode(answers[0]->header).result, TaskResponse::succeeded);
}

}  // namespace
}  // namespace icesim
