// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/host_controller_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

struct UfsHostControllerErrorsTest : testing::Test {
  static constexpr std::uint64_t tag = 1;
  HostControllerRig rig;
  Utrd utrd = HostControllerRig::utrd(tag, DataDirection::to_host, 1);
  CommandUpiu command = HostControllerRig::command(tag, 4096);
  std::vector<PrdtEntry> prdt{{0x20'0000, 4096_B}};

  void begin() {
    rig.place(tag, utrd, command.encode(), prdt);
    rig.ring(1u << tag);
    rig.run_for(2_us);
  }
  /// The command has ended with `ocs`, and was told as software expects it.
  void expect_end(Ocs ocs) {
    EXPECT_EQ(rig.ocs(tag), static_cast<std::uint8_t>(ocs));
    EXPECT_FALSE(rig.busy(tag));
    EXPECT_EQ(rig.hardware(Reg::UTRLCNR), 1u << tag);
    EXPECT_EQ(rig.hardware(Reg::IS), IS::UTRCS);
    EXPECT_TRUE(rig.pin->read());
    EXPECT_EQ(rig.controller->statistics().ocs[static_cast<std::size_t>(ocs)], 1u);
  }
  /// The descriptors are refused: nothing reaches the link.
  void expect_refused(Ocs ocs) {
    begin();
    expect_end(ocs);
    EXPECT_TRUE(rig.link.sent.empty());
  }
  /// The command is under way when `header` arrives, which ends it.
  void expect_end_by(const UpiuHeader& header, Ocs ocs, std::byte* data = nullptr) {
    rig.start();
    begin();
    ASSERT_EQ(rig.link.sent.size(), 1u);
    rig.link.inject(header, kernel_now() + 1_us, data);
    rig.run_for(5_us);
    expect_end(ocs);
    // What follows is nobody's.
    rig.link.inject(response_upiu(tag).encode(), kernel_now() + 1_us);
    rig.run_for(5_us);
    EXPECT_EQ(rig.controller->statistics().dropped_upius, 1u);
    EXPECT_EQ(rig.controller->statistics().interrupts, 1u);
  }
};

TEST_F(UfsHostControllerErrorsTest, RefusesABadTransferRequestDescriptor) {
  const std::vector<std::pair<std::string, std::function<void(Utrd&)>>> faults{
      {"command type", [](Utrd& u) { u.command_type = static_cast<CommandType>(2); }},
      {"nullified", [](Utrd& u) { u.command_type = CommandType::nullified; }},
      {"reserved bit 16", [](Utrd& u) { u.reserved = 1u << 16; }},
      {"reserved bit 27", [](Utrd& u) { u.reserved = 1u << 27; }},
      {"data direction 3", [](Utrd& u) { u.data_direction = static_cast<DataDirection>(3); }},
      {"misaligned command descriptor", [](Utrd& u) { u.ucd_base += 4; }},
      {"PRDT without data", [](Utrd& u) { u.data_direction = DataDirection::none; }},
      {"data without PRDT", [](Utrd& u) { u.prdt_length = 0; }},
      {"extra header segments", [](Utrd& u) { u.ehs_length = 1; }},
      {"response over the command", [](Utrd& u) { u.response_offset = 7; }},
      {"PRDT over the response", [](Utrd& u) { u.prdt_offset = 255; }},
  };
  rig.start();
  const Utrd good = utrd;
  for (const auto& [name, fault] : faults) {
    SCOPED_TRACE(name);
    Utrd bad = good;
    fault(bad);
    rig.place(tag, good, command.encode(), prdt);
    std::array<std::byte, Utrd::size> bytes{};
    bad.encode(bytes.data());
    rig.memory->write(rig.list + tag * Utrd::size, bytes.data(), bytes.size());
    rig.ring(1u << tag);
    rig.run_for(2_us);
    EXPECT_EQ(rig.ocs(tag), static_cast<std::uint8_t>(Ocs::invalid_command_table));
    EXPECT_FALSE(rig.busy(tag));
  }
  EXPECT_TRUE(rig.link.sent.empty());
  EXPECT_EQ(rig.controller->statistics().ocs[1], faults.size());
}

TEST_F(UfsHostControllerErrorsTest, RefusesACommandWithTheTagOfAnother) {
  rig.start();
  command.tag = Tag{2};
  expect_refused(Ocs::invalid_command_table);
}

TEST_F(UfsHostControllerErrorsTest, TellsAnErrorEvenWithoutTheInterruptBit) {
  rig.start();
  utrd.interrupt = false;
  command.tag = Tag{2};
  expect_refused(Ocs::invalid_command_table);
}

TEST_F(UfsHostControllerErrorsTest, RefusesPrdtEntriesThatAreNotWholeWords) {
  rig.start();
  prdt = {{0x20'0002, 4096_B}};
  expect_refused(Ocs::invalid_prdt);
}

TEST_F(UfsHostControllerErrorsTest, RefusesPrdtEntriesOfOddLength) {
  rig.start();
  utrd.prdt_length = 2;
  prdt = {{0x20'0000, 4096_B}, {0x20'2000, 2_B}};
  expect_refused(Ocs::invalid_prdt);
}

TEST_F(UfsHostControllerErrorsTest, RefusesPrdtEntriesWithReservedBitsFarDownTheTable) {
  rig.start();
  prdt.assign(40, {0x20'0000, 4096_B});
  prdt[37].reserved = 1;
  utrd.prdt_length = 40;
  expect_refused(Ocs::invalid_prdt);
}

TEST_F(UfsHostControllerErrorsTest, RefusesABufferThatIsSmallerThanTheTransfer) {
  rig.start();
  command.expected_length = 4100_B;
  expect_refused(Ocs::mismatch_data_buffer_size);
}

TEST_F(UfsHostControllerErrorsTest, RefusesAResponseAreaWithoutRoomForAResponse) {
  rig.start();
  utrd.response_length = 7;
  expect_refused(Ocs::mismatch_response_size);
}

TEST_F(UfsHostControllerErrorsTest, TellsABusErrorForDescriptorsOutsideTheMemory) {
  rig.start();
  utrd.ucd_base = rig.memory_size;
  expect_refused(Ocs::fatal_error);
}

TEST_F(UfsHostControllerErrorsTest, TellsABusErrorForAPrdtOutsideTheMemory) {
  rig.start();
  utrd.ucd_base = rig.memory_size - 128;
  expect_refused(Ocs::fatal_error);
}

TEST_F(UfsHostControllerErrorsTest, LowersTheDoorbellEvenWhenTheListIsOutsideTheMemory) {
  rig.start();
  rig.master->set(Reg::UTRLBAU, 1);
  rig.ring(1u << tag);
  rig.run_for(2_us);
  EXPECT_FALSE(rig.busy(tag));
  EXPECT_EQ(rig.hardware(Reg::IS), IS::UTRCS);
  EXPECT_EQ(rig.controller->statistics().ocs[7], 1u);
}

TEST_F(UfsHostControllerErrorsTest, TellsABusErrorForDataOutsideTheMemory) {
  prdt = {{rig.memory_size - 2048, 4096_B}};
  Data data(4096);
  expect_end_by(data_upiu(Transaction::data_in, tag, 0, 4096).encode(), Ocs::fatal_error, data.data());
}

TEST_F(UfsHostControllerErrorsTest, TellsABusErrorForDataToSendOutsideTheMemory) {
  prdt = {{rig.memory_size - 2048, 4096_B}};
  utrd.data_direction = DataDirection::to_device;
  expect_end_by(data_upiu(Transaction::ready_to_transfer, tag, 0, 4096).encode(), Ocs::fatal_error);
  EXPECT_TRUE(rig.link.of(Transaction::data_out).empty());
}

TEST_F(UfsHostControllerErrorsTest, CountsABusErrorForAResponseOutsideTheMemory) {
  utrd.ucd_base = rig.memory_size - 16384;
  utrd.prdt_offset = 256;
  utrd.data_direction = DataDirection::none;
  utrd.prdt_length = 0;
  utrd.response_offset = 4096;
  prdt.clear();
  expect_end_by(response_upiu(tag).encode(), Ocs::fatal_error);
}

TEST_F(UfsHostControllerErrorsTest, EndsACommandWhoseDataGoesBeyondTheBuffer) {
  Data data(4096);
  expect_end_by(data_upiu(Transaction::data_in, tag, 16, 4096).encode(), Ocs::mismatch_data_buffer_size, data.data());
}

TEST_F(UfsHostControllerErrorsTest, EndsACommandWhoseRttGoesBeyondTheBuffer) {
  utrd.data_direction = DataDirection::to_device;
  expect_end_by(data_upiu(Transaction::ready_to_transfer, tag, 2048, 2052).encode(), Ocs::mismatch_data_buffer_size);
}

TEST_F(UfsHostControllerErrorsTest, EndsACommandWhoseRttAsksForNothing) {
  utrd.data_direction = DataDirection::to_device;
  expect_end_by(data_upiu(Transaction::ready_to_transfer, tag, 0, 0).encode(), Ocs::mismatch_data_buffer_size);
}

TEST_F(UfsHostControllerErrorsTest, EndsAReadThatIsAskedForData) {
  expect_end_by(data_upiu(Transaction::ready_to_transfer, tag, 0, 512).encode(), Ocs::mismatch_data_buffer_size);
}

TEST_F(UfsHostControllerErrorsTest, EndsAWriteThatIsGivenData) {
  utrd.data_direction = DataDirection::to_device;
  Data data(512);
  expect_end_by(data_upiu(Transaction::data_in, tag, 0, 512).encode(), Ocs::mismatch_data_buffer_size, data.data());
}

TEST_F(UfsHostControllerErrorsTest, EndsACommandWhoseResponseIsLongerThanItsArea) {
  utrd.response_length = upiu_header_size / 4 + 1;
  Data sense(20);
  expect_end_by(response_upiu(tag, sense.size()).encode(), Ocs::mismatch_response_size, sense.data());
}

TEST_F(UfsHostControllerErrorsTest, EndsACommandThatTheDeviceRejects) {
  Reject reject;
  reject.tag = Tag{tag};
  expect_end_by(reject.encode(), Ocs::peer_communication_failure);
}

/// What comes for a tag sooner was sent for the command that had it before.
TEST_F(UfsHostControllerErrorsTest, DropsWhatComesForACommandBeforeThatMayLeave) {
  rig.start();
  for (const Picoseconds early : {1_ps, 0_ps}) {
    rig.place(tag, utrd, command.encode(), prdt);
    rig.ring(1u << tag);
    rig.link.inject(response_upiu(tag).encode(), rig.link.sent.back().ready.front().at - early);
    rig.run_for(5_us);
    EXPECT_EQ(rig.busy(tag), early > 0_ps);
    EXPECT_EQ(rig.controller->statistics().dropped_upius, 1u);
    if (early == 0_ps) break;
    rig.link.inject(response_upiu(tag).encode(), kernel_now() + 1_us);
    rig.run_for(5_us);
    EXPECT_FALSE(rig.busy(tag));
  }
}

TEST_F(UfsHostControllerErrorsTest, DropsUpiusThatBelongToNoCommand) {
  rig.start();
  begin();
  for (const std::uint64_t other : {0u, 2u, 31u, 32u, 255u}) {
    rig.link.inject(response_upiu(other).encode(), kernel_now() + 1_us);
    rig.run_for(2_us);
  }
  UpiuHeader unknown = response_upiu(tag).encode();
  unknown[0] = std::byte{0x2f};
  rig.link.inject(unknown, kernel_now() + 1_us);
  rig.run_for(2_us);
  EXPECT_EQ(rig.controller->statistics().dropped_upius, 6u);
  EXPECT_TRUE(rig.busy(tag));
  EXPECT_EQ(rig.hardware(Reg::IS), 0u);
}

struct UfsHostControllerCryptoErrorsTest : UfsHostControllerErrorsTest {
  void SetUp() override {
    rig.keyslot_config.num_keyslots = 4;
    rig.start();
    rig.program(3, counting_data(64), 4096_B);
    utrd.crypto_enable = true;
    utrd.cci = Keyslot{3};
  }
};

TEST_F(UfsHostControllerCryptoErrorsTest, AcceptsAProgrammedKeyslot) {
  begin();
  EXPECT_TRUE(rig.busy(tag));
  EXPECT_EQ(rig.link.sent.size(), 1u);
}

TEST_F(UfsHostControllerCryptoErrorsTest, RefusesAKeyslotThatDoesNotExist) {
  utrd.cci = Keyslot{4};
  expect_refused(Ocs::invalid_crypto_configuration);
}

TEST_F(UfsHostControllerCryptoErrorsTest, RefusesAKeyslotThatIsNotEnabled) {
  rig.program(3, counting_data(64), 4096_B, false);
  expect_refused(Ocs::invalid_crypto_configuration);
}

TEST_F(UfsHostControllerCryptoErrorsTest, RefusesEncryptionWhileItIsDisabledForAll) {
  rig.master->set(Reg::HCE, HCE::HCE);
  expect_refused(Ocs::invalid_crypto_configuration);
}

TEST_F(UfsHostControllerCryptoErrorsTest, RefusesALengthThatIsNotAMultipleOfTheDataUnit) {
  command.expected_length = 2048_B;
  expect_refused(Ocs::invalid_crypto_configuration);
  EXPECT_EQ(rig.keyslots->in_use(Keyslot{3}), 0u);
}

TEST_F(UfsHostControllerCryptoErrorsTest, EndsACommandWhoseDataDoesNotComeInWholeBlocks) {
  begin();
  Data data(20);
  rig.link.inject(data_upiu(Transaction::data_in, tag, 0, 20).encode(), kernel_now() + 1_us, data.data());
  rig.run_for(5_us);
  expect_end(Ocs::mismatch_data_buffer_size);
  EXPECT_EQ(rig.keyslots->in_use(Keyslot{3}), 0u);
}

}  // namespace
}  // namespace icesim
