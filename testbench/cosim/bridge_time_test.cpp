// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/scripted_guest.hpp"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace icesim::cosim {
namespace {

using pcidev::Op;
using test::FakeHardware;
using test::ScriptedGuest;
using testing::HasSubstr;
using testing::ThrowsMessage;
using Time = TimeMessage::Op;

/// A guest whose time is ours.
class BridgeTimeTest : public testing::Test {
 protected:
  ScriptedGuest guest{true};

  /// Lets the guest live its life in a thread, to its power-off.
  void serve(const std::function<void()>& life) {
    std::thread thread([&] {
      guest.ask(Time::start);
      life();
      guest.device.close();
      guest.time.close();
    });
    try {
      guest.serve_alive();
    } catch (...) {
      thread.join();
      throw;
    }
    thread.join();
  }
  void set_up() {
    for (int answers = guest.set_up(); answers > 0; --answers) guest.device_answer();
  }
  /// Tells its time and makes an access, which has happened when this returns.
  void access(std::uint64_t time, std::uint16_t n, Op op, std::uint32_t offset) {
    guest.ask(Time::update, time);
    guest.access(n, op, offset);
    guest.device_answer();
  }
  /// Takes a call for the queue `index` as Linux does: asks for the time, wants to run then, and replies.
  std::uint64_t take_call(std::uint32_t index) {
    const vhost::Message call = vhost::receive(guest.calls);
    EXPECT_EQ(load_le32(&call.payload[0]), index);
    EXPECT_NE(call.header.flags & vhost::Header::need_reply, 0u);
    const std::uint64_t time = guest.ask(Time::get);
    guest.ask(Time::request, time);
    vhost::reply(guest.calls, call.header.request, 0);
    return time;
  }
  std::uint64_t take_run() {
    const TimeMessage run = guest.time_answer();
    EXPECT_EQ(run.op, Time::run);
    guest.say({Time::ack, run.sequence, 0});
    return run.time;
  }
};

TEST_F(BridgeTimeTest, AGuestRunsWhenItWantsTo) {
  serve([this] {
    guest.ask(Time::request, 9'000'000'000);
    EXPECT_EQ(guest.wait_for_run(), 9'000'000'000u);
    guest.ask(Time::request, 9'000'000'500);
    EXPECT_EQ(guest.wait_for_run(), 9'000'000'500u);
  });
  EXPECT_EQ(guest.hardware.now(), Picoseconds{9'000'000'500'000});
}

TEST_F(BridgeTimeTest, AnAccessHappensAtTheGuestsTime) {
  serve([this] {
    set_up();
    access(1'000, 0, Op::mmio_read, 0x30);
    access(1'000, 1, Op::mmio_read, 0x34);
    access(5'000, 2, Op::mmio_write, 0x20);
  });
  ASSERT_EQ(guest.hardware.accesses.size(), 3u);
  EXPECT_EQ(guest.hardware.accesses[0].at, Picoseconds{1'000'000});
  EXPECT_EQ(guest.hardware.accesses[1].at, Picoseconds{1'000'000} + FakeHardware::access) << "behind the one before";
  EXPECT_EQ(guest.hardware.accesses[2].at, Picoseconds{5'000'000});
}

TEST_F(BridgeTimeTest, WhatAccessesCostIsTakenFromTheNextWait) {
  serve([this] {
    set_up();
    access(1'000, 0, Op::mmio_read, 0x30);
    EXPECT_EQ(guest.ask(Time::get), 1'000u) << "the clock of a guest that runs stands still";
    guest.ask(Time::request, 1'100);
    EXPECT_EQ(guest.wait_for_run(), 1'100u) << "the time it asked for has been used up: it runs at once";
    guest.ask(Time::request, 2'000);
    EXPECT_EQ(guest.wait_for_run(), 2'000u);
  });
  EXPECT_EQ(guest.hardware.now(), Picoseconds{2'000'000});
}

TEST_F(BridgeTimeTest, AnInterruptWakesTheGuestAtItsTimeRoundedUp) {
  guest.hardware.rises = Picoseconds{7'000'001};
  serve([this] {
    set_up();
    guest.offer_interrupt_buffer();
    guest.device_answer();
    guest.ask(Time::request, 20'000);
    guest.ask(Time::wait);
    EXPECT_EQ(take_call(1), 7'001u);
    EXPECT_EQ(take_run(), 7'001u);
    access(7'001, 0, Op::mmio_write, 0x20);
    guest.offer_interrupt_buffer();
    guest.device_answer();
    guest.ask(Time::request, 20'000);
    EXPECT_EQ(guest.wait_for_run(), 20'000u) << "the pin is low: no further message";
  });
  EXPECT_EQ(guest.ram.used_index(1), 1);
}

TEST_F(BridgeTimeTest, AnotherMessageComesWhenTheFirstWasTakenAndThePinIsStillHigh) {
  guest.hardware.rises = Picoseconds{7'000'000};
  serve([this] {
    set_up();
    guest.offer_interrupt_buffer();
    guest.device_answer();
    guest.ask(Time::request, 20'000);
    guest.ask(Time::wait);
    EXPECT_EQ(take_call(1), 7'000u);
    EXPECT_EQ(take_run(), 7'000u);
    guest.ask(Time::request, 8'000);
    EXPECT_EQ(guest.wait_for_run(), 8'000u) << "it has not been taken: one message at a time";
    guest.offer_interrupt_buffer();
    guest.device_answer();
    guest.ask(Time::request, 20'000);
    guest.ask(Time::wait);
    EXPECT_EQ(take_call(1), 8'000u);
    EXPECT_EQ(take_run(), 8'000u);
  });
  EXPECT_EQ(guest.ram.used_index(1), 2);
}

TEST_F(BridgeTimeTest, AnInterruptDuringAnAccessIsToldWhenTheGuestWaits) {
  serve([this] {
    set_up();
    guest.offer_interrupt_buffer();
    guest.device_answer();
    guest.hardware.pin = true;
    access(3'000, 0, Op::mmio_read, 0x30);
    guest.ask(Time::request, 20'000);
    guest.ask(Time::wait);
    EXPECT_EQ(take_call(1), 3'300u);
    EXPECT_EQ(take_run(), 3'300u);
  });
}

TEST_F(BridgeTimeTest, WritesAreToldBeforeTheyFillTheQueue) {
  serve([this] {
    set_up();
    for (std::uint16_t n = 0; n < 63; ++n) access(1'000, static_cast<std::uint16_t>(n % 4), Op::mmio_write, 0x400);
    guest.access(3, Op::mmio_write, 0x400);
    EXPECT_EQ(take_call(0), 1'000u) << "its own time, since it runs";
    guest.device_answer();
    // One that reads has looked at its queue: the count begins anew.
    for (std::uint16_t n = 0; n < 63; ++n) access(1'000, static_cast<std::uint16_t>(n % 4), Op::mmio_write, 0x400);
    access(1'000, 3, Op::mmio_read, 0x400);
    for (std::uint16_t n = 0; n < 63; ++n) access(1'000, static_cast<std::uint16_t>(n % 4), Op::mmio_write, 0x400);
  });
  EXPECT_EQ(guest.hardware.accesses.size(), 191u);
}

TEST_F(BridgeTimeTest, TimeGoesOnWhenTheDeviceHasBeenSwitchedOff) {
  serve([this] {
    set_up();
    guest.device.close();
    guest.ask(Time::request, 5'000);
    EXPECT_EQ(guest.wait_for_run(), 5'000u);
  });
}

TEST_F(BridgeTimeTest, ADeviceThatGoesInsteadOfAnsweringACallIsGone) {
  guest.hardware.rises = Picoseconds{7'000'000};
  serve([this] {
    set_up();
    guest.offer_interrupt_buffer();
    guest.device_answer();
    guest.ask(Time::request, 20'000);
    guest.ask(Time::wait);
    vhost::receive(guest.calls);
    guest.device.close();  // its clock and the connection for calls stay open
    EXPECT_EQ(take_run(), 20'000u);
  });
}

TEST_F(BridgeTimeTest, AGuestWithoutAConnectionForCallsIsNotWaitedFor) {
  guest.hardware.rises = Picoseconds{7'000'000};
  serve([this] {
    guest.send(vhost::Request::set_mem_table, {1, test::GuestRam::base, test::GuestRam::size, 0, 0},
               {guest.ram.file.get()});
    for (const auto& [request, number] :
         {std::pair{vhost::Request::set_vring_num, std::uint64_t{test::GuestRam::entries}},
          std::pair{vhost::Request::set_vring_base, std::uint64_t{0}}})
      guest.send(request, {ScriptedGuest::state(1, number)});
    guest.send(vhost::Request::set_vring_addr,
               {1, test::GuestRam::base + test::GuestRam::table(1), test::GuestRam::base + test::GuestRam::used(1),
                test::GuestRam::base + test::GuestRam::available(1), 0});
    guest.send(vhost::Request::set_vring_enable, {ScriptedGuest::state(1, 1)});
    guest.offer_interrupt_buffer();
    for (int answers = 6; answers > 0; --answers) guest.device_answer();
    guest.ask(Time::request, 20'000);
    EXPECT_EQ(guest.wait_for_run(), 20'000u);
  });
  EXPECT_EQ(guest.ram.used_index(1), 1);
}

TEST_F(BridgeTimeTest, AGuestRunsAtItsOwnTimeWhenItHasAskedForAnEarlierOne) {
  serve([this] {
    guest.ask(Time::request, 1'000);
    guest.ask(Time::update, 2'000);
    EXPECT_EQ(guest.wait_for_run(), 2'000u);
  });
}

TEST_F(BridgeTimeTest, TimesThatNoSimulationReachesAreRefused) {
  const auto life = [this] {
    guest.say({Time::update, 9, GuestClock::end_ns});
    EXPECT_THROW(guest.time_answer(), Disconnected);
  };
  EXPECT_THAT([&] { serve(life); },
              ThrowsMessage<UserError>(HasSubstr("tells a time more than 106 days after the start")));
}

TEST_F(BridgeTimeTest, AGuestThatSleepsForEverIsAnError) {
  EXPECT_THAT(
      [this] {
        serve([this] {
          guest.ask(Time::request, 0x7fff'ffff'ffff'ffff);
          guest.ask(Time::wait);
        });
      },
      ThrowsMessage<UserError>(HasSubstr("sleeps for ever")));
}

}  // namespace
}  // namespace icesim::cosim
