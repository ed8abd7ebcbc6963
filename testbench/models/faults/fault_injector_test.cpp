// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/statistics.hpp"
#include "testbench/support/rigs/guest_driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using test::GuestDriver;
using Command = GuestDriver::Command;

/// A guest with one fault to come.
struct FaultInjectorTest : testing::Test {
  std::unique_ptr<GuestDriver> guest;

  void begin(const std::vector<std::string>& faults, SystemConfig config = {}) {
    std::vector<Fault> parsed;
    for (const std::string& each : faults) parsed.push_back(Fault::parse(each));
    guest = std::make_unique<GuestDriver>(config, Observers{}, parsed);
    guest->start();
    program();
  }
  void program() {
    std::array<std::byte, 64> key;
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::byte>(i);
    guest->program(1, key.data());
  }
  static Command write(std::uint64_t lba, bool encrypted = true) {
    return {scsi::write_10(Lba{lba}, 1), DataDirection::to_device, 1, GuestDriver::data, encrypted, 1, Dun{lba}};
  }
  static Command read(std::uint64_t lba, bool encrypted = true) {
    return {scsi::read_10(Lba{lba}, 1), DataDirection::to_host, 1, GuestDriver::data, encrypted, 1, Dun{lba}};
  }
  void fill(unsigned seed) { std::memset(guest->map.find(GuestDriver::data, 4096), static_cast<int>(seed), 4096); }
  unsigned got() const { return load_u8(guest->map.find(GuestDriver::data, 4096)); }
  /// Rings and waits for `time`; says whether the command has ended.
  bool ends(std::uint32_t tag, const Command& command, Picoseconds time = 10_ms) {
    guest->describe(tag, command);
    guest->write(Reg::UTRLDBR, 1u << tag);
    guest->pass(time);
    return (guest->read(Reg::UTRLDBR) >> tag & 1) == 0;
  }
  /// The controller is reset as drivers do, and everything works again.
  void expect_recovery() {
    guest->write(Reg::HCE, 0);
    guest->enable();
    guest->start_lists();
    program();
    fill(0x5a);
    EXPECT_EQ(guest->carry_out(2, write(1)), Ocs::success);
    fill(0);
    EXPECT_EQ(guest->carry_out(2, read(1)), Ocs::success);
    EXPECT_EQ(got(), 0x5au);
    EXPECT_EQ(guest->statistic("faults.happened"), 1u);
  }
};

TEST_F(FaultInjectorTest, ALostAnswerLeavesTheCommandWithTheControllerAndNotWithTheDevice) {
  begin({"lost-answer@write:2"});
  EXPECT_TRUE(ends(3, write(1)));
  fill(0x11);
  EXPECT_FALSE(ends(3, write(1)));
  // The driver asks by task management, gets no for an answer, and clears.
  const TaskRequest request{TaskFunction::query_task, 0, Tag{0}, Tag{3}, 0};
  std::byte* const utmrd = guest->map.find(GuestDriver::task_list, utmrd::size);
  store_le32(utmrd, utmrd::interrupt);
  store_u8(utmrd + utmrd::ocs_offset, 0x0f);
  const UpiuHeader upiu = request.encode();
  std::memcpy(utmrd + utmrd::request_offset, upiu.data(), upiu.size());
  guest->write(Reg::UTMRLDBR, 1);
  guest->pass(1_ms);
  EXPECT_EQ(load_u8(utmrd + utmrd::ocs_offset), 0);
  UpiuHeader answer;
  std::memcpy(answer.data(), utmrd + utmrd::response_offset, answer.size());
  EXPECT_EQ(TaskResult::decode(answer).result, TaskResponse::complete);
  EXPECT_EQ(guest->read(Reg::IS), IS::UTMRCS | IS::UTRCS);
  guest->write(Reg::UTRLCLR, ~(1u << 3));
  EXPECT_TRUE(ends(3, read(1)));
  EXPECT_EQ(got(), 0x11u);
}

TEST_F(FaultInjectorTest, AnInvalidKeyIsOcs9OnceAndTheNextTimeTheKeyIsGood) {
  begin({"invalid-key@2"});
  EXPECT_EQ(guest->carry_out(3, write(1)), Ocs::success);
  EXPECT_EQ(guest->carry_out(3, read(1, false)), Ocs::success) << "counts encrypted requests only";
  EXPECT_EQ(guest->carry_out(3, read(1)), Ocs::invalid_crypto_configuration);
  EXPECT_EQ(guest->carry_out(3, read(1)), Ocs::success);
}

