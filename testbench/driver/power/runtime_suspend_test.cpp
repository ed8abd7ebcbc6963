// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/power/clock_gate_rig.hpp"

#include <gtest/gtest.h>

/// What clock gating does when the host is suspended as well.
namespace icesim {
namespace {

using namespace literals;
using Rig = test::ClockGateRig;

RuntimeSuspendConfig suspending(SuspendedKeys keys = SuspendedKeys::kept) {
  RuntimeSuspendConfig config;
  config.after = 50_ms;
  config.resume = 2_ms;
  config.keys = keys;
  return config;
}
ClockGatingConfig no_gating() {
  ClockGatingConfig config = Rig::fixed();
  config.delay = {};
  return config;
}
TEST(RuntimeSuspend, ARequestBehindTheIdleTimeWaitsForTheHostToResume) {
  for (const Picoseconds late : {0_ps, 1_ps}) {
    Rig rig(Rig::fixed(), suspending());
    rig.submit(1, 0_ps);
    rig.submit(2, Rig::end_of_first() + 50_ms + late - rig.way_down());
    rig.host.run();
    ASSERT_EQ(rig.lives.size(), 2u);
    const Picoseconds more = late == 0_ps ? 0_ps : rig.power.suspend.resume + rig.costs.thread_wake;
    EXPECT_EQ(rig.lives[1].spent(Stage::power), rig.ungating() + rig.costs.thread_wake + more);
    EXPECT_EQ(rig.gate.statistics().suspensions, late.n + 1) << "and again behind the last one";
  }
}

TEST(RuntimeSuspend, LeavesClockGatingItsDelayWhereRequestsComeBeforeIt) {
  Rig rig(Rig::fixed(), suspending());
  for (std::uint64_t i = 0; i < 4; ++i) rig.submit(i + 1, 12_ms * i);
  rig.host.run();
  EXPECT_EQ(rig.gate.statistics().gatings, 4u);
  EXPECT_EQ(rig.gate.statistics().suspensions, 1u) << "behind the last one";
}

TEST(RuntimeSuspend, HibernatesWithoutClockGatingToo) {
  Rig rig(no_gating(), suspending());
  rig.submit(1, 0_ps);
  const Picoseconds end = Rig::end_of_first();
  rig.submit(2, end + 70_ms - rig.way_down());
  rig.host.run();
  ASSERT_GE(rig.uic_commands.size(), 2u);
  EXPECT_EQ(rig.uic_commands[0].second, end + 50_ms + rig.costs.thread_wake + rig.costs.mmio_read + rig.costs.mmio_write);
  EXPECT_EQ(rig.lives.at(1).spent(Stage::power),
            rig.ungating() + rig.power.suspend.resume + rig.costs.thread_wake + rig.costs.thread_wake);
  const Picoseconds asleep = 20_ms - (rig.gating() - rig.config.delay);
  EXPECT_EQ(rig.gate.statistics().suspended_time, TimeSum{asleep});
}

TEST(RuntimeSuspend, PutsLostKeysBackBeforeAnyCommand) {
  for (const SuspendedKeys fate : {SuspendedKeys::kept, SuspendedKeys::lost}) {
    Rig rig(Rig::fixed(), suspending(fate));
    rig.submit(1, 0_ps, 5);
    rig.submit(20, 1_ms, 6);
    rig.submit(40, 100_ms, 5);
    rig.host.run();
    ASSERT_EQ(rig.lives.size(), 3u);
    const bool lost = fate == SuspendedKeys::lost;
    const Picoseconds writing = lost ? rig.costs.mmio_write * (2 * 19) : 0_ps;
    EXPECT_EQ(rig.lives[2].spent(Stage::power),
              rig.ungating() + rig.power.suspend.resume + rig.costs.thread_wake + writing + rig.costs.thread_wake);
    EXPECT_EQ(rig.lives[2].spent(Stage::key_power), 0_ps) << "its key counts as being there";
    EXPECT_EQ(rig.gate.statistics().restored_keys, lost ? 2u : 0u);
    EXPECT_EQ(rig.gate.statistics().restore_time, TimeSum{writing});
    EXPECT_EQ(rig.path->statistics().programs, lost ? 4u : 2u);
    EXPECT_EQ(rig.keyslots.statistics().programs, 2u);
  }
}

TEST(RuntimeSuspend, LooksForTheEndOfTheEnginesSelfTestWhereKeysAreLost) {
  const HostCosts costs;
  const Picoseconds look = costs.mmio_read, again = SelfTest::poll + costs.thread_wake + look;
  struct Case {
    Picoseconds test, waited;
  };
  for (const Case& each : {Case{0_ps, 0_ps}, Case{1_ps, look}, Case{look, look}, Case{look + 1_ps, look + again},
                           Case{look + again, look + again}, Case{look + again + 1_ps, look + again * 2}}) {
    for (const SuspendedKeys fate : {SuspendedKeys::kept, SuspendedKeys::lost}) {
      Rig rig(Rig::fixed(), suspending(fate), each.test);
      rig.submit(1, 0_ps, 5);
      rig.submit(20, 20_ms);  // the clocks are off, but the host is not suspended
      rig.submit(40, 200_ms, 5);
      rig.host.run();
      ASSERT_EQ(rig.lives.size(), 3u);
      const bool lost = fate == SuspendedKeys::lost;
      const Picoseconds writing = lost ? rig.costs.mmio_write * 19 : 0_ps;
      EXPECT_EQ(rig.lives[1].spent(Stage::power), rig.ungating() + rig.costs.thread_wake);
      EXPECT_EQ(rig.lives[2].spent(Stage::power), rig.ungating() + rig.power.suspend.resume + rig.costs.thread_wake + writing +
                                                      rig.costs.thread_wake + (lost ? each.waited : 0_ps));
    }
  }
}

TEST(RuntimeSuspend, AKeyToBeProgrammedWaitsForTheOthersToBePutBack) {
  Rig rig(Rig::fixed(), suspending(SuspendedKeys::lost));
  rig.submit(1, 0_ps, 5);
  rig.submit(20, 100_ms, 6);
  rig.host.run();
  ASSERT_EQ(rig.lives.size(), 2u);
  EXPECT_EQ(rig.lives[1].spent(Stage::key_power), rig.ungating() + rig.power.suspend.resume + rig.costs.thread_wake +
                                                      rig.costs.mmio_write * 19 + rig.costs.thread_wake);
  EXPECT_EQ(rig.lives[1].spent(Stage::keyslot_program), rig.costs.mmio_write * 19);
  EXPECT_EQ(rig.gate.statistics().restored_keys, 1u);
}

TEST(RuntimeSuspend, LeavesKeysToAReset) {
  Rig rig(Rig::fixed(), suspending(SuspendedKeys::lost));
  rig.submit(1, 0_ps, 5);
  rig.host.at(100_ms, [&] { rig.gate.reset(); });
  rig.host.at(110_ms, [&] { rig.gate.restarted(); });
  rig.submit(1, 112_ms, 5);
  rig.host.run();
  ASSERT_EQ(rig.lives.size(), 2u);
  EXPECT_EQ(rig.lives[1].spent(Stage::power), 0_ps);
  EXPECT_EQ(rig.gate.statistics().restored_keys, 0u);
}

}  // namespace
}  // namespace icesim
