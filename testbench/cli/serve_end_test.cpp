// SPDX-License-Identifier: Apache-2.0
// However serving ends: what was answered lies in the disk image, and nothing else is left behind.
#include "icesim/base/file.hpp"
#include "running_program.hpp"
#include "testbench/support/rigs/remote_guest.hpp"

#include <csignal>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace icesim::cli {
namespace {

using test::RemoteGuest;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::size_t block = 4096;

class ServeEndTest : public testing::Test {
 protected:
  Directory directory;
  const std::string socket = directory.path("ufs");
  const std::string disk = directory.path("disk");

  std::vector<std::string> serve(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments{"serve", "--socket", socket, "--set", "flash.capacity=16MiB"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  std::vector<std::string> everything() const {
    return serve({"--disk", disk, "--log", directory.path("log"), "-o", directory.path("results"), "--requests",
                  directory.path("requests"), "--waves", directory.path("waves.vcd")});
  }
  mode_t mode(const std::string& path) const {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 ? status.st_mode & 0777U : 0U;
  }
  /// Fills the guest's data with a byte and writes it.
  static Ocs write(RemoteGuest& guest, Lba lba, char byte, bool fua) {
    std::memset(guest.map.find(RemoteGuest::data, block), byte, block);
    return guest.carry_out(1, {scsi::write_10(lba, 1, fua), DataDirection::to_device, 1, RemoteGuest::data});
  }
  std::string written(std::size_t lba) const { return read_text_file(disk).substr(lba * block, block); }
  static void expect_one_line(const Outcome& outcome, const std::string& why) {
    EXPECT_THAT(outcome.err, testing::StartsWith("icesim: "));
    EXPECT_THAT(outcome.err, HasSubstr(why));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }
};

TEST_F(ServeEndTest, ASignalLeavesTheImageWithWhatWasAnsweredAndNothingElse) {
  directory.file("disk", std::string(3 * block, 'o'));
  ASSERT_EQ(::chmod(disk.c_str(), 0600), 0);
  char byte = 'a';
  for (const auto& [signal, name] : {std::pair{SIGTERM, "SIGTERM"}, {SIGINT, "SIGINT"}, {SIGHUP, "SIGHUP"}}) {
    RunningProgram program(everything());
    RemoteGuest guest(socket);
    guest.bring_up();
    ASSERT_EQ(write(guest, Lba{1}, ++byte, true), Ocs::success);
    program.send(signal);
    const Outcome outcome = program.wait();
    EXPECT_EQ(outcome.exit_code, 128 + signal);
    expect_one_line(outcome,
                    "interrupted by " + std::string(name) + "; the disk image holds what the device has answered");
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_EQ(written(0), std::string(block, 'o'));
    EXPECT_EQ(written(1), std::string(block, byte));
    EXPECT_EQ(mode(disk), 0600U);
    EXPECT_THAT(directory.files(), ElementsAre("disk"));
  }
}

TEST_F(ServeEndTest, ABadMessageLeavesTheImageWithWhatWasAnsweredAndNothingElse) {
  RunningProgram program(everything());
  RemoteGuest guest(socket);
  guest.bring_up();
  ASSERT_EQ(write(guest, Lba{5}, 'x', false), Ocs::success);
  ASSERT_EQ(guest.carry_out(2, {scsi::synchronize_cache_10()}), Ocs::success);
  guest.say(static_cast<cosim::vhost::Request>(99), {});
  const Outcome outcome = program.wait();
  EXPECT_EQ(outcome.exit_code, 2);
  expect_one_line(outcome, "guest: vhost-user request 99 is not understood");
  EXPECT_EQ(written(5), std::string(block, 'x'));
  EXPECT_THAT(directory.files(), ElementsAre("disk"));
}

TEST_F(ServeEndTest, ARingThatIsResizedWhileItIsOnIsABadMessage) {
  RunningProgram program(serve());
  RemoteGuest guest(socket);
  guest.say(cosim::vhost::Request::set_vring_num, {std::uint64_t{1024} << 32});
  const Outcome outcome = program.wait();
  EXPECT_EQ(outcome.exit_code, 2);
  expect_one_line(outcome, "guest: queue 0 gets another size while it is on");
}

TEST_F(ServeEndTest, MemoryThatGetsShorterIsOneLine) {
  for (const std::uint64_t left :
       {RemoteGuest::data - RemoteGuest::ram, RemoteGuest::rings - RemoteGuest::ram, std::uint64_t{0}}) {
    RunningProgram program(serve({"--disk", disk}));
    RemoteGuest guest(socket);
    guest.bring_up();
    ASSERT_EQ(write(guest, Lba{2}, 'k', true), Ocs::success);
    ASSERT_EQ(write(guest, Lba{3}, 'l', true), Ocs::success);
    guest.describe(1, {scsi::write_10(Lba{3}, 1), DataDirection::to_device, 1, RemoteGuest::data});
    const std::uint64_t doorbell = 2;
    // The ring is still there, or is not; what the command would write is not.
    if (left > RemoteGuest::rings - RemoteGuest::ram) {
      ASSERT_EQ(::ftruncate(guest.file.get(), static_cast<off_t>(left)), 0);
      guest.write(Reg::UTRLDBR, doorbell);
      EXPECT_THROW(
          {
            for (;;) guest.read(Reg::UTRLDBR);
          },
          std::exception);
    } else {
      ASSERT_EQ(::ftruncate(guest.file.get(), static_cast<off_t>(left)), 0);
      guest.say(cosim::vhost::Request::vring_kick, {0});
    }
    const Outcome outcome = program.wait();
    EXPECT_EQ(outcome.exit_code, 2) << left;
    expect_one_line(outcome, "guest: it has made the file of its memory shorter than what it handed over");
    EXPECT_EQ(written(2), std::string(block, 'k'));
    EXPECT_EQ(written(3), std::string(block, 'l')) << "what is gone is not written as zeros";
  }
}

TEST_F(ServeEndTest, WithoutAGuestASignalEndsItToo) {
  RunningProgram program(serve({"--time-travel", directory.path("time")}));
  while (!std::filesystem::exists(directory.path("time"))) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  program.send(SIGTERM);
  const Outcome outcome = program.wait();
  EXPECT_EQ(outcome.exit_code, 128 + SIGTERM);
  EXPECT_EQ(outcome.err, "icesim: interrupted by SIGTERM; nothing is written\n");
  EXPECT_THAT(directory.files(), IsEmpty());
}

TEST_F(ServeEndTest, ASecondServerIsRefusedAndTheFirstGoesOn) {
  RunningProgram first(serve({"--disk", disk}), 0);
  RemoteGuest guest(socket);
  EXPECT_EQ(mode(socket), 0600U) << "whatever the umask";
  guest.bring_up();
  for (int i = 0; i < 2; ++i) {
    const Outcome second = icesim(serve());
    EXPECT_EQ(second.exit_code, 2);
    expect_one_line(second, socket + ": another server listens there");
  }
  ASSERT_EQ(write(guest, Lba{0}, 'f', false), Ocs::success);
  guest.device.close();
  EXPECT_EQ(first.wait().exit_code, 0);
  EXPECT_EQ(written(0), std::string(block, 'f'));
  EXPECT_EQ(mode(disk), 0666U) << "a new image follows the umask";
}

TEST_F(ServeEndTest, ASecondServerDoesNotTakeTheGuestsPlace) {
  RunningProgram first(serve());
  while (!std::filesystem::exists(socket)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(icesim(serve()).exit_code, 2);
  EXPECT_TRUE(first.runs()) << "it still waits for its guest";
  RemoteGuest guest(socket);
  guest.bring_up();
  guest.device.close();
  EXPECT_EQ(first.wait().exit_code, 0);
}

TEST_F(ServeEndTest, WhatAKilledServerLeftIsReplaced) {
  {
    RunningProgram killed(serve());
    RemoteGuest guest(socket);
    killed.send(SIGKILL);
    killed.wait();
  }
  ASSERT_TRUE(std::filesystem::is_socket(socket));
  RunningProgram program(serve());
  // The old name refuses connections until it is the new one.
  RemoteGuest guest(socket);
  guest.device.close();
  EXPECT_EQ(program.wait().exit_code, 0);
  EXPECT_THAT(directory.files(), IsEmpty());
}

}  // namespace
}  // namespace icesim::cli