TEST_F(FaultInjectorTest, ACryptoErrorIsOcsA) {
  begin({"crypto-error@read:1", "crypto-error@write:2"});
  fill(0x11);
  EXPECT_EQ(guest->carry_out(3, write(1)), Ocs::success);
  fill(0);
  EXPECT_EQ(guest->carry_out(3, read(1)), Ocs::general_crypto_error);
  EXPECT_EQ(got(), 0u);
  EXPECT_EQ(guest->carry_out(4, read(1)), Ocs::success);
  EXPECT_EQ(got(), 0x11u);
  EXPECT_EQ(guest->carry_out(5, write(1)), Ocs::general_crypto_error);
}

TEST_F(FaultInjectorTest, ARetryUnderTheTagOfAWriteWithACryptoErrorEndsBothAndTheNextSucceeds) {
  begin({"crypto-error@write:2"});
  fill(0x11);
  EXPECT_EQ(guest->carry_out(5, write(1)), Ocs::success);
  fill(0x22);
  EXPECT_EQ(guest->carry_out(5, write(1)), Ocs::general_crypto_error);
  EXPECT_EQ(guest->carry_out(5, write(1)), Ocs::success);
  const std::byte* const answer = guest->map.find(GuestDriver::ucd(5) + ucd::response_offset, ucd::response_size);
  EXPECT_EQ(load_u8(answer), static_cast<std::uint8_t>(Transaction::response));
  EXPECT_EQ(decode_sense_segment(answer + upiu_header_size), device_sense::overlapped_commands);
  fill(0);
  EXPECT_EQ(guest->carry_out(6, read(1)), Ocs::success);
  EXPECT_EQ(got(), 0x11u);
  fill(0x22);
  EXPECT_EQ(guest->carry_out(5, write(1)), Ocs::success);
  fill(0);
  EXPECT_EQ(guest->carry_out(6, read(1)), Ocs::success);
  EXPECT_EQ(got(), 0x22u);
  EXPECT_EQ(guest->statistic("device.aborted"), 1u);
  EXPECT_EQ(guest->statistic("device.rejects"), 0u);
}

TEST_F(FaultInjectorTest, ABrokenEngineStaysSoUntilTheControllerIsReset) {
  begin({"engine-failure@write:1"});
  guest->describe(3, write(1));
  guest->write(Reg::UTRLDBR, 1u << 3);
  guest->pass(1_ms);
  EXPECT_EQ(guest->read(Reg::IS), IS::UTRCS | IS::CEFES);
  EXPECT_EQ(guest->ocs(3), Ocs::general_crypto_error);
  EXPECT_EQ(guest->carry_out(4, read(9)), Ocs::general_crypto_error);
  EXPECT_EQ(guest->carry_out(4, read(9, false)), Ocs::success);
  expect_recovery();
}

TEST_F(FaultInjectorTest, ALostLinkPassesNothingUntilItIsStartedAgain) {
  begin({"link-loss@write:1"});
  EXPECT_FALSE(ends(3, write(1)));
  EXPECT_EQ(guest->read(Reg::IS), IS::ULLS);
  EXPECT_EQ(guest->read(Reg::HCS) & HCS::DP, 0u);
  EXPECT_FALSE(ends(4, read(1)));
  EXPECT_EQ(guest->statistic("device.writes"), 0u);
  expect_recovery();
}

TEST_F(FaultInjectorTest, AResetFailsAsOftenAsIsSaidBehindTheFirstRequest) {
  begin({"failed-resets@2", "failed-resets@1"});  // the first start was before any request
  EXPECT_EQ(guest->read(Reg::HCS) & HCS::DP, HCS::DP);
  EXPECT_TRUE(ends(3, write(1)));
  std::string found;
  for (int reset = 0; reset < 6; ++reset) {
    guest->write(Reg::HCE, 0);
    guest->write(Reg::HCE, HCE::HCE | HCE::CGE);
    guest->pass(10_ms);
    guest->write(Reg::UICCMD, static_cast<std::uint32_t>(uic::Opcode::dme_link_startup));
    guest->pass(100_ms);
    EXPECT_EQ(guest->read(Reg::IS), IS::UCCS);
    const std::uint32_t status = guest->read(Reg::HCS);
    EXPECT_EQ(status, (status & HCS::DP) != 0 ? HCS::DP | HCS::ready : std::uint32_t{HCS::UCRDY});
    found += (status & HCS::DP) != 0 ? '1' : '0';
  }
  EXPECT_EQ(found, "001011");
  EXPECT_EQ(guest->statistic("faults.happened"), 2u);
}

