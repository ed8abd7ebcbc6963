// SPDX-License-Identifier: Apache-2.0
#include "src/cosim/guest_clock.hpp"

#include "testbench/support/rigs/guest_rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim::cosim {
namespace {

using ClockOp = TimeMessage::Op;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// A clock with the guest's end of its socket: what the guest will say is written ahead.
class GuestClockTest : public testing::Test {
 protected:
  std::pair<Connection, Connection> ends = test::connected();
  Connection& guest = ends.first;
  GuestClock clock{std::move(ends.second)};
  std::uint32_t sequence = 0;

  void say(ClockOp op, std::uint64_t time = 0) { send({op, ++sequence, time}); }
  void send(const TimeMessage& message) {
    const auto bytes = message.encode();
    guest.write(bytes.data(), bytes.size());
  }
  TimeMessage hear(std::vector<FileDescriptor>* files = nullptr) {
    std::array<std::byte, TimeMessage::size> bytes{};
    guest.read(bytes.data(), bytes.size(), files);
    return TimeMessage::decode(bytes.data());
  }
  /// Says something and returns the time in the acknowledgement.
  std::uint64_t ask(ClockOp op, std::uint64_t time = 0, std::uint64_t now = 0) {
    say(op, time);
    clock.receive(now);
    const TimeMessage ack = hear();
    EXPECT_EQ(ack.op, ClockOp::ack);
    EXPECT_EQ(ack.sequence, sequence);
    return ack.time;
  }
};

TEST_F(GuestClockTest, AMessageHasSixteenLittleEndianBytes) {
  const auto bytes = TimeMessage{ClockOp::run, 7, 0x1122334455667788}.encode();
  EXPECT_EQ(load_le32(&bytes[0]), 6u);
  EXPECT_EQ(load_le32(&bytes[4]), 7u);
  EXPECT_EQ(bytes[8], std::byte{0x88});
  const TimeMessage message = TimeMessage::decode(bytes.data());
  EXPECT_EQ(message.op, ClockOp::run);
  EXPECT_EQ(message.time, 0x1122334455667788u);
}

TEST_F(GuestClockTest, TheStartIsAcknowledgedWithTwoFilesThatSayVersionZero) {
  say(ClockOp::start, 7);
  clock.receive(0);
  std::vector<FileDescriptor> files;
  EXPECT_EQ(hear(&files).op, ClockOp::ack);
  ASSERT_EQ(files.size(), 2u);
  std::array<char, 8> head{1};
  ASSERT_EQ(::pread(files[0].get(), head.data(), head.size(), 0), 8);
  EXPECT_THAT(head, testing::Each(0));
}

TEST_F(GuestClockTest, EveryGuestStartsOnTheSameDay) {
  ask(ClockOp::start);
  EXPECT_EQ(ask(ClockOp::get_time_of_day), GuestClock::epoch_ns);
  ask(ClockOp::update, 5);
  EXPECT_EQ(ask(ClockOp::get_time_of_day), GuestClock::epoch_ns + 5);
}

TEST_F(GuestClockTest, AGuestThatRunsHasItsOwnTimeAndOneThatWaitsOurs) {
  ask(ClockOp::start);
  ask(ClockOp::update, 100);
  EXPECT_EQ(ask(ClockOp::get, 0, 150), 100u);
  EXPECT_EQ(clock.time(), 100u);
  ask(ClockOp::wait);
  EXPECT_TRUE(clock.waits());
  EXPECT_EQ(ask(ClockOp::get, 0, 150), 150u);
  EXPECT_EQ(clock.time(), 150u);
  EXPECT_EQ(ask(ClockOp::get, 0, 140), 150u) << "time does not go back";
}

TEST_F(GuestClockTest, TheLastRequestCounts) {
  ask(ClockOp::start);
  ask(ClockOp::request, 300);
  ask(ClockOp::request, 200);
  EXPECT_EQ(clock.wanted(), 200u);
}

TEST_F(GuestClockTest, ARunEndsTheWaitAndVoidsTheRequest) {
  ask(ClockOp::start);
  ask(ClockOp::request, 300);
  ask(ClockOp::wait);
  send({ClockOp::ack, 1, 0});
  clock.run(300);
  EXPECT_FALSE(clock.waits());
  EXPECT_EQ(clock.wanted(), std::nullopt);
  EXPECT_EQ(clock.time(), 300u);
  const TimeMessage run = hear();
  EXPECT_EQ(run.op, ClockOp::run);
  EXPECT_EQ(run.time, 300u);
  EXPECT_EQ(run.sequence, 1u);
}

TEST_F(GuestClockTest, MessagesThatCrossARunAreAnswered) {
  ask(ClockOp::start);
  ask(ClockOp::wait);
  say(ClockOp::get);
  send({ClockOp::ack, 1, 0});
  clock.run(70);
  EXPECT_EQ(hear().op, ClockOp::run);
  const TimeMessage ack = hear();
  EXPECT_EQ(ack.sequence, sequence);
  EXPECT_EQ(ack.time, 70u);
}

TEST_F(GuestClockTest, WhatDoesNotFitIsRefused) {
  const auto refused = [this](ClockOp op, std::uint64_t time, const char* why) {
    say(op, time);
    EXPECT_THAT([this] { clock.receive(0); }, ThrowsMessage<UserError>(HasSubstr(why)));
  };
  refused(ClockOp::wait, 0, "before START");
  ask(ClockOp::start);
  refused(ClockOp::start, 0, "comes twice");
  ask(ClockOp::update, 100);
  refused(ClockOp::update, 99, "tells a time in the past");
  refused(ClockOp::request, 99, "asks for a time in the past");
  refused(ClockOp::run, 0, "message 6 is not understood");
  refused(ClockOp::ack, 0, "message 0 is not understood");
  refused(static_cast<ClockOp>(77), 0, "message 77 is not understood");
  ask(ClockOp::wait);
  refused(ClockOp::wait, 0, "from a guest that waits");
}

TEST_F(GuestClockTest, AClosedSocketIsTheEnd) {
  guest.close();
  EXPECT_THROW(clock.receive(0), Disconnected);
}

}  // namespace
}  // namespace icesim::cosim
