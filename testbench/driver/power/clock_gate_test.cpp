// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/power/clock_gate_rig.hpp"

#include "icesim/spec/uic.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using Rig = test::ClockGateRig;

constexpr auto enter = static_cast<std::uint32_t>(uic::Opcode::dme_hibernate_enter);
constexpr auto leave = static_cast<std::uint32_t>(uic::Opcode::dme_hibernate_exit);

TEST(ClockGate, LetsTheLinkHibernateTheDelayAfterTheLastEnd) {
  Rig rig;
  rig.submit(1, 0_ps);
  rig.host.run();
  ASSERT_EQ(rig.uic_commands.size(), 1u);
  EXPECT_EQ(rig.uic_commands[0].first, enter);
  EXPECT_EQ(rig.uic_commands[0].second,
            rig.lives[0].last() + rig.config.delay + rig.costs.thread_wake + rig.costs.mmio_read + rig.costs.mmio_write);
  EXPECT_EQ(rig.gate.statistics().gatings, 1u);
  EXPECT_EQ(rig.lives[0].spent(Stage::power), 0_ps);
}

TEST(ClockGate, StaysOnForACommandThatComesUntilTheDelayIsOver) {
  const Picoseconds end = Rig::end_of_first();
  for (const Picoseconds late : {0_ps, 1_ps}) {
    Rig rig;
    rig.submit(1, 0_ps);
    rig.submit(2, end + rig.config.delay + late - rig.way_down());
    rig.host.run();
    ASSERT_EQ(rig.lives.size(), 2u);
    EXPECT_EQ(rig.lives[1].spent(Stage::power) > 0_ps, late == 1_ps);
    EXPECT_EQ(rig.gate.statistics().delayed, late.n);
    ASSERT_EQ(rig.uic_commands.size(), 1u) << "the worker finds that somebody has asked";
    EXPECT_GT(rig.uic_commands[0].second, rig.lives[1].last() + rig.config.delay);
  }
}

TEST(ClockGate, WakesTheLinkForARequestThatFindsTheClocksOff) {
  const Picoseconds end = Rig::end_of_first();
  for (const GatedRequest how : {GatedRequest::blocks, GatedRequest::reissued}) {
    Rig rig(Rig::fixed(how));
    rig.submit(1, 0_ps);
    const Picoseconds asks = end + rig.gating();
    rig.submit(2, asks - rig.way_down());
    rig.host.run();
    ASSERT_EQ(rig.lives.size(), 2u);
    const bool again = how == GatedRequest::reissued;
    EXPECT_EQ(rig.lives[1].spent(Stage::power), rig.ungating() + (again ? 0_ps : rig.costs.thread_wake));
    EXPECT_EQ(rig.controller.commands[1].rung,
              asks + rig.ungating() + (again ? rig.costs.dispatch : rig.costs.thread_wake) + rig.costs.mmio_write);
    EXPECT_EQ(rig.lives[1].total(), rig.lives[1].latency());
    ASSERT_GE(rig.uic_commands.size(), 2u);
    EXPECT_EQ(rig.uic_commands[1].first, leave);
    const ClockGateStatistics& s = rig.gate.statistics();
    EXPECT_EQ(s.ungatings, 1u);
    EXPECT_EQ(s.delayed, 1u);
    EXPECT_EQ(s.reissued, again ? 1u : 0u);
    EXPECT_EQ(s.ungate.max(), rig.ungating());
    EXPECT_EQ(s.gated_time, TimeSum{}) << "it asks when they have just gone off";
  }
}

TEST(ClockGate, CountsTheTimeForWhichTheClocksAreOff) {
  Rig rig;
  rig.submit(1, 0_ps);
  rig.submit(2, Rig::end_of_first() + rig.gating() - rig.way_down() + 7_ms);
  rig.host.run();
  EXPECT_EQ(rig.gate.statistics().gated_time, TimeSum{} + 7_ms);
}

TEST(ClockGate, TurnsTheClocksOffAndOnForWhoComesWhenTheLinkHibernates) {
  Rig rig;
  rig.submit(1, 0_ps);
  const Picoseconds early = 20_us;
  rig.submit(2, Rig::end_of_first() + rig.gating() - early - rig.way_down());
  rig.host.run();
  EXPECT_EQ(rig.lives.at(1).spent(Stage::power), early + rig.ungating() + rig.costs.thread_wake);
  EXPECT_EQ(rig.gate.statistics().ungate.max(), early + rig.ungating());
}

