// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/host_cpu_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using Ended = ScriptedDriver::Ended;

/// One test per line of the **Timing** contract of CpuIdle: a picosecond early nothing, on time done.
struct HostCpuIdleTimingTest : testing::Test {
  HostCpuRig rig;
  CpuIdleConfig& idle = rig.config.idle;
  static constexpr std::uint32_t handler = ScriptedDriver::handler;

  explicit HostCpuIdleTimingTest(IdleGovernor governor = IdleGovernor::ideal) {
    idle.governor = governor;
    idle.wfi_exit = 3_us;
    idle.off_entry = 70_us;
    idle.off_exit = 160_us;
    idle.off_residency = 2_ms;
    idle.tick = 4_ms;
  }
  static Step work(std::uint32_t index, Picoseconds cost) { return ScriptedDriver::work(index, cost); }
  /// A process that does something on a core that it has.
  struct Arriving : Workload {
    HostCpu* cpu = nullptr;
    Core core = 0;
    void arrive() override { cpu->queue(core, work(0, 1_ns)); }
  } arriving;
  /// Uses a core for a nanosecond, now; the time at which it is idle again.
  Picoseconds use(Core core) {
    arriving.cpu = rig.cpu.get();
    arriving.core = core;
    rig.cpu->connect(rig.driver, arriving, *rig.memory);
    rig.cpu->call_workload(kernel_now() + 1_ps);
    rig.run_for(1_ps + 1_ns);
    const Picoseconds at = rig.driver.ended.back().at;
    rig.driver.ended.clear();
    return at;
  }
  /// Work of a nanosecond that comes at `at` ends a nanosecond after `begins`.
  void expect_begins(Core core, Picoseconds at, Picoseconds begins) {
    rig.cpu->queue_at(core, work(7, 1_ns), at);
    const std::size_t before = rig.driver.ended.size();
    rig.run_until(begins + 1_ns - 2_ps);
    EXPECT_EQ(rig.driver.ended.size(), before) << "early";
    rig.run_until(begins + 1_ns);
    ASSERT_EQ(rig.driver.ended.size(), before + 1) << "on time";
    EXPECT_EQ(rig.driver.ended.back().at, begins + 1_ns);
  }
};

struct HostCpuMenuTimingTest : HostCpuIdleTimingTest {
  HostCpuMenuTimingTest() : HostCpuIdleTimingTest(IdleGovernor::menu) {}
  /// A core that was idle for `time` eight times, and when it became idle again.
  Picoseconds used_to(Picoseconds time) {
    rig.build();
    Picoseconds free = use(1);
    for (int i = 0; i < 8; ++i) {
      rig.cpu->queue_at(1, work(0, 1_ns), free + time);
      rig.run_until(free + time + idle.off_entry + idle.off_exit + 1_us);
      free = rig.driver.ended.back().at;
    }
    return free;
  }
};

TEST_F(HostCpuIdleTimingTest, ComesOutOfWfiInItsTimeUntilThePowerGoes) {
  rig.build();
  const Picoseconds free = use(1);
  const Picoseconds last = free + idle.off_residency - 1_ps;
  expect_begins(1, last, last + idle.wfi_exit);
}

TEST_F(HostCpuIdleTimingTest, ComesBackFromOffInItsTimeFromTheResidencyOn) {
  rig.build();
  const Picoseconds free = use(1);
  expect_begins(1, free + idle.off_residency, free + idle.off_residency + idle.off_exit);
}

TEST_F(HostCpuIdleTimingTest, CannotBeInterruptedWhileItIsTurnedOff) {
  idle.off_residency = 10_us;
  idle.off_entry = 400_us;
  rig.build();
  const Picoseconds free = use(1);
  const Picoseconds off = free + idle.off_entry;
  expect_begins(1, off - 1_ps, off + idle.off_exit);
}

TEST_F(HostCpuIdleTimingTest, IsNotIdleWhenWorkComesAtTheInstantOfTheLastOnesEnd) {
  rig.build();
  const Picoseconds free = use(1);
  rig.driver.on_step = [&](Work done, std::uint32_t) {
    if (done.index == 5) rig.cpu->queue(2, work(6, 30_ns));
    return Step::done();
  };
  const Picoseconds end = free + 500_us;
  rig.cpu->queue_at(2, work(4, 10_ns), end - 10_ns - idle.wfi_exit);
  rig.cpu->queue_at(3, work(5, 10_ns), end - 10_ns - idle.wfi_exit);
  rig.run_until(end + 1_us);
  const std::vector<Ended> expected{{4, 0, end}, {5, 0, end}, {6, 0, end + 30_ns}};
  EXPECT_EQ(rig.driver.ended, expected);
}

