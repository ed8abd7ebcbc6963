// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/unit_attention.hpp"
#include "testbench/driver/block/block_layer_rig.hpp"
#include "testbench/driver/ufshcd/errors/error_handler_rig.hpp"

#include <gtest/gtest.h>

/// Behind a reset: TEST UNIT READY, and what is told of the reset [linux-error-handler] [scsi-unit-attention].
namespace icesim {
namespace {

using namespace literals;
using test::ControllerMock;
using test::ErrorHandlerRig;
using test::io;
using test::read;
using Events = std::vector<std::string>;

bool is_test(const ControllerMock::Listed& command) {
  return transaction_of(command.upiu) == Transaction::command &&
         scsi::opcode_of(CommandUpiu::decode(command.upiu).cdb) == scsi::Opcode::test_unit_ready;
}

std::vector<std::byte> attention(Tag tag, Sense told = sense::reset_occurred) {
  ResponseUpiu answer;
  answer.tag = tag;
  answer.status = static_cast<std::uint8_t>(scsi::Status::check_condition);
  answer.data_segment = Bytes{sense_segment_size};
  const UpiuHeader header = answer.encode();
  std::vector<std::byte> bytes(header.begin(), header.end());
  const auto segment = encode_sense_segment(told);
  bytes.insert(bytes.end(), segment.begin(), segment.end());
  return bytes;
}

/// A rig whose first command is lost, and whose device knows no task, so that its unit is reset.
struct UnitAttention : testing::Test {
  ErrorHandlerRig rig;
  std::size_t tests = 0;
  std::size_t attentions = 0;  ///< that are left to be told of
  std::size_t lost_tests = 0;

  void SetUp() override {
    rig.task = [](TaskFunction function) {
      return std::optional(function == TaskFunction::logical_unit_reset ? TaskResponse::complete : TaskResponse::not_supported);
    };
    auto usual = rig.controller.response;
    rig.controller.response = [this, usual](const ControllerMock::Listed& command) {
      if (transaction_of(command.upiu) != Transaction::command || attentions == 0) return usual(command);
      --attentions;
      return attention(command.tag);
    };
    rig.controller.service = [this](const ControllerMock::Listed& command) {
      if (is_test(command)) ++tests;
      if (is_test(command) && lost_tests > 0) return --lost_tests, ErrorHandlerRig::lost;
      return rig.controller.commands.size() == 1 ? ErrorHandlerRig::lost : 50_us;
    };
  }
  void run() {
    rig.submit(io(read, 10, 1));
    rig.host.run(200_s);
    ASSERT_EQ(rig.ended.size(), 1u);
    EXPECT_EQ(rig.timelines[0].total(), rig.timelines[0].latency());
  }
};

TEST_F(UnitAttention, TheUnitIsAskedWhetherItIsReadyBehindItsReset) {
  run();
  EXPECT_EQ(rig.events, (Events{"query 0", "reset unit", "clear 0"}));
  EXPECT_EQ(tests, 1u);
  EXPECT_EQ(rig.controller.commands.back().upiu[3], std::byte{0}) << "the request goes out behind it";
  EXPECT_EQ(rig.controller.commands.size(), 3u);
  EXPECT_FALSE(rig.ended[0].failure);
  EXPECT_EQ(rig.handler.statistics().host_resets, 0u);
}

TEST_F(UnitAttention, IsEndedByTheSecondQuestion) {
  attentions = 1;
  run();
  EXPECT_EQ(tests, 2u);
  EXPECT_FALSE(rig.ended[0].failure);
  EXPECT_EQ(rig.blocks.error_statistics().retries, 1u) << "for the abort alone";
}

TEST_F(UnitAttention, IsNotAskedForAThirdTimeAndLeftToTheFirstRequest) {
  attentions = 3;
  run();
  EXPECT_EQ(tests, 2u);
  EXPECT_FALSE(rig.ended[0].failure);
  EXPECT_EQ(rig.blocks.error_statistics().retries, 2u);
}

TEST_F(UnitAttention, AUnitThatDoesNotAnswerHasItsControllerReset) {
  lost_tests = 1;
  run();
  EXPECT_EQ(rig.events, (Events{"query 0", "reset unit", "clear 0", "HCE 0", "HCE 3"}));
  EXPECT_EQ(rig.event_times[3] - rig.event_times[2] > ErrorHandler::test_timeout, true);
  EXPECT_EQ(tests, 2u);
  EXPECT_FALSE(rig.ended[0].failure);
  EXPECT_EQ(rig.handler.statistics().given_up, 0u);
}

TEST_F(UnitAttention, AUnitThatDoesNotAnswerThenEitherIsGivenUp) {
  lost_tests = 2;
  run();
  EXPECT_EQ(tests, 2u);
  EXPECT_TRUE(rig.ended[0].failure.given_up);
  EXPECT_EQ(rig.handler.statistics().given_up, 1u);
}

TEST_F(UnitAttention, NobodyAsksBehindAFatalError) {
  rig.controller.service = [this](const ControllerMock::Listed& command) {
    tests += is_test(command) ? 1 : 0;
    return rig.controller.commands.size() == 1 ? ErrorHandlerRig::lost : 50_us;
  };
  rig.host.at(1_ms, [&] {
    attentions = 1;
    rig.handler.fatal();
  });
  run();
  EXPECT_EQ(tests, 0u);
  EXPECT_EQ(rig.handler.statistics().host_resets, 1u);
  EXPECT_FALSE(rig.ended[0].failure) << "the first request is told, and tried again";
  EXPECT_EQ(rig.blocks.error_statistics().retries, 1u);
}

TEST_F(UnitAttention, AnotherCheckConditionIsNotTriedAgain) {
  rig.controller.service = [](const ControllerMock::Listed&) { return 50_us; };
  rig.controller.response = [](const ControllerMock::Listed& command) { return attention(command.tag, sense::invalid_opcode); };
  run();
  EXPECT_EQ(rig.ended[0].failure.status, scsi::Status::check_condition);
  EXPECT_FALSE(rig.ended[0].failure.unit_attention);
  EXPECT_EQ(rig.blocks.error_statistics().retries, 0u);
}

}  // namespace
}  // namespace icesim
