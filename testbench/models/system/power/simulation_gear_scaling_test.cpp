// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/sim_test.hpp"

/// Whole runs whose driver lowers the gear of the link when there is little to be done.
namespace icesim {
namespace {

using namespace literals;
using test::Values;

SystemConfig scaling(std::uint64_t min_gear = 1) {
  SystemConfig config;
  config.payload = Payload::verify;
  config.power.scaling.polling_ms = 100;
  config.power.scaling.min_gear = min_gear;
  return config;
}

/// Some writes 60 ms apart; from 600 ms on `heavy` reads of 256 KiB, which all are there at once.
std::vector<IoRequest> little_then_much(std::uint64_t heavy) {
  std::vector<IoRequest> list;
  for (std::uint64_t i = 0; i < 10; ++i) list.push_back(test::request(Operation::write, 64 * i, 64, 1 + i % 2, 60_ms * i));
  for (std::uint64_t i = 0; i < heavy; ++i)
    list.push_back(test::request(Operation::read, 64 * (i % 10), 64, 1 + i % 2, 600_ms, static_cast<std::uint32_t>(1 + i % 4)));
  return list;
}

TEST(SimulationGearScaling, LowersTheGearForLittleAndRaisesItForMuch) {
  for (const std::uint64_t queues : {0u, 2u}) {
    SystemConfig config = scaling();
    config.controller.mcq = queues;
    const Values v = test::simulate(config, little_then_much(400));
    test::expect_sound(v);
    EXPECT_EQ(v.at("scaling.downs"), 1u);
    EXPECT_EQ(v.at("scaling.ups"), 1u);
    EXPECT_EQ(v.at("scaling.given_up"), 0u);
    EXPECT_GT(v.at("scaling.change.max"), 20'000'000'000u) << "commands are under way: 20 ms, as Linux shows";
    EXPECT_LT(v.at("scaling.change.max"), 41'000'000'000u);
    EXPECT_GT(v.at("scaling.delayed"), 0u);
    EXPECT_EQ(v.at("scaling.delay"), v.at("stages.power"));
  }
}

TEST(SimulationGearScaling, ALowerGearIsSlower) {
  SystemConfig always = scaling();
  always.power.scaling.polling_ms = 0;
  const Values high = test::simulate(always, little_then_much(1));
  const Values low = test::simulate(scaling(), little_then_much(1));
  EXPECT_EQ(high.count("scaling.downs"), 0u);
  EXPECT_EQ(high.count("stages.power"), 0u);
  EXPECT_EQ(low.at("scaling.ups"), 0u);
  EXPECT_GT(low.at("latency.read.max"), high.at("latency.read.max") + 500'000'000u) << "256 KiB, of HS-G1 and HS-G4";
  const Values same = test::simulate(scaling(4), little_then_much(1));
  EXPECT_EQ(same.at("scaling.downs"), 1u);
  EXPECT_EQ(same.at("latency.read.max"), high.at("latency.read.max")) << "no other gear, and nobody waits";
}

/// One block a cycle at 19.2 MHz is 307 MB/s, less than a link of HS-G4.
TEST(SimulationGearScaling, AnEngineWhoseClockFollowsIsSlowWithALowLoadOnly) {
  SystemConfig config = scaling(4);
  config.clocks.ice_low = Hertz{19'200'000};
  const Values fast = test::simulate(config, little_then_much(1));
  config.power.scaling.engine = true;
  const Values slow = test::simulate(config, little_then_much(1));
  test::expect_sound(slow);
  EXPECT_EQ(fast.at("scaling.downs"), 1u);
  EXPECT_GT(slow.at("latency.read.max"), fast.at("latency.read.max") + 400'000'000u);
  EXPECT_GT(slow.at("ice.to_host.busy"), 10 * fast.at("ice.to_host.busy")) << "all of it at the lower clock";
  config.power.scaling.clock_change = 1_ms;
  const Values heavy = test::simulate(config, little_then_much(400));
  test::expect_sound(heavy);
  EXPECT_EQ(heavy.at("scaling.ups"), 1u);
  config.power.scaling.engine = false;
  const Values heavy_fast = test::simulate(config, little_then_much(400));
  EXPECT_LT(heavy.at("ice.to_host.busy"), 10 * heavy_fast.at("ice.to_host.busy")) << "most of it at the higher clock";
  EXPECT_GE(heavy.at("scaling.change.max"), heavy_fast.at("scaling.change.max"));
}

TEST(SimulationGearScaling, GoesTogetherWithClockGatingAndRuntimeSuspend) {
  for (const SuspendedKeys keys : {SuspendedKeys::kept, SuspendedKeys::lost}) {
    for (const Picoseconds suspend : {0_ps, 20_ms, 150_ms}) {
      SystemConfig config = scaling();
      config.power.gating.delay = 5_ms;
      config.power.suspend.after = suspend;
      config.power.suspend.keys = keys;
      config.link.gear_change = 300_us;
      const Values v = test::simulate(config, little_then_much(400));
      test::expect_sound(v);
      EXPECT_GE(v.at("power.gatings"), 5u);
      EXPECT_EQ(v.at("scaling.downs"), suspend == 20_ms ? 0u : 1u) << "the host is suspended before anybody looks";
      EXPECT_EQ(v.at("scaling.ups"), v.at("scaling.downs"));
      EXPECT_EQ(v.at("driver.requests_completed"), 410u);
    }
  }
}

TEST(SimulationGearScaling, AFaultThatDoesNotComeLeavesTheTimeOfAChange) {
  SystemConfig config = scaling();
  config.block_layer.retries = 5;
  config.block_layer.timeout = 1'000_ms;
  config.link.gear_change = 300_us;
  test::Requests source(little_then_much(400)), same(little_then_much(400));
  const Values without = test::simulate(config, source);
  const Values with = test::simulate_with_faults(config, same, {"link-loss@100000"});
  for (const auto& [path, value] : without) EXPECT_EQ(with.at(path), value) << path;
}

TEST(SimulationGearScaling, ComesThroughResetsOfTheController) {
  for (const Picoseconds gating : {0_ps, 5_ms}) {
    for (const char* what : {"link-loss@60", "uic-error@60", "lost-answer@60"}) {
      SystemConfig config = scaling();
      config.power.gating.delay = gating;
      config.power.scaling.engine = true;
      config.block_layer.retries = 5;
      config.block_layer.timeout = 1'000_ms;
      test::Requests source(little_then_much(400));
      const Values v = test::simulate_with_faults(config, source, {what});
      EXPECT_EQ(v.at("driver.failed"), 0u) << what;
      EXPECT_EQ(v.at("driver.requests_completed"), 410u) << what;
      EXPECT_EQ(v.at("payload.mismatches"), 0u) << what;
      EXPECT_EQ(v.at("driver.errors.host_resets"), what[1] == 'o' ? 0u : 1u) << what;
      EXPECT_GT(v.at("scaling.downs"), 0u) << what;
    }
  }
}

TEST(SimulationGearScaling, IsTheSameInEachOrderOfTheModules) {
  const Values v = test::simulate(scaling(), little_then_much(200));
  for (const std::uint64_t order : {1u, 77u}) {
    test::Requests source(little_then_much(200));
    EXPECT_EQ(test::simulate(scaling(), source, order), v);
  }
}

}  // namespace
}  // namespace icesim