TEST_F(HostCpuIdleTimingTest, TakesNoTimeForWhatArrives) {
  rig.build();
  rig.run_for(100_us);
  const Picoseconds arrives = kernel_now() + 1_ps;
  EXPECT_EQ(use(1), arrives + 1_ns);
}

TEST_F(HostCpuIdleTimingTest, RunsTheHandlerFirstThatCameOnTheWayBack) {
  rig.build();
  const Picoseconds free = use(0);
  const Picoseconds at = free + 100_us;
  rig.cpu->queue_at(0, work(1, 10_ns), at);
  rig.run_until(at + 1_us);
  rig.pin->write(true);
  rig.run_for(0_ps);
  rig.pin->write(false);
  rig.run_for(100_us);
  const Picoseconds handled = at + idle.wfi_exit + rig.driver.handler_cost;
  const std::vector<Ended> expected{{handler, 0, handled}, {1, 0, handled + 10_ns}};
  EXPECT_EQ(rig.driver.ended, expected);
}

TEST_F(HostCpuIdleTimingTest, BeginsTheHandlerOfThePinOrAMessageWhenTheCoreIsBack) {
  rig.build();
  use(0);
  use(3);
  const Picoseconds at = kernel_now();
  rig.cpu->message_came(HostPort::message_address, 3);
  rig.pin->write(true);
  rig.run_for(0_ps);
  rig.pin->write(false);
  rig.run_for(100_us);
  const Picoseconds handled = at + idle.wfi_exit + rig.driver.handler_cost;
  const std::vector<Ended> expected{{handler, 0, handled}, {3, 0, handled}};
  EXPECT_EQ(rig.driver.ended, expected);
}

TEST_F(HostCpuIdleTimingTest, CountsTheWayBackAsBusyTimeAndNoStep) {
  rig.build();
  const Picoseconds free = use(1);
  const TimeSum busy = rig.cpu->statistics().busy;
  const std::uint64_t steps = rig.cpu->statistics().steps;
  const std::uint64_t exits = rig.cpu->statistics().idle->wfi_exits;
  rig.cpu->queue_at(1, work(1, 10_ns), free + 100_us);
  rig.run_until(free + 200_us);
  EXPECT_EQ((rig.cpu->statistics().busy - busy).n, (idle.wfi_exit + 10_ns).n);
  EXPECT_EQ(rig.cpu->statistics().steps, steps + 1);
  EXPECT_EQ(rig.cpu->statistics().idle->wfi_exits, exits + 1);
}

TEST_F(HostCpuMenuTimingTest, IsOffFromTheStartWhereNothingIsPredicted) {
  rig.build();
  const Picoseconds free = use(1);
  expect_begins(1, free + 1_us, free + idle.off_entry + idle.off_exit);
}

TEST_F(HostCpuMenuTimingTest, StaysInWfiUpToTheTickWhereShortTimesArePredicted) {
  const Picoseconds free = used_to(400_us);
  expect_begins(1, free + idle.tick - 1_ps, free + idle.tick - 1_ps + idle.wfi_exit);
}

TEST_F(HostCpuMenuTimingTest, IsTurnedOffAtTheTick) {
  const Picoseconds free = used_to(400_us);
  expect_begins(1, free + idle.tick, free + idle.tick + idle.off_entry + idle.off_exit);
}

TEST_F(HostCpuMenuTimingTest, IsOffFromTheStartWhereTimesOfTheResidencyArePredicted) {
  const Picoseconds free = used_to(2_ms);
  expect_begins(1, free + 300_us, free + 300_us + idle.off_exit);
}

TEST_F(HostCpuMenuTimingTest, IsInWfiWhereAMicrosecondLessIsPredicted) {
  const Picoseconds free = used_to(2_ms - 1_us);
  expect_begins(1, free + 300_us, free + 300_us + idle.wfi_exit);
}

}  // namespace
}  // namespace icesim
