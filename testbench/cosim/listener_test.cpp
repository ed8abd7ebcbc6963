// SPDX-License-Identifier: Apache-2.0
#include "icesim/cosim/listener.hpp"

#include "testbench/support/rigs/guest_rig.hpp"

#include <atomic>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <vector>

namespace icesim::cosim {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;
using testing::ThrowsMessage;

class ListenerTest : public testing::Test {
 protected:
  std::string directory = (fs::temp_directory_path() / "icesim-listener-XXXXXX").string();
  std::string path;

  void SetUp() override {
    ASSERT_NE(::mkdtemp(directory.data()), nullptr);
    path = directory + "/socket";
  }
  void TearDown() override { fs::remove_all(directory); }

  mode_t mode() const {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 ? status.st_mode & 0777U : 0U;
  }
  /// A socket as a server that was killed leaves it behind.
  void leave_socket() const {
    const FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
};

TEST_F(ListenerTest, IsItsOwnersAloneWhateverTheUmask) {
  for (const mode_t mask : {0U, 022U, 077U}) {
    const mode_t before = ::umask(mask);
    const Listener listener(path);
    ::umask(before);
    EXPECT_EQ(mode(), 0600U) << mask;
  }
  EXPECT_FALSE(fs::exists(path)) << "it is gone with the listener";
}

TEST_F(ListenerTest, ASecondOneIsRefusedAndTheFirstDoesNotNotice) {
  Listener first(path);
  EXPECT_THAT([this] { Listener second(path); },
              ThrowsMessage<UserError>(EndsWith("socket: another server listens there")));
  EXPECT_EQ(wait_readable({first.fd()}, false), -1) << "nobody has connected";
  Connection guest = test::connect_to(path);
  Connection device = first.accept();
  const std::byte word{7};
  guest.write(&word, 1);
  std::byte got{};
  device.read(&got, 1);
  EXPECT_EQ(got, word);
  EXPECT_THROW(Listener third(path), UserError) << "neither while it serves";
}

TEST_F(ListenerTest, WhatADeadServerLeftIsReplaced) {
  leave_socket();
  Listener listener(path);
  EXPECT_EQ(mode(), 0600U);
  EXPECT_TRUE(test::connect_to(path).open());
}

TEST_F(ListenerTest, NothingButASocketIsReplaced) {
  const std::string target = directory + "/target";
  std::ofstream(target) << "mine";
  fs::create_symlink(target, path);
  EXPECT_THAT([this] { Listener listener(path); },
              ThrowsMessage<UserError>(EndsWith("is there already, and is no socket")));
  EXPECT_TRUE(fs::is_symlink(path));
  fs::remove(path);
  fs::create_symlink(directory + "/nothing", path);
  EXPECT_THROW(Listener listener(path), UserError);
  EXPECT_FALSE(fs::exists(directory + "/nothing")) << "a link is not followed";
  fs::remove(path);
  std::ofstream(path) << "mine";
  EXPECT_THROW(Listener listener(path), UserError);
  EXPECT_EQ(fs::file_size(path), 4U);
}

TEST_F(ListenerTest, ALinkToWhatADeadServerLeftIsNotFollowed) {
  leave_socket();
  const std::string link = directory + "/link";
  fs::create_symlink(path, link);
  EXPECT_THROW(Listener listener(link), UserError);
  EXPECT_TRUE(fs::is_socket(path));
}

TEST_F(ListenerTest, TakesAwayItsOwnNameOnly) {
  auto listener = std::make_unique<Listener>(path);
  fs::remove(path);
  std::ofstream(path) << "another's";
  listener.reset();
  EXPECT_TRUE(fs::is_regular_file(path));
}

TEST_F(ListenerTest, OfManyThatStartAtOnceOneWins) {
  for (int round = 0; round < 20; ++round) {
    fs::remove(path);
    leave_socket();
    std::array<std::optional<Listener>, 8> listeners;
    std::atomic<int> won{0};
    std::vector<std::thread> threads;
    for (auto& each : listeners) {
      threads.emplace_back([&] {
        try {
          each.emplace(path);
          ++won;
        } catch (const UserError&) {
        }
      });
    }
    for (std::thread& each : threads) each.join();
    EXPECT_EQ(won, 1) << round;
    EXPECT_TRUE(fs::is_socket(path));
  }
}

TEST_F(ListenerTest, ThatNobodyIsWaitedForIsHeard) {
  const FileDescriptor stop(::eventfd(0, EFD_CLOEXEC));
  Listener listener(path, stop.get());
  std::thread later([&] {
    const std::uint64_t one = 1;
    ASSERT_EQ(::write(stop.get(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
  });
  EXPECT_THROW(listener.accept(), Interrupted);
  later.join();
  const Connection guest = test::connect_to(path);
  Connection device = listener.accept();
  std::byte byte{};
  EXPECT_THROW(device.read(&byte, 1), Interrupted);
}

TEST_F(ListenerTest, NamesThatCannotBeAreRefused) {
  EXPECT_THROW(Listener("/no/such/directory/socket"), UserError);
  EXPECT_THROW(Listener(std::string(200, 'x')), UserError);
  EXPECT_THROW(Listener(""), UserError);
  EXPECT_THROW(Listener{directory}, UserError);
}

}  // namespace
}  // namespace icesim::cosim
