// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/scripted_guest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim::cosim {
namespace {

using pcidev::Op;
using test::FakeHardware;
using test::ScriptedGuest;
using testing::HasSubstr;

/// A guest with a clock of its own.
class BridgeTest : public testing::Test {
 protected:
  ScriptedGuest guest{false};
};

TEST_F(BridgeTest, SetsUpADeviceAndEndsWithItsGuest) {
  const int answers = guest.set_up();
  guest.serve();
  const vhost::Message features = guest.device_answer();
  EXPECT_EQ(features.number(), vhost::feature::version_1 | vhost::feature::protocol_features);
  for (int i = 1; i < answers; ++i) EXPECT_EQ(guest.device_answer().number(), 0u) << i;
  EXPECT_THROW(guest.device_answer(), Disconnected);
}

TEST_F(BridgeTest, RegisterAccessesReachTheHardware) {
  guest.set_up();
  guest.access(0, Op::mmio_write, 0x34, 3);
  guest.access(1, Op::mmio_read, 0x58);
  guest.serve();
  ASSERT_EQ(guest.hardware.accesses.size(), 2u);
  EXPECT_TRUE(guest.hardware.accesses[0].write);
  EXPECT_EQ(guest.hardware.accesses[0].offset, 0x34u);
  EXPECT_EQ(guest.hardware.accesses[0].value, 3u);
  EXPECT_FALSE(guest.hardware.accesses[1].write);
  EXPECT_EQ(guest.answer(1), 0xab000058u);
  EXPECT_EQ(guest.ram.used_index(0), 2) << "posted writes are given back, too";
  EXPECT_EQ(guest.ram.used_length(0, 0), 0u);
  EXPECT_EQ(guest.ram.used_length(0, 1), 4u);
}

TEST_F(BridgeTest, OtherAccessesDoNot) {
  guest.set_up();
  guest.access(0, Op::config_read, 0x00);
  guest.access(1, Op::mmio_write, 0x804, 0x1234);
  guest.access(2, Op::mmio_read, 0x804);
  guest.access(3, Op::mmio_read, 0x30, 0, 1);
  guest.serve();
  EXPECT_TRUE(guest.hardware.accesses.empty());
  EXPECT_EQ(guest.answer(0), 0x98fa8086u);
  EXPECT_EQ(guest.answer(2), 0x1234u) << "Intel's registers for latency tolerance keep what is written";
  EXPECT_EQ(guest.answer(3), 0xffu) << "one byte";
}

TEST_F(BridgeTest, AnInterruptIsToldWhenThereIsRoomForIt) {
  guest.set_up();
  guest.hardware.pin = true;
  guest.offer_interrupt_buffer();
  guest.access(0, Op::mmio_read, 0x30);
  guest.serve();
  EXPECT_EQ(guest.ram.used_index(1), 1);
  EXPECT_EQ(guest.ram.used_length(1, 0), 16u);
  EXPECT_EQ(*guest.ram.at(0x3000), std::byte{6});
  EXPECT_EQ(load_le32(&vhost::receive(guest.calls).payload[0]), 1u);
}

TEST_F(BridgeTest, WhatMakesNoSenseEndsTheConnectionWithOneLine) {
  const auto refused = [](const char* why, const std::function<void(ScriptedGuest&)>& say) {
    ScriptedGuest other(false);
    other.set_up();
    say(other);
    std::string line;
    try {
      other.serve();
    } catch (const UserError& error) {
      line = error.what();
    }
    EXPECT_THAT(line, testing::AllOf(HasSubstr("guest: "), HasSubstr(why), testing::Not(HasSubstr("\n"))));
  };
  refused("request 99 is not understood", [](ScriptedGuest& g) { g.send(static_cast<vhost::Request>(99), {}); });
  refused("queue 2; there are 0 and 1", [](ScriptedGuest& g) { g.send(vhost::Request::vring_kick, {2}); });
  refused("without in-band", [](ScriptedGuest& g) {
    g.send(vhost::Request::reset_owner, {});
    g.send(vhost::Request::set_protocol_features, {8});
  });
  refused("request 21 comes with 0 files instead of 1",
          [](ScriptedGuest& g) { g.send(vhost::Request::set_slave_req_fd, {}); });
  refused("PCI message 9", [](ScriptedGuest& g) { g.access(0, static_cast<Op>(9), 0); });
}

}  // namespace
}  // namespace icesim::cosim