TEST(ClockGate, MakesAllWaitWhoComeMeanwhile) {
  Rig rig(Rig::fixed(GatedRequest::reissued));
  rig.submit(1, 0_ps);
  const Picoseconds asks = Rig::end_of_first() + rig.gating() + 1_ms;
  for (std::uint32_t process = 0; process < 2; ++process) rig.submit(10 + 10 * process, asks, no_key, process);
  rig.host.run();
  ASSERT_EQ(rig.lives.size(), 3u);
  EXPECT_EQ(rig.gate.statistics().ungatings, 1u);
  EXPECT_EQ(rig.gate.statistics().delayed, 2u);
  EXPECT_EQ(rig.gate.statistics().reissued, 1u) << "SCSI is blocked for the other one";
  ASSERT_EQ(rig.controller.commands.size(), 3u);
  EXPECT_EQ(rig.controller.commands[2].rung, rig.controller.commands[1].rung + rig.costs.dispatch) << "one after the other";
}

TEST(ClockGate, AKeyForAnIdleControllerPaysToo) {
  Rig rig;
  rig.submit(1, 0_ps);
  const Picoseconds arrives = Rig::end_of_first() + rig.gating() + 1_ms;
  rig.submit(2, arrives, 5);
  rig.host.run();
  ASSERT_EQ(rig.lives.size(), 2u);
  EXPECT_EQ(rig.lives[1].spent(Stage::key_power), rig.ungating() + rig.costs.thread_wake);
  EXPECT_EQ(rig.lives[1].spent(Stage::keyslot_program), rig.costs.mmio_write * 19);
  EXPECT_EQ(rig.lives[1].spent(Stage::power), 0_ps) << "the clocks are on by then";
  EXPECT_EQ(rig.gate.statistics().keys_delayed, 1u);
  EXPECT_EQ(rig.gate.statistics().delayed, 0u);
}

TEST(ClockGate, KeyWorkIsNoIdleTime) {
  Rig rig;
  Picoseconds done{};
  rig.host.at(1_ms, [&] { done = rig.host.now() + rig.gate.clear_keyslot(Keyslot{3}).busy; });
  rig.host.run();
  ASSERT_EQ(rig.uic_commands.size(), 1u);
  EXPECT_EQ(rig.uic_commands[0].second,
            done + rig.config.delay + rig.costs.thread_wake + rig.costs.mmio_read + rig.costs.mmio_write);
}

TEST(ClockGate, StaysOnWhileErrorsAreHandled) {
  Rig rig;
  rig.handles_errors = true;
  rig.host.at(12_ms, [&] {
    rig.handles_errors = false;
    rig.gate.ended();
  });
  rig.host.run();
  ASSERT_EQ(rig.uic_commands.size(), 1u);
  EXPECT_EQ(rig.uic_commands[0].second, 12_ms + rig.config.delay + rig.costs.thread_wake + rig.costs.mmio_read + rig.costs.mmio_write);
}

TEST(ClockGate, AResetTurnsTheClocksOnAndWhoWaitsGoesOnBehindIt) {
  Rig rig;
  rig.submit(1, 0_ps);
  const Picoseconds asks = Rig::end_of_first() + rig.gating();
  rig.submit(2, asks);
  rig.host.at(asks + 50_us, [&] { rig.gate.reset(); });  // the worker is on its way
  rig.host.at(asks + 9_ms, [&] { rig.gate.restarted(); });
  rig.host.run();
  ASSERT_EQ(rig.lives.size(), 2u);
  EXPECT_EQ(rig.controller.commands.at(1).rung, asks + 9_ms + rig.costs.thread_wake + rig.costs.mmio_write);
  EXPECT_EQ(rig.uic_commands.at(1).first, enter) << "nobody had to leave hibern8";
}

TEST(ClockGate, PassesOnWhatOthersWaitFor) {
  Rig rig;
  rig.gate.stop();
  rig.controller.raise(IS::UHXS);
  rig.host.run();
  EXPECT_EQ(rig.others, 1);
  EXPECT_TRUE(rig.uic_commands.empty()) << "the clocks go off no more";
}

}  // namespace
}  // namespace icesim
