// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/host_cpu_rig.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using Ended = ScriptedDriver::Ended;

constexpr Picoseconds one{1}, start{1'000}, leave{1'000'000}, entry{2'000'000}, cost{50'000'000};

Step call(std::uint32_t index, Picoseconds time = cost) { return Step::call(Work::Kind::submit, index, time); }

/// A processor whose calls take 2 us to enter and 1 us to leave for an interrupt; a run begins at `start`.
struct Calls : HostCpuRig {
  Calls() {
    config.cores = 2;
    build();
    cpu->set_call(leave, entry);
  }
  /// The pin rises at `at`, and falls before the handler ends.
  void interrupt(Picoseconds at) {
    until(at);
    pin->write(true);
    run_for(1_ns);
    pin->write(false);
    run_for(1_ns);
  }
  /// Runs everything before `at`.
  void until(Picoseconds at) { run_until(at - one); }
  Picoseconds handler() const { return driver.handler_cost; }
  /// When the step `index` ended, which it did once.
  Picoseconds end_of(std::uint32_t index) const {
    Picoseconds at{};
    for (const Ended& each : driver.ended) {
      if (each.index != index) continue;
      EXPECT_EQ(at, 0_ps) << index << " ends twice";
      at = each.at;
    }
    return at;
  }
  std::uint64_t reentries() const { return cpu->statistics().reentries; }
};

TEST(HostCpuCalls, AreSuspendedForAnInterruptAndEnteredAgain) {
  Calls rig;
  rig.cpu->queue(0, call(1));
  rig.interrupt(start + 20_us);
  rig.run_for(1_ms);
  EXPECT_EQ(rig.driver.interrupts, std::vector<Picoseconds>{start + 20_us});
  EXPECT_EQ(rig.end_of(ScriptedDriver::handler), start + 20_us + leave + rig.handler());
  EXPECT_EQ(rig.end_of(1), start + cost + leave + rig.handler() + entry);
  const HostCpuStatistics& s = rig.cpu->statistics();
  EXPECT_EQ(s.reentries, 1u);
  EXPECT_EQ(s.reentry_time, TimeSum{} + (leave + entry));
  EXPECT_EQ(s.busy, TimeSum{} + (cost + leave + rig.handler() + entry));
  EXPECT_EQ(s.steps, 2u) << "a call is one, whatever comes between";
}

TEST(HostCpuCalls, AreSuspendedAnEdgeBeforeTheirEndButNotAtIt) {
  for (const Picoseconds before : {1_ps, 0_ps}) {
    Calls rig;
    rig.driver.on_step = [](Work done, std::uint32_t) { return done.index == 1 ? ScriptedDriver::work(2, 3_us) : Step::done(); };
    rig.cpu->queue(0, call(1));
    rig.interrupt(start + cost - before);
    rig.run_for(1_ms);
    if (before.n > 0) {
      EXPECT_EQ(rig.end_of(1), start + cost + leave + rig.handler() + entry);
    } else {
      EXPECT_EQ(rig.end_of(1), start + cost);
      EXPECT_EQ(rig.end_of(ScriptedDriver::handler), start + cost + 3_us + rig.handler()) << "behind what follows, as ever";
    }
    EXPECT_EQ(rig.end_of(2), rig.end_of(1) + 3_us);
    EXPECT_EQ(rig.reentries(), before.n);
  }
}

TEST(HostCpuCalls, BeginBehindAnInterruptThatHasComeBeforeOrWithThem) {
  for (const Picoseconds at : {4_us, 10_us, 10_us + one}) {
    Calls rig;
    rig.driver.on_step = [](Work done, std::uint32_t) { return done.index == 1 ? call(2) : Step::done(); };
    rig.cpu->queue(0, ScriptedDriver::work(1, 10_us));
    rig.interrupt(start + at);
    rig.run_for(1_ms);
    const bool late = at > 10_us;
    EXPECT_EQ(rig.end_of(1), start + 10_us);
    EXPECT_EQ(rig.end_of(ScriptedDriver::handler), start + 10_us + rig.handler() + (late ? leave + one : 0_ps));
    EXPECT_EQ(rig.end_of(2), rig.end_of(ScriptedDriver::handler) + cost);
    EXPECT_EQ(rig.reentries(), late ? 1u : 0u);
    EXPECT_EQ(rig.cpu->statistics().reentry_time, TimeSum{} + (late ? leave + one : 0_ps)) << "it had entered for so long";
    EXPECT_EQ(rig.cpu->statistics().steps, 3u);
  }
}

TEST(HostCpuCalls, AreSuspendedOnceForEachInterrupt) {
  Calls rig;
  rig.cpu->queue(0, call(1));
  rig.interrupt(start + 20_us);
  const Picoseconds back = start + 20_us + leave + rig.handler();
  rig.interrupt(back + 500_ns);  // on the way back
  const Picoseconds again = back + 500_ns + leave + rig.handler();
  rig.interrupt(again + entry + 10_us);
  rig.run_for(1_ms);
  const Picoseconds last = again + entry + 10_us + leave + rig.handler();
  EXPECT_EQ(rig.end_of(1), last + entry + (cost - 30_us));
  EXPECT_EQ(rig.reentries(), 3u);
  EXPECT_EQ(rig.cpu->statistics().reentry_time, TimeSum{} + (leave * 3 + entry * 2 + 500_ns));
  EXPECT_EQ(rig.driver.interrupts.size(), 3u);
}

TEST(HostCpuCalls, ComeBackBehindWhatIsUrgentButBeforeOtherThreads) {
  Calls rig;
  rig.driver.on_step = [&rig](Work done, std::uint32_t) {
    if (done.index != ScriptedDriver::handler) return Step::done();
    rig.cpu->queue(0, ScriptedDriver::work(2, 1_us));
    rig.cpu->queue_real_time(0, ScriptedDriver::work(3, 1_us));
    rig.cpu->queue_softirq(0, ScriptedDriver::work(4, 1_us));
    return Step::done();
  };
  rig.cpu->queue(0, call(1));
  rig.cpu->queue(0, ScriptedDriver::work(5, 1_us));
  rig.interrupt(start + 20_us);
  rig.run_for(1_ms);
  std::vector<std::uint32_t> order;
  for (const Ended& each : rig.driver.ended) order.push_back(each.index);
  EXPECT_EQ(order, (std::vector<std::uint32_t>{ScriptedDriver::handler, 4, 3, 1, 5, 2}));
  EXPECT_EQ(rig.end_of(1), start + cost + leave + rig.handler() + 2_us + entry);
}

TEST(HostCpuCalls, AreSuspendedForWhatAnotherCoreInterruptsToo) {
  Calls rig;
  rig.driver.on_step = [&rig](Work done, std::uint32_t) {
    if (done.index == 2) rig.cpu->queue_softirq(1, ScriptedDriver::work(3, 1_us));
    return Step::done();
  };
  rig.cpu->queue(1, call(1));
  rig.cpu->queue(0, ScriptedDriver::work(2, 20_us));
  rig.interrupt(start + 30_us);
  rig.run_for(1_ms);
  EXPECT_EQ(rig.end_of(ScriptedDriver::handler), start + 30_us + rig.handler()) << "that of the device goes to core 0";
  EXPECT_EQ(rig.end_of(3), start + 20_us + leave + 1_us);
  EXPECT_EQ(rig.end_of(1), start + cost + leave + 1_us + entry);
  EXPECT_EQ(rig.reentries(), 1u);
}

TEST(HostCpuCalls, WithoutCostSuspendAndComeBackAtOnce) {
  Calls rig;
  rig.cpu->set_call(0_ps, 0_ps);
  rig.driver.handler_cost = 2_us;
  rig.cpu->queue(0, call(1));
  rig.interrupt(start + 20_us);
  rig.run_for(1_ms);
  EXPECT_EQ(rig.end_of(ScriptedDriver::handler), start + 22_us);
  EXPECT_EQ(rig.end_of(1), start + cost + 2_us);
}

/// Whatever comes when: each call ends once, and the cores' time is that of all steps and of coming back.
RC_GTEST_PROP(HostCpuCalls, LoseNoTimeWhateverInterruptsThem, ()) {
  Calls rig;
  Picoseconds work{};
  const auto count = *rc::gen::inRange<std::uint32_t>(1, 20);
  std::uint64_t interrupts = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto core = *rc::gen::inRange<Core>(0, 2);
    const Picoseconds time{*rc::gen::element<std::uint64_t>(1, 500'000, 2'000'000, 7'000'000, 50'000'000)};
    const bool calls = *rc::gen::inRange(0, 2) == 0;
    work += time;
    rig.cpu->queue(core, calls ? call(i, time) : ScriptedDriver::work(i, time));
    if (*rc::gen::inRange(0, 3) == 0) rig.run_for(Picoseconds{*rc::gen::inRange<std::uint64_t>(0, 9'000'000)});
    if (*rc::gen::inRange(0, 2) == 0) continue;
    if (*rc::gen::inRange(0, 3) == 0) {
      work += 1_us;
      rig.cpu->queue_softirq(1, ScriptedDriver::work(100 + i, 1_us));
    } else if (!rig.driver.interrupts.empty() || i > 0) {
      rig.interrupt(kernel_now() + Picoseconds{*rc::gen::inRange<std::uint64_t>(1, 4'000'000)});
    }
  }
  rig.run_for(10_ms);
  interrupts = rig.driver.interrupts.size();
  std::vector<unsigned> ends(120);
  for (const Ended& each : rig.driver.ended)
    if (each.index != ScriptedDriver::handler) ++ends[each.index];
  for (std::uint32_t i = 0; i < count; ++i) RC_ASSERT(ends[i] == 1u);
  TimeSum all = TimeSum{} + (work + rig.handler() * interrupts);
  all += rig.cpu->statistics().reentry_time;
  RC_ASSERT(rig.cpu->statistics().busy == all);
  RC_ASSERT(rig.reentries() <= rig.driver.ended.size() - count);
}

}  // namespace
}  // namespace icesim
