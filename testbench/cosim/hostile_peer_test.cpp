// SPDX-License-Identifier: Apache-2.0
// A peer that says what no guest should, and one that goes at any byte: one line, and nothing of ours is touched.
#include "testbench/support/rigs/scripted_guest.hpp"

#include <fcntl.h>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>

namespace icesim::cosim {
namespace {

using pcidev::Op;
using test::GuestRam;
using test::ScriptedGuest;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using vhost::Request;

constexpr std::uint64_t base = GuestRam::base;
constexpr std::uint32_t plain = vhost::Header::version;

std::uint64_t state(std::uint64_t index, std::uint64_t number) { return ScriptedGuest::state(index, number); }

/// The line with which serving ends; empty when the guest went as it should.
std::string line_at_end(ScriptedGuest& guest) {
  try {
    guest.serve();
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

/// What a guest that has been set up says next is answered with one line.
void refused(const std::string& why, const std::function<void(ScriptedGuest&)>& say) {
  ScriptedGuest guest(false);
  guest.set_up();
  say(guest);
  EXPECT_THAT(line_at_end(guest), AllOf(StartsWith("guest: "), HasSubstr(why), Not(HasSubstr("\n"))));
}

/// The head of a memory table with more files than a message of the protocol has.
void send_with_files(const ScriptedGuest& guest, std::size_t count) {
  const auto header = vhost::Header{static_cast<std::uint32_t>(Request::set_mem_table), plain, 40}.encode();
  iovec part{const_cast<std::byte*>(header.data()), header.size()};
  std::vector<char> control(CMSG_SPACE(count * sizeof(int)));
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* const rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(count * sizeof(int));
  const std::vector<int> files(count, guest.ram.file.get());
  std::memcpy(CMSG_DATA(rights), files.data(), count * sizeof(int));
  ASSERT_EQ(::sendmsg(guest.device.fd(), &message, 0), static_cast<ssize_t>(header.size()));
}

TEST(HostilePeer, ARingThatIsOnStaysWhatItIs) {
  refused("queue 0 gets another size while it is on",
          [](ScriptedGuest& g) { g.send(Request::set_vring_num, {state(0, 1024)}); });
  refused("queue 1 gets another base while it is on",
          [](ScriptedGuest& g) { g.send(Request::set_vring_base, {state(1, 5)}); });
  refused("queue 0 gets another place while it is on", [](ScriptedGuest& g) {
    g.send(Request::set_vring_addr, {0, base, base + 0x2000, base + 0x1000, 0});
  });
  refused("other features while queue 0 is on",
          [](ScriptedGuest& g) { g.send(Request::set_features, {vhost::feature::version_1}); });
  refused("other protocol features while queue 0 is on", [](ScriptedGuest& g) {
    g.send(Request::set_protocol_features,
           {vhost::protocol_feature::inband_notifications | vhost::protocol_feature::reply_ack});
  });
}

TEST(HostilePeer, ARingIsCheckedAsAWholeWhenItGoesOn) {
  const auto place = [](std::uint64_t table, std::uint64_t available, std::uint64_t used) {
    return [=](ScriptedGuest& g) {
      g.send(Request::set_vring_enable, {state(0, 0)});
      g.send(Request::set_vring_addr, {0, table, used, available, 0});
      g.send(Request::set_vring_enable, {state(0, 1)});
    };
  };
  refused("a descriptor table at 0xffffff0 lies outside", place(base - 16, base + 0x400, base + 0x800));
  refused("an available ring at 0x1000fffe lies outside", place(base, base + GuestRam::size - 2, base + 0x800));
  refused("a used ring at 0x1000fff0 lies outside", place(base, base + 0x400, base + GuestRam::size - 16));
  refused("lies outside", place(~std::uint64_t{15}, base + 0x400, base + 0x800));
  refused("not aligned to 4", place(base, base + 0x400, base + 0x802));
  refused("lies over", place(base, base + 0x10, base + 0x800));
  refused("a queue of 3 entries", [](ScriptedGuest& g) {
    g.send(Request::set_vring_enable, {state(0, 0)});
    g.send(Request::set_vring_num, {state(0, 3)});
  });
  refused("a queue of 4294967295 entries", [](ScriptedGuest& g) {
    g.send(Request::get_vring_base, {state(0, 0)});
    g.send(Request::set_vring_num, {state(0, 0xffff'ffff)});
  });
  refused("begins at index 65536", [](ScriptedGuest& g) {
    g.send(Request::reset_owner, {});
    g.send(Request::set_vring_base, {state(0, 0x10000)});
  });
  refused("is enabled with 2", [](ScriptedGuest& g) { g.send(Request::set_vring_enable, {state(0, 2)}); });
  refused("a log of used entries", [](ScriptedGuest& g) {
    g.send(Request::set_vring_enable, {state(0, 0)});
    g.send(Request::set_vring_addr, {std::uint64_t{1} << 32, base, base + 0x800, base + 0x400, 0});
  });
}

TEST(HostilePeer, MemoryIsWhatItsFilesHold) {
  const auto table = [](std::vector<std::uint64_t> words, int files = 1) {
    return [=](ScriptedGuest& g) {
      g.send(Request::set_mem_table, words, std::vector<int>(static_cast<std::size_t>(files), g.ram.file.get()));
    };
  };
  refused("0x10001 bytes at 0x10000000: its file does not hold them", table({1, base, GuestRam::size + 1, 0, 0}));
  refused("its file does not hold them from 0x10000", table({1, base, 0x1000, 0, GuestRam::size}));
  refused("no such range", table({1, ~std::uint64_t{0}, 0x1000, 0, 0}));
  refused("no such range", table({1, base, 0, 0, 0}));
  refused("is not at a page", table({1, base, 0x800, 0, 0x800}));
  refused("overlaps what has been mapped at 0x10000000",
          table({2, base, 0x2000, 0, 0, base + 0x1000, 0x1000, 0, 0}, 2));
  refused("a memory table of 1 regions with room for 1 and 0 files", table({1, base, 0x1000, 0, 0}, 0));
  refused("a memory table of 1 regions with room for 1 and 2 files", table({1, base, 0x1000, 0, 0}, 2));
  refused("a memory table of 3 regions with room for 1 and 1 files", table({3, base, 0x1000, 0, 0}));
  refused("a memory table of 0 regions", table({0, base, 0x1000, 0, 0}));
  refused("a memory table of 48 bytes", table({1, base, 0x1000, 0, 0, 0}));
  refused("more than 8 file descriptors", [](ScriptedGuest& g) { send_with_files(g, 9); });
  refused("more than 8 file descriptors", [](ScriptedGuest& g) { send_with_files(g, 253); });
  refused("Permission denied", [](ScriptedGuest& g) {
    const std::string name = "/proc/self/fd/" + std::to_string(g.ram.file.get());
    const FileDescriptor read_only(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
    g.send(Request::set_mem_table, {1, base, GuestRam::size, 0, 0}, {read_only.get()});
  });
  refused("its file does not hold them", [](ScriptedGuest& g) {
    g.send(Request::set_mem_table, {1, base, GuestRam::size, 0, 0}, {g.device.fd()});
  });
}

TEST(HostilePeer, MessagesHaveTheirForm) {
  refused("request 9 has 8 bytes instead of 40", [](ScriptedGuest& g) { g.send(Request::set_vring_addr, {0}); });
  refused("request 8 has 16 bytes instead of 8", [](ScriptedGuest& g) { g.send(Request::set_vring_num, {0, 0}); });
  refused("request 2 has 0 bytes instead of 8", [](ScriptedGuest& g) { g.send(Request::set_features, {}); });
  refused("request 3 has 8 bytes instead of 0", [](ScriptedGuest& g) { g.send(Request::set_owner, {0}); });
  refused("request 35 has 0 bytes instead of 8", [](ScriptedGuest& g) { g.send(Request::vring_kick, {}); });
  refused("request 35 comes with 1 files instead of 0",
          [](ScriptedGuest& g) { g.send(Request::vring_kick, {state(0, 0)}, {g.ram.file.get()}); });
  refused("request 21 comes with 0 files instead of 1",
          [](ScriptedGuest& g) { g.send(Request::set_slave_req_fd, {}); });
  refused("no Unix stream socket", [](ScriptedGuest& g) { g.send(Request::set_slave_req_fd, {}, {g.ram.file.get()}); });
  refused("comes as an answer",
          [](ScriptedGuest& g) { g.send(Request::set_owner, {}, {}, plain | vhost::Header::reply); });
  refused("is of version 0", [](ScriptedGuest& g) { g.send(Request::set_owner, {}, {}, 0); });
  refused("is of version 2", [](ScriptedGuest& g) { g.send(Request::set_owner, {}, {}, 2); });
  refused("has 4104 bytes; at most 4096",
          [](ScriptedGuest& g) { g.send(Request::set_mem_table, std::vector<std::uint64_t>(513)); });
  refused("features that were not offered", [](ScriptedGuest& g) {
    g.send(Request::reset_owner, {});
    g.send(Request::set_features, {vhost::feature::version_1 | 1 << 28});
  });
  refused("version 1 of virtio", [](ScriptedGuest& g) {
    g.send(Request::reset_owner, {});
    g.send(Request::set_features, {vhost::feature::protocol_features});
  });
  refused("queue 4294967295; there are 0 and 1",
          [](ScriptedGuest& g) { g.send(Request::get_vring_base, {0xffff'ffff}); });
  refused("request 12 is not understood",
          [](ScriptedGuest& g) { g.send(Request::set_vring_kick, {0}, {g.ram.file.get()}); });
}

TEST(HostilePeer, AKickOfARingThatIsOffDoesNothing) {
  ScriptedGuest guest(false);
  int answers = guest.set_up();
  guest.send(Request::set_vring_enable, {state(0, 0)});
  guest.access(0, Op::mmio_write, 0x34, 3);
  guest.send(Request::set_vring_enable, {state(0, 1)});
  guest.access(1, Op::mmio_write, 0x38, 4);
  answers += 4;
  guest.serve();
  for (; answers > 0; --answers) EXPECT_NO_THROW(guest.device_answer());
  ASSERT_EQ(guest.hardware.accesses.size(), 2u) << "both with the kick of the ring that is on";
  EXPECT_EQ(guest.hardware.accesses[0].offset, 0x34u);
  EXPECT_EQ(guest.ram.used_index(0), 2);
}

TEST(HostilePeer, ANewMemoryTableMovesTheRingsThatAreOn) {
  ScriptedGuest guest(false);
  guest.set_up();
  guest.access(0, Op::mmio_write, 0x34, 3);
  const GuestRam other;
  guest.hardware.on_access = [&] {
    if (guest.hardware.accesses.size() > 1) return;
    std::memcpy(other.at(0), guest.ram.at(0), GuestRam::size);
    other.chain(0, 4, {{base + GuestRam::buffers, 24, false}});
    other.make_available(0, 4);
  };
  guest.send(Request::set_mem_table, {1, base, GuestRam::size, 0, 0}, {other.file.get()});
  guest.send(Request::vring_kick, {state(0, 0)});
  guest.serve();
  EXPECT_EQ(guest.hardware.accesses.size(), 2u);
  EXPECT_EQ(guest.ram.used_index(0), 1) << "the first came before the table";
  EXPECT_EQ(other.used_index(0), 2);
  EXPECT_EQ(other.used_head(0, 1), 4u);
  refused("a descriptor table at 0x10000000 lies outside", [](ScriptedGuest& g) {
    g.send(Request::set_mem_table, {1, 0x9000'0000, GuestRam::size, 0, 0}, {g.ram.file.get()});
  });
}

TEST(HostilePeer, MemoryThatIsTakenAwayIsNoSignal) {
  // The ring, then a buffer, and a buffer that only the end of the connection is behind.
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{0x1000}, GuestRam::buffers}) {
    ScriptedGuest guest(false);
    guest.set_up();
    guest.access(0, Op::mmio_write, 0x34, 3);
    guest.access(1, Op::mmio_write, 0x34, 3);
    guest.hardware.on_access = [&] { ASSERT_EQ(::ftruncate(guest.ram.file.get(), static_cast<off_t>(size)), 0); };
    EXPECT_THAT(line_at_end(guest), HasSubstr("has made the file of its memory shorter")) << size;
    EXPECT_EQ(guest.hardware.accesses.size(), 1u);
  }
}

TEST(HostilePeer, OneThatGoesAtAnyByteEndsServing) {
  const auto life = [](ScriptedGuest& guest) {
    guest.set_up();
    guest.offer_interrupt_buffer();
    guest.access(0, Op::config_read, 0);
    guest.access(1, Op::mmio_write, 0x34, 3);
  };
  constexpr std::size_t enough = 4096;
  ScriptedGuest whole(false);
  whole.breath = enough;
  life(whole);
  const std::size_t bytes = enough - whole.breath;
  std::size_t ends = 0, middles = 0;
  for (std::size_t said = 0; said <= bytes; ++said) {
    ScriptedGuest guest(false);
    guest.breath = said;
    life(guest);
    try {
      guest.serve();
      ++ends;
    } catch (const UserError& error) {
      EXPECT_STREQ(error.what(), "guest: the connection ends in the middle of a message") << said;
      ++middles;
    }
  }
  EXPECT_EQ(ends, 17u) << "between its 16 messages";
  EXPECT_EQ(ends + middles, bytes + 1);
}

TEST(HostilePeer, OneThatDoesNotListenKeepsNobodyFromEnding) {
  const FileDescriptor stop(::eventfd(1, EFD_CLOEXEC));
  ScriptedGuest guest(false, stop.get());
  guest.set_up();
  EXPECT_THROW(guest.serve_alive(), Interrupted);
  // It neither reads its answers nor goes: they fill the socket.
  const FileDescriptor later(::eventfd(0, EFD_CLOEXEC));
  ScriptedGuest deaf(false, later.get());
  deaf.set_up();
  std::thread talk([&] {
    const auto header = vhost::Header{static_cast<std::uint32_t>(Request::get_features), plain, 0}.encode();
    for (int full = 0; full < 100;) {
      if (::send(deaf.device.fd(), header.data(), header.size(), MSG_DONTWAIT) > 0) {
        full = 0;
      } else {
        ++full;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    }
    const std::uint64_t one = 1;
    EXPECT_EQ(::write(later.get(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
  });
  EXPECT_THROW(deaf.serve_alive(), Interrupted);
  talk.join();
}

}  // namespace
}  // namespace icesim::cosim
