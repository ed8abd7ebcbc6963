// SPDX-License-Identifier: Apache-2.0
#include "icesim/crypto/aes_xts.hpp"
#include "icesim/result/statistics.hpp"
#include "testbench/support/rigs/guest_driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {

std::uint64_t test::GuestDriver::statistic(const std::string& path) const {
  for (const StatisticValue& each : list_statistics(*simulation)) {
    if (each.path == path) return each.value;
  }
  throw_bug("a statistic has this path");
}

namespace {

using test::GuestDriver;
using Command = GuestDriver::Command;
using Bytes4K = std::array<std::byte, 4096>;

Bytes4K pattern(unsigned seed) {
  Bytes4K bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>((i * 7 + i / 256 + seed) & 0xff);
  return bytes;
}
std::array<std::byte, 64> key(unsigned seed) {
  std::array<std::byte, 64> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>((3 * i + seed) & 0xff);
  return bytes;
}
Command write_of(Lba lba, Dun dun, std::uint32_t keyslot = 1) {
  return {scsi::write_10(lba, 1), DataDirection::to_device, 1, GuestDriver::data, true, keyslot, dun};
}
Command read_of(Lba lba, Dun dun, std::uint32_t keyslot = 1) {
  return {scsi::read_10(lba, 1), DataDirection::to_host, 1, GuestDriver::data, true, keyslot, dun};
}

class GuestSimulationTest : public testing::Test {
 protected:
  GuestDriver guest;