TEST_F(FaultInjectorTest, AnErrorOfTheLinkIsToldAndNothingIsLost) {
  begin({"uic-error@write:1"});
  EXPECT_TRUE(ends(3, write(1)));
  EXPECT_EQ(guest->read(Reg::IS), IS::UE | IS::UTRCS);
  EXPECT_EQ(guest->read(Reg::UECDL), UEC::ERR | 1u << 13);
  EXPECT_EQ(guest->read(Reg::UECDL), 0u);
  expect_recovery();
}

TEST_F(FaultInjectorTest, ADeviceThatIsResetAnswersNothingOfWhatItWasAsked) {
  begin({"device-reset@write:2"});
  guest->describe(5, read(7));
  guest->describe(3, write(1));
  EXPECT_TRUE(ends(4, write(8)));
  guest->write(Reg::UTRLDBR, 1u << 3 | 1u << 5);
  guest->pass(10_ms);
  EXPECT_EQ(guest->read(Reg::UTRLDBR), 1u << 3 | 1u << 5);
  EXPECT_EQ(guest->read(Reg::IS), IS::UTRCS);
  expect_recovery();
}

TEST_F(FaultInjectorTest, APowerLossTakesTheWriteCacheAndEndsTheRun) {
  begin({"power-loss@flush:2"});
  fill(0x11);
  EXPECT_EQ(guest->carry_out(3, write(1, false)), Ocs::success);
  EXPECT_EQ(guest->carry_out(3, {scsi::synchronize_cache_10()}), Ocs::success);
  fill(0x22);
  EXPECT_EQ(guest->carry_out(3, write(1, false)), Ocs::success);
  EXPECT_EQ(guest->carry_out(3, write(2, false)), Ocs::success);
  EXPECT_TRUE(guest->hardware->powered());
  guest->describe(3, {scsi::synchronize_cache_10()});
  guest->write(Reg::UTRLDBR, 1u << 3);
  while (guest->hardware->powered()) guest->hardware->run(guest->hardware->now() + 1_us);
  const std::byte* const kept = guest->simulation->flash().content(Lba{1});
  ASSERT_NE(kept, nullptr);
  EXPECT_EQ(load_u8(kept), 0x11);
  EXPECT_EQ(guest->simulation->flash().content(Lba{2}), nullptr);
  EXPECT_EQ(guest->statistic("faults.lost_blocks"), 2u);
  guest->pass(50_ms);
  EXPECT_EQ(load_u8(guest->simulation->flash().content(Lba{1})), 0x11) << "nothing happens any more";
}

TEST_F(FaultInjectorTest, SaysWhichFaultsHappenedAndWhen) {
  begin({"lost-answer@read:5", "uic-error@write:2"});
  EXPECT_EQ(guest->carry_out(3, write(1)), Ocs::success);
  EXPECT_EQ(guest->carry_out(3, read(1)), Ocs::success);
  const Picoseconds before = guest->hardware->now();
  EXPECT_EQ(guest->carry_out(4, write(1)), Ocs::success);
  const std::vector<FaultOutcome> outcomes = guest->simulation->faults();
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_FALSE(outcomes[0].happened);
  EXPECT_EQ(outcomes[0].seen, 1u);
  EXPECT_TRUE(outcomes[1].happened);
  EXPECT_EQ(outcomes[1].tag, Tag{4});
  EXPECT_GT(outcomes[1].at, before);
  EXPECT_LT(outcomes[1].at, guest->hardware->now());
  EXPECT_EQ(guest->statistic("faults.asked"), 2u);
  EXPECT_EQ(guest->statistic("faults.happened"), 1u);
}

TEST_F(FaultInjectorTest, WithAllKeyslotsThereAreNoneIsInvalid) {
  SystemConfig config;
  config.keyslots.num_keyslots = 256;
  EXPECT_THROW(begin({"invalid-key@1"}, config), UserError);
  forget_simulation();
}

/// A fault that does not come changes nothing, to the picosecond.
TEST_F(FaultInjectorTest, StandsBetweenTheModulesWithoutATrace) {
  std::vector<std::vector<std::uint64_t>> seen;
  for (const std::vector<std::string>& faults : {std::vector<std::string>{}, {"power-loss@1000", "link-loss@1000"}}) {
    begin(faults);
    for (std::uint64_t i = 0; i < 20; ++i) guest->carry_out(3, i % 3 == 0 ? read(i) : write(i, i % 2 == 0));
    guest->carry_out(3, {scsi::synchronize_cache_10()});
    std::vector<std::uint64_t> values;
    for (const auto& each : list_statistics(*guest->simulation)) {
      if (each.path.rfind("faults.", 0) != 0) values.push_back(each.value);
    }
    seen.push_back(values);
    guest.reset();
  }
  EXPECT_EQ(seen[0], seen[1]);
}

}  // namespace
}  // namespace icesim
