// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/power/gear_scaling_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using GearRig = test::GearScalingRig;
using UicNumbers = std::vector<std::uint32_t>;

constexpr auto enters = static_cast<std::uint32_t>(uic::Opcode::dme_hibernate_enter);
constexpr auto leaves = static_cast<std::uint32_t>(uic::Opcode::dme_hibernate_exit);
constexpr auto sets = static_cast<std::uint32_t>(uic::Opcode::dme_set);

/// A request when the gear is low; the first command takes `takes`.
struct LateRequest {
  explicit LateRequest(GearRig& rig, Picoseconds takes) : issued(1'000_ms + rig.way_down()) {
    rig.first_takes = takes;
    rig.submit(1, 1'000_ms);
    looked = issued + rig.polling() + rig.costs.thread_wake;
  }
  Picoseconds issued;
  Picoseconds looked;  ///< the worker has
};
/// What a request's end takes behind that of its command.
Picoseconds way_up() {
  GearRig rig;
  const LateRequest late(rig, 1_ms);
  rig.host.run();
  return rig.lives.at(0).last() - late.issued - 1_ms;
}

TEST(GearScaling, LowersTheGearAtTheSecondLookWithoutWorkAndThenRests) {
  GearRig rig;
  rig.host.run();
  ASSERT_EQ(rig.uic.size(), 8u);
  EXPECT_EQ(rig.uic[0].at, rig.second_look() + rig.costs.mmio_read * 2 + rig.costs.mmio_write);
  EXPECT_EQ(rig.gears_set(), UicNumbers{1});
  EXPECT_EQ(uic::attribute_of(rig.uic[7].arg1), uic::PA_PWRMode);
  const GearScalingStatistics s = rig.gears.statistics();
  EXPECT_EQ(s.looks, 2u);
  EXPECT_EQ(s.downs, 1u);
  EXPECT_EQ(s.change.max(), rig.costs.mmio_read + rig.setting() * 8);
  EXPECT_EQ(s.high_time, TimeSum{rig.second_look() + s.change.max()});
}

TEST(GearScaling, RaisesItForALoadAndReadsTheDoorbellAgainEach20Ms) {
  const Picoseconds up = way_up();
  for (const bool early : {true, false}) {
    GearRig run;
    const Picoseconds issued = 1'000_ms + run.way_down();
    const Picoseconds second = issued + run.polling() + run.costs.thread_wake + run.costs.mmio_read + run.doze();
    const Picoseconds ends = early ? second - 1_ps : second + 1_ps;
    const LateRequest late(run, ends - up - issued);
    run.submit(9, late.looked);
    run.host.run();
    ASSERT_EQ(run.lives.size(), 2u);
    EXPECT_EQ(run.lives[0].last(), ends);
    const Picoseconds finds = early ? second : second + run.doze();
    ASSERT_GE(run.uic.size(), 16u);
    EXPECT_EQ(run.uic[8].at, finds + run.costs.mmio_read + run.costs.mmio_write);
    const UicNumbers gears = run.gears_set();
    EXPECT_EQ((UicNumbers{gears.at(0), gears.at(1)}), (UicNumbers{1, 4}));
    const Picoseconds free = finds + run.setting() * 8;
    EXPECT_EQ(run.controller.commands.at(1).rung, free + run.costs.dispatch + run.costs.mmio_write);
    EXPECT_EQ(run.lives[1].spent(Stage::power), free - late.looked - run.way_down());
    const GearScalingStatistics s = run.gears.statistics();
    EXPECT_EQ(s.ups, 1u);
    EXPECT_EQ(s.delayed, 1u);
    EXPECT_EQ(s.delay, TimeSum{run.lives[1].spent(Stage::power)});
  }
}

TEST(GearScaling, LowersTheClocksBehindTheGearAndRaisesThemBeforeIt) {
  FrequencyScalingConfig config = GearRig::linux_default();
  config.engine = true;
  config.clock_change = 300_us;
  GearRig run(config);
  const LateRequest late(run, 150_ms);
  run.submit(9, late.looked);
  run.host.run();
  ASSERT_GE(run.host.clocks.size(), 2u);
  EXPECT_FALSE(run.host.clocks[0].high);
  EXPECT_EQ(run.host.clocks[0].at, run.second_look() + run.costs.mmio_read + run.setting() * 8 + 300_us);
  EXPECT_TRUE(run.host.clocks[1].high);
  ASSERT_GE(run.uic.size(), 16u);
  EXPECT_EQ(run.uic[8].at, run.host.clocks[1].at + run.costs.mmio_read + run.costs.mmio_write) << "the gear goes up with the clocks up";
  const Picoseconds free = run.host.clocks[1].at + run.setting() * 8;
  EXPECT_EQ(run.controller.commands.at(1).rung, free + run.costs.dispatch + run.costs.mmio_write);
  EXPECT_GE(run.host.clocks[1].at, run.lives[0].last() + 300_us) << "not while a command is under way";
}

TEST(GearScaling, AGearThatStaysLetsTheClocksChange) {
  FrequencyScalingConfig config = GearRig::linux_default();
  config.engine = true;
  config.min_gear = 4;
  GearRig rig(config);
  rig.host.run();
  EXPECT_TRUE(rig.uic.empty());
  ASSERT_EQ(rig.host.clocks.size(), 1u);
  EXPECT_EQ(rig.host.clocks[0].at, rig.second_look() + rig.costs.mmio_read);
}

TEST(GearScaling, AResetRestoresTheHigherClocks) {
  FrequencyScalingConfig config = GearRig::linux_default();
  config.engine = true;
  GearRig rig(config);
  rig.host.at(900_ms, [&] { rig.gears.reset(); });
  rig.host.at(905_ms, [&] { rig.gears.restarted(); });
  rig.host.run();
  ASSERT_GE(rig.host.clocks.size(), 2u);
  EXPECT_FALSE(rig.host.clocks[0].high);
  EXPECT_TRUE(rig.host.clocks[1].high);
  EXPECT_EQ(rig.host.clocks[1].at, 900_ms);
  GearRig without;
  without.host.at(900_ms, [&] { without.gears.reset(); });
  without.host.run();
  EXPECT_TRUE(without.host.clocks.empty());
}

TEST(GearScaling, LooksAgainWhenACommandGoesToTheHardware) {
  GearRig rig;
  const LateRequest late(rig, 50_us);
  rig.host.run();
  const GearScalingStatistics s = rig.gears.statistics();
  EXPECT_EQ(s.looks, 3u);
  EXPECT_EQ(s.ups, 0u) << "a load of next to nothing";
  EXPECT_EQ(rig.lives.at(0).spent(Stage::power), 0_ps);
}

TEST(GearScaling, GivesUpBehindASecondAndTriesAgain) {
  GearRig rig;
  const LateRequest late(rig, 1'500_ms);
  rig.submit(9, late.looked);
  Picoseconds gives_up = late.looked + rig.costs.mmio_read;
  for (bool last = false; !last; gives_up += rig.doze()) last = gives_up + GearScaling::doze - late.looked > 1'000_ms;
  rig.host.run();
  EXPECT_EQ(rig.controller.commands.at(1).rung, gives_up + rig.costs.dispatch + rig.costs.mmio_write);
  EXPECT_EQ(rig.gears.statistics().given_up, 1u);
  EXPECT_EQ(rig.gears.statistics().ups, 1u);
}

TEST(GearScaling, WaitsForTaskManagementToo) {
  GearRig rig;
  rig.controller.reg(Reg::UTMRLDBR) = 1;
  rig.host.at(rig.second_look() + 10_ms, [&] { rig.controller.reg(Reg::UTMRLDBR) = 0; });
  rig.host.run();
  EXPECT_EQ(rig.gears.statistics().change.max(), rig.costs.mmio_read + rig.doze() + rig.setting() * 8);
}

TEST(GearScaling, DoesNothingWhileErrorsAreHandled) {
  GearRig rig;
  rig.handles_errors = true;
  rig.host.at(rig.second_look() + 1_ms, [&] { rig.handles_errors = false; });
  rig.host.run();
  EXPECT_EQ(rig.gears.statistics().looks, 3u);
  EXPECT_EQ(rig.uic.at(0).at, rig.second_look() + rig.polling() + rig.costs.thread_wake + rig.costs.mmio_read * 2 + rig.costs.mmio_write);
}

TEST(GearScaling, ALowerGearThatIsTheLinksChangesNothing) {
  FrequencyScalingConfig config = GearRig::linux_default();
  config.min_gear = 4;
  GearRig rig(config);
  rig.host.run();
  EXPECT_TRUE(rig.uic.empty());
  EXPECT_EQ(rig.gears.statistics().downs, 1u);
}

TEST(GearScaling, HasClocksThatAreOffTurnedOn) {
  GearRig rig(GearRig::linux_default(), GearRig::gated());
  rig.host.run();
  UicNumbers all(11, sets);
  all.front() = all.back() = enters;
  all[1] = leaves;
  EXPECT_EQ(rig.opcodes(), all);
  EXPECT_EQ(rig.gate->statistics().ungatings, 1u);
  EXPECT_GT(rig.uic.back().at, rig.uic[9].at + GearRig::gated().gating.delay) << "and lets them go off again";
}

TEST(GearScaling, ARequestHeldBackGoesBeforeTheClocksGoOff) {
  PowerConfig power = GearRig::gated();
  power.gating.delay = 1_ps;
  GearRig rig(GearRig::linux_default(), power);
  const LateRequest late(rig, 150_ms);
  rig.submit(9, late.looked);
  rig.host.run();
  ASSERT_EQ(rig.lives.size(), 2u);
  EXPECT_EQ(rig.gears.statistics().ups, 1u);
  EXPECT_EQ(rig.gate->statistics().delayed, 1u) << "the first one alone found them off";
}

TEST(GearScaling, DoesNotLookWhileTheHostIsSuspended) {
  PowerConfig power = GearRig::gated();
  power.suspend.after = 50_ms;
  GearRig rig(GearRig::linux_default(), power);
  rig.host.run();
  EXPECT_EQ(rig.gears.statistics().looks, 0u);
  EXPECT_EQ(rig.gate->statistics().suspensions, 1u);
}

TEST(GearScaling, AResetRestoresTheHighestGearAndWhoWaitsGoesOnBehindIt) {
  GearRig rig;
  const LateRequest late(rig, 150_ms);
  rig.submit(9, late.looked);
  rig.host.at(late.looked + 1_ms, [&] { rig.gears.reset(); });
  rig.host.at(late.looked + 9_ms, [&] { rig.gears.restarted(); });
  rig.host.run();
  EXPECT_EQ(rig.controller.commands.at(1).rung, late.looked + 9_ms + rig.costs.dispatch + rig.costs.mmio_write);
  const UicNumbers gears = rig.gears_set();
  EXPECT_EQ(gears, (UicNumbers{1, 1})) << "nobody had to raise it";
}

TEST(GearScaling, TheEndOfErrorsWithoutAResetEndsNoChange) {
  GearRig rig;
  rig.host.at(rig.second_look() + 1_ms, [&] { rig.gears.restarted(); });
  rig.controller.reg(Reg::UTMRLDBR) = 1;
  rig.host.at(rig.second_look() + 190_ms, [&] { rig.controller.reg(Reg::UTMRLDBR) = 0; });
  rig.host.run();
  EXPECT_EQ(rig.gears.statistics().looks, 2u) << "none in the middle of the change";
  EXPECT_EQ(rig.gears.statistics().change.max(), rig.costs.mmio_read + rig.doze() * 10 + rig.setting() * 8);
}

TEST(GearScaling, PassesOnWhatOthersWaitFor) {
  GearRig rig;
  rig.gears.stop();
  rig.controller.raise(IS::UCCS);
  rig.host.run();
  EXPECT_EQ(rig.others, 1);
  EXPECT_TRUE(rig.uic.empty()) << "the gear changes no more";
}

}  // namespace
}  // namespace icesim