  std::uint64_t dies() const { return guest.config.flash.channels * guest.config.flash.dies_per_channel; }
  void put(const Bytes4K& bytes) { std::memcpy(guest.map.find(GuestDriver::data, 4096), bytes.data(), 4096); }
  Bytes4K got() const {
    Bytes4K bytes;
    std::memcpy(bytes.data(), guest.map.find(GuestDriver::data, 4096), 4096);
    return bytes;
  }
};

TEST_F(GuestSimulationTest, AnEncryptedWriteLiesInTheFlashAsOpenSslEncryptsIt) {
  guest.start();
  guest.program(1, key(5).data());
  put(pattern(1));
  EXPECT_EQ(guest.carry_out(3, write_of(Lba{77}, Dun{0x1'0000'0005})), Ocs::success);
  Bytes4K expected;
  const auto plain = pattern(1);
  AesXts(key(5).data(), 64).encrypt(Dun{0x1'0000'0005}, plain.data(), expected.data(), expected.size());
  const std::byte* const stored = guest.simulation->flash().content(Lba{77});
  ASSERT_NE(stored, nullptr);
  EXPECT_EQ(std::memcmp(stored, expected.data(), expected.size()), 0);
  put(pattern(0));
  EXPECT_EQ(guest.carry_out(4, read_of(Lba{77}, Dun{0x1'0000'0005})), Ocs::success);
  EXPECT_EQ(got(), pattern(1));
}

TEST_F(GuestSimulationTest, ContentStoredBeforeTheStartIsRead) {
  guest.simulation->flash().store(Lba{9}, pattern(3).data());
  guest.start();
  Command command = read_of(Lba{9}, Dun{});
  command.encrypted = false;
  EXPECT_EQ(guest.carry_out(0, command), Ocs::success);
  EXPECT_EQ(got(), pattern(3));
}

TEST_F(GuestSimulationTest, KeysWrittenWhileTheControllerIsDisabledSurviveItsStart) {
  guest.hardware = &guest.simulation->hardware();
  guest.program(1, key(5).data());
  guest.start();
  EXPECT_EQ(guest.carry_out(0, write_of(Lba{1}, Dun{1})), Ocs::success);
  guest.write(Reg::HCE, 0);
  guest.enable();
  guest.start_lists();
  EXPECT_EQ(guest.carry_out(0, write_of(Lba{1}, Dun{1})), Ocs::invalid_crypto_configuration) << "a stop loses them";
}

/// A full reset at every moment of a write: what was under way is gone, and its tag does what it is asked for next.
TEST_F(GuestSimulationTest, AResetWithACommandUnderWayLeavesNothingOfItBehind) {
  guest.start();
  guest.program(1, key(5).data());
  put(pattern(1));
  EXPECT_EQ(guest.carry_out(3, write_of(Lba{8}, Dun{8})), Ocs::success);
  for (const std::uint64_t moment : {0u, 1u, 2u, 5u, 10u, 14u, 18u, 22u, 26u, 30u}) {
    SCOPED_TRACE(moment);
    put(pattern(2));
    guest.describe(3, write_of(Lba{9}, Dun{9}));
    guest.write(Reg::UTRLDBR, 1u << 3);
    guest.pass(Picoseconds{moment * 1'000'000});
    guest.write(Reg::HCE, 0);
    guest.enable();
    guest.start_lists();
    guest.program(1, key(5).data());
    EXPECT_EQ(guest.carry_out(3, read_of(Lba{8}, Dun{8})), Ocs::success);
    EXPECT_EQ(got(), pattern(1));
    EXPECT_EQ(guest.read(Reg::UTRLDBR), 0u);
  }
  EXPECT_EQ(guest.statistic("device.rejects"), 0u);
}

TEST_F(GuestSimulationTest, DataOutsideTheGuestsMemoryIsOcs7) {
  guest.start();
  guest.program(1, key(5).data());
  std::uint32_t tag = 2;
  for (const std::uint64_t outside :
       {GuestDriver::ram - 4096, GuestDriver::ram + GuestDriver::ram_size - 4, std::uint64_t{0xffff'ffff'ffff'f000}}) {
    Command read = read_of(Lba{5}, Dun{});
    read.buffer = outside;
    EXPECT_EQ(guest.carry_out(tag++, read), Ocs::fatal_error) << outside;
  }
  Command write = write_of(Lba{5}, Dun{});
  write.buffer = GuestDriver::ram - 4096;
  EXPECT_EQ(guest.carry_out(tag++, write), Ocs::fatal_error);  // the device waits for its data from now on
  EXPECT_EQ(guest.statistic("controller.fatal_error"), 4u);
  put(pattern(1));
  EXPECT_EQ(guest.carry_out(tag, write_of(Lba{5}, Dun{})), Ocs::success) << "and the next is as any other";
}

TEST_F(GuestSimulationTest, DescriptorsOutsideTheGuestsMemoryEndTheCommand) {
  guest.start();
  guest.describe(2, write_of(Lba{5}, Dun{}));
  store_le64(guest.map.find(GuestDriver::list + 2 * Utrd::size + 16, 8), 0x80);  // the UCD
  EXPECT_EQ(guest.carry_out(2), Ocs::fatal_error);
  guest.write(Reg::UTRLBA, 0x400);  // the list: there is no place for an OCS
  guest.carry_out(2);
  EXPECT_EQ(guest.statistic("controller.fatal_error"), 2u);
}

TEST_F(GuestSimulationTest, CountsRequestsAndTheirKeyslots) {
  guest.start();
  guest.program(1, key(5).data());
  guest.program(2, key(6).data());
  put(pattern(1));
  for (const std::uint32_t keyslot : {1, 1, 2, 1}) guest.carry_out(0, write_of(Lba{5}, Dun{}, keyslot));
  guest.program(1, key(7).data());
  guest.carry_out(0, read_of(Lba{5}, Dun{}, 1));
  guest.carry_out(0, read_of(Lba{5}, Dun{}, 3));  // no key
  guest.carry_out(0, {scsi::synchronize_cache_10()});
  guest.carry_out(0, {scsi::test_unit_ready()});
  EXPECT_EQ(guest.statistic("driver.requests_completed"), 6u);
  EXPECT_EQ(guest.statistic("driver.requests_failed"), 1u);
  EXPECT_EQ(guest.statistic("driver.requests_encrypted"), 6u);
  EXPECT_EQ(guest.statistic("driver.other_commands"), 1u);
  EXPECT_EQ(guest.statistic("driver.bytes_written"), 4 * 4096u);
  EXPECT_EQ(guest.statistic("driver.bytes_read"), 4096u);
  EXPECT_EQ(guest.statistic("keyslots.first_uses"), 3u);
  EXPECT_EQ(guest.statistic("keyslots.hits"), 2u);
  EXPECT_EQ(guest.statistic("keyslots.programs"), 3u);
  EXPECT_EQ(guest.statistic("latency.all.count"), 6u);
}

TEST_F(GuestSimulationTest, StagesOfARequestAddUpToItsLatencyExactly) {
  guest.start();
  guest.program(1, key(5).data());
  put(pattern(1));
  guest.carry_out(0, write_of(Lba{5}, Dun{}));
  TimeSum sum;
  for (const StageTotal& stage : guest.simulation->stage_totals()) sum += stage.total;
  EXPECT_NE(sum, TimeSum{});
  EXPECT_EQ(sum.n, guest.statistic("latency.write.max"));
}

TEST_F(GuestSimulationTest, TellsWhatShareOfTheTimeTheHardwareWasBusy) {
  guest.start();
  guest.program(1, key(5).data());
  put(pattern(1));
  for (std::uint64_t i = 0; i < 20; ++i) guest.carry_out(0, write_of(Lba{i}, Dun{i}));
  guest.carry_out(0, {scsi::synchronize_cache_10()});
  guest.carry_out(0, read_of(Lba{1}, Dun{1}));
  const auto share = [&](std::uint64_t busy, std::uint64_t units) {
    return busy * 1'000'000 / (guest.statistic("simulated_time") * units);
  };
  const auto busy = [&](const std::string& of) { return guest.statistic(of + ".busy"); };
  EXPECT_EQ(guest.statistic("utilisation.ice"), share(busy("ice.to_device") + busy("ice.to_host"), 2));
  EXPECT_EQ(guest.statistic("utilisation.link_tx"), share(busy("link.to_device"), 1));
  EXPECT_EQ(guest.statistic("utilisation.link_rx"), share(busy("link.to_host"), 1));
  EXPECT_EQ(guest.statistic("utilisation.flash"), share(guest.statistic("flash.die_busy"), dies()));
  EXPECT_GT(guest.statistic("utilisation.ice"), 0u);
  EXPECT_GT(guest.statistic("utilisation.link_tx"), guest.statistic("utilisation.link_rx"));
  EXPECT_GT(guest.statistic("utilisation.flash"), 0u);
}

TEST_F(GuestSimulationTest, TellsAnObserverWhatTheGuestDoes) {
  struct Observer : GuestObserver {
    std::vector<std::string> words;
    void access(bool write, std::uint32_t offset, std::uint32_t, Picoseconds) override {
      if (static_cast<Reg>(offset) == Reg::UTRLDBR) words.emplace_back(write ? "doorbell" : "look");
    }
    void rung(Tag tag, const GuestRequest& request, Picoseconds) override {
      words.push_back("rung " + std::to_string(tag.n) + " lba " + std::to_string(request.lba.n));
    }
    void ended(Tag, const GuestRequest&, Ocs ocs, Picoseconds) override {
      words.push_back("ended " + std::to_string(static_cast<int>(ocs)));
    }
    void interrupt(bool level, Picoseconds) override { words.emplace_back(level ? "up" : "down"); }
  } observer;
  guest.simulation->connect(observer);
  guest.start();
  observer.words.clear();
  guest.carry_out(6, write_of(Lba{123}, Dun{}));
  EXPECT_THAT(observer.words, testing::ElementsAre("doorbell", "rung 6 lba 123", "look", "ended 9", "up", "look"));
}

TEST(GuestLogicalUnits, EachHasBlocksOfItsOwnAndThoseOfTheFirstAreTheGuestsRequests) {
  SystemConfig config;
  config.device.logical_units = 3;
  config.device.other_unit_size = Bytes{64 << 10};
  GuestDriver guest(config);
  guest.start();
  std::byte* const data = guest.map.find(GuestDriver::data, 4096);
  const auto move = [&](std::uint8_t lun, bool writes, std::uint8_t value) {
    std::memset(data, value, 4096);
    guest.describe(2, {writes ? scsi::write_10(Lba{1}, 1) : scsi::read_10(Lba{1}, 1),
                       writes ? DataDirection::to_device : DataDirection::to_host, 1, GuestDriver::data});
    store_u8(guest.map.find(GuestDriver::ucd(2), upiu_header_size) + 2, lun);
    EXPECT_EQ(guest.carry_out(2), Ocs::success);
    return load_u8(data);
  };
  for (std::uint8_t lun = 0; lun < 3; ++lun) move(lun, true, static_cast<std::uint8_t>(0x10 + lun));
  for (std::uint8_t lun = 0; lun < 3; ++lun) EXPECT_EQ(move(lun, false, 0), 0x10 + lun);
  EXPECT_EQ(guest.statistic("driver.requests_completed"), 2u);
  EXPECT_EQ(guest.statistic("driver.other_commands"), 4u);
}

}  // namespace
}  // namespace icesim
