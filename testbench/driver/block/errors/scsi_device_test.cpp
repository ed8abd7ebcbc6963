// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/errors/scsi_device.hpp"

#include <gtest/gtest.h>

/// When a command that failed is tried again, and what the device takes meanwhile [linux-errors].
namespace icesim {
namespace {

using namespace literals;

constexpr Failure error{Ocs::general_crypto_error};
constexpr Failure busy{Ocs::success, scsi::Status::busy};

/// Asks until the device takes the command.
void issue(ScsiDevice& device, std::uint32_t number, Picoseconds now) {
  int asked = 1;
  while (!device.takes()) ASSERT_LE(++asked, 3);
  device.issued(number, now);
}

TEST(Disposition, IsThatOfLinux) {
  for (const Ocs ocs : {Ocs::invalid_command_table, Ocs::invalid_prdt, Ocs::mismatch_data_buffer_size,
                        Ocs::mismatch_response_size, Ocs::peer_communication_failure, Ocs::fatal_error,
                        Ocs::device_fatal_error, Ocs::invalid_crypto_configuration, Ocs::general_crypto_error}) {
    EXPECT_EQ(disposition_of({ocs}, false), Disposition::retries) << static_cast<int>(ocs);
    EXPECT_EQ(disposition_of({ocs}, true), Disposition::fails) << static_cast<int>(ocs);
  }
  Failure timed_out;
  timed_out.timed_out = true;
  EXPECT_EQ(disposition_of(timed_out, false), Disposition::retries);
  EXPECT_EQ(disposition_of(timed_out, true), Disposition::fails);
  for (const Ocs ocs : {Ocs::aborted, Ocs::invalid}) EXPECT_EQ(disposition_of({ocs}, true), Disposition::requeues);
  const auto with = [](scsi::Status status) { return disposition_of({Ocs::success, status}, false); };
  EXPECT_EQ(with(scsi::Status::busy), Disposition::requeues);
  EXPECT_EQ(with(scsi::Status::task_set_full), Disposition::requeues);
  EXPECT_EQ(with(scsi::Status::check_condition), Disposition::fails);
  EXPECT_EQ(with(static_cast<scsi::Status>(0x40)), Disposition::retries) << "TASK ABORTED";
  Failure no_key;
  no_key.key_program = true;
  EXPECT_EQ(disposition_of(no_key, false), Disposition::fails);
}

TEST(ScsiDevice, TakesNothingUntilWhatIsOutHasEndedAndThenTheThirdThatAsks) {
  ScsiDevice device(5, 8);
  for (std::uint32_t number = 0; number < 3; ++number) {
    EXPECT_TRUE(device.takes());
    device.issued(number, 0_ps);
  }
  EXPECT_TRUE(device.puts_back(0, error, 1_us));
  EXPECT_TRUE(device.puts_back(1, error, 1_us));
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(device.takes()) << "one is out";
  EXPECT_TRUE(device.puts_back(2, error, 2_us));
  EXPECT_FALSE(device.takes());
  EXPECT_FALSE(device.takes());
  EXPECT_TRUE(device.takes());
  EXPECT_FALSE(device.blocked());
  EXPECT_TRUE(device.takes());
}

TEST(ScsiDevice, IsUnblockedByACommandThatEnds) {
  ScsiDevice device(5, 8);
  issue(device, 0, 0_ps);
  issue(device, 1, 0_ps);
  EXPECT_TRUE(device.puts_back(0, busy, 1_us));
  EXPECT_FALSE(device.takes());
  EXPECT_TRUE(device.refused());
  EXPECT_FALSE(device.refused()) << "told once";
  EXPECT_TRUE(device.ended(1)) << "somebody waits";
  EXPECT_FALSE(device.blocked());
  issue(device, 0, 2_us);
  EXPECT_TRUE(device.tried(0));
  EXPECT_FALSE(device.ended(0));
  EXPECT_FALSE(device.tried(0)) << "the number is another command's";
}

TEST(ScsiDevice, CountsACommandFromWhenItMayGoOutUntilItIsGivenBack) {
  ScsiDevice device(5, 8);
  issue(device, 0, 0_ps);
  EXPECT_TRUE(device.takes());
  EXPECT_TRUE(device.puts_back(0, error, 1_us));
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(device.takes()) << "one is on its way";
  device.gives_back();
  EXPECT_FALSE(device.tried(1));
  device.sets_back(1);
  EXPECT_TRUE(device.tried(1));
  device.forgets(1);
  EXPECT_FALSE(device.tried(1)) << "the number is another command's";
  EXPECT_FALSE(device.takes());
  EXPECT_FALSE(device.takes());
  EXPECT_TRUE(device.takes());
}

TEST(ScsiDevice, TriesAgainSoManyTimes) {
  for (const std::uint64_t retries : {1u, 5u, 100u}) {
    ScsiDevice device(retries, 1);
    for (std::uint64_t i = 0; i < retries; ++i) {
      issue(device, 0, 0_ps);
      EXPECT_TRUE(device.puts_back(0, error, 1_us)) << i;
    }
    issue(device, 0, 0_ps);
    EXPECT_FALSE(device.puts_back(0, error, 1_us));
    device.ended(0);
    EXPECT_EQ(device.statistics().retries, retries);
    EXPECT_EQ(device.statistics().exhausted, 1u);
    issue(device, 0, 0_ps);
    EXPECT_TRUE(device.puts_back(0, error, 1_us)) << "another command counts anew";
  }
}

TEST(ScsiDevice, PutsBackWhatWasNotCarriedOutForAsLongAsAllTriesMayTake) {
  constexpr Picoseconds timeout = 2_s;
  ScsiDevice device(5, 1, timeout);
  const Picoseconds longest = timeout * 6;
  for (int i = 0; i < 50; ++i) {
    issue(device, 0, 1_us + 1_us * static_cast<std::uint64_t>(i));
    EXPECT_TRUE(device.puts_back(0, busy, 2_us * static_cast<std::uint64_t>(i + 1)));
  }
  issue(device, 0, 1_ms);
  EXPECT_TRUE(device.puts_back(0, busy, 1_us + longest)) << "counted from when it went out first";
  issue(device, 0, 1_us + longest);
  EXPECT_FALSE(device.puts_back(0, busy, 1_us + longest + 1_ps));
  EXPECT_EQ(device.statistics().requeues, 51u);
  EXPECT_EQ(device.statistics().retries, 0u);
}

TEST(ScsiDevice, TakesNothingWhileItIsStopped) {
  ScsiDevice device(5, 8);
  issue(device, 0, 0_ps);
  device.stop();
  EXPECT_FALSE(device.takes());
  EXPECT_FALSE(device.refused()) << "nobody has to ask again by himself";
  EXPECT_TRUE(device.puts_back(0, error, 1_us));
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(device.takes());
  device.go();
  EXPECT_FALSE(device.takes());
  EXPECT_FALSE(device.takes());
  EXPECT_TRUE(device.takes()) << "what was asked meanwhile does not count";
}

}  // namespace
}  // namespace icesim
