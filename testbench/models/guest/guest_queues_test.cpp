// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/statistics.hpp"
#include "testbench/support/rigs/guest_driver.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using test::GuestDriver;
using Command = GuestDriver::Command;

SystemConfig with_queues() {
  SystemConfig config;
  config.controller.mcq = 2;
  config.controller.version = 0x0400;
  return config;
}

/// The smallest driver, with one queue of three entries in the doorbell's place.
class QueueGuest : public GuestDriver {
 public:
  static constexpr std::uint64_t submissions = ram + 0x60000;
  static constexpr std::uint64_t completions = ram + 0x61000;
  static constexpr std::uint32_t entries = 3;

  QueueGuest() : GuestDriver(with_queues()) {}

  void start_queues() {
    start();
    write(Reg::CONFIG, CONFIG::QT);
    set(QueueReg::SQLBA, static_cast<std::uint32_t>(submissions));
    set(QueueReg::CQLBA, static_cast<std::uint32_t>(completions));
    set(QueueReg::CQIE, CQIS::TEPS);
    set(QueueReg::CQATTR, CQATTR::CQEN | ring_size(entries));
    set(QueueReg::SQATTR, SQATTR::SQEN | ring_size(entries));
    tail_ = 0;
  }
  void set(QueueReg reg, std::uint32_t value) { hardware->write_register(QueueLayout{}.offset(0, reg), value); }
  std::uint32_t get(QueueReg reg) { return hardware->read_register(QueueLayout{}.offset(0, reg)); }
  /// Puts a command into the queue and waits for the entry of its end, whose status is returned.
  Ocs submit(std::uint32_t tag, const Command& command) {
    describe(tag, command);
    std::memcpy(map.find(submissions + tail_, Utrd::size), map.find(list + tag * Utrd::size, Utrd::size), Utrd::size);
    const std::uint32_t before = tail_;
    tail_ = (tail_ + 32) % (entries * 32);
    set(QueueReg::SQTP, tail_);
    while (get(QueueReg::CQTP) == before) pass(Picoseconds{10'000'000});
    return CompletionEntry::decode(map.find(completions + before, queue_entry_size)).ocs;
  }

 private:
  std::uint32_t tail_ = 0;
};

Command write_of(Lba lba, std::uint32_t keyslot) {
  return {scsi::write_10(lba, 1), DataDirection::to_device, 1, GuestDriver::data, true, keyslot, Dun{7}};
}

TEST(GuestQueues, AreFollowedRoundTheirRings) {
  QueueGuest guest;
  guest.start_queues();
  const std::array<std::byte, 64> key{std::byte{5}};
  guest.program(1, key.data());
  for (std::uint32_t i = 0; i < 8; ++i) EXPECT_EQ(guest.submit(i % 5, write_of(Lba{i}, 1)), Ocs::success);
  EXPECT_EQ(guest.submit(6, write_of(Lba{9}, 2)), Ocs::invalid_crypto_configuration) << "there is no key";
  EXPECT_EQ(guest.statistic("driver.requests_completed"), 8u);
  EXPECT_EQ(guest.statistic("driver.requests_failed"), 1u);
  EXPECT_EQ(guest.statistic("driver.requests_encrypted"), 9u);
  EXPECT_EQ(guest.statistic("keyslots.first_uses"), 1u);
  EXPECT_EQ(guest.statistic("keyslots.hits"), 7u);
  EXPECT_EQ(guest.statistic("latency.all.count"), 8u);
  EXPECT_GT(guest.statistic("latency.all.mean"), 10'000'000u);
}

TEST(GuestQueues, BeginAgainWhenTheControllerIsReset) {
  QueueGuest guest;
  guest.start_queues();
  const std::array<std::byte, 64> key{std::byte{5}};
  guest.program(1, key.data());
  EXPECT_EQ(guest.submit(0, write_of(Lba{1}, 1)), Ocs::success);
  guest.write(Reg::HCE, 0);
  guest.start_queues();
  guest.program(1, key.data());
  EXPECT_EQ(guest.submit(0, write_of(Lba{2}, 1)), Ocs::success);
  EXPECT_EQ(guest.statistic("driver.requests_completed"), 2u);
}

TEST(GuestQueues, LieInsideTheWindowOfTheRegisters) {
  const QueueGuest guest;
  EXPECT_EQ(guest.simulation->register_bytes(), 0x1d000u + 2 * 48);
}

}  // namespace
}  // namespace icesim
