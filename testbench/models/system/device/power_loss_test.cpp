// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/random_cases.hpp"
#include "testbench/support/sim_test.hpp"

namespace icesim {
namespace {

using namespace literals;
using test::Values;

struct PowerLossRun {
  Values values;
  std::vector<FaultOutcome> faults;
};

SystemConfig with_timeouts() {
  SystemConfig config;
  config.payload = Payload::verify;
  config.block_layer.profile = BlockLayerProfile::linux_6_12;
  config.block_layer.set_profile();
  config.flash.capacity = 1_GiB;
  return config;
}

PowerLossRun run(const SystemConfig& config, const std::vector<IoRequest>& list, const std::vector<std::string>& wanted) {
  std::vector<Fault> faults;
  for (const std::string& each : wanted) faults.push_back(Fault::parse(each));
  test::Requests source(list);
  PowerLossRun outcome;
  {
    Simulation simulation(config, source, "list", 0, {}, faults);
    simulation.run();
    outcome = {test::values_of(simulation), simulation.faults()};
  }
  forget_simulation();
  return outcome;
}

/// Writes of every kind over and over a few blocks, flushes, and in the end a read of all that was written.
std::vector<IoRequest> overwrites(std::uint64_t seed) {
  Random random(seed);
  std::vector<IoRequest> list;
  for (std::uint64_t i = 0; i < 300; ++i) {
    IoRequest io = test::request(Operation::write, random.below(64), 1 + random.below(16), static_cast<KeyId>(random.below(4)));
    if (random.chance(15)) io = test::request(Operation::read, random.below(64), 1 + random.below(16), 1);
    if (io.operation == Operation::write && random.chance(15)) io.flags |= IoRequest::fua;
    if (random.chance(8)) io = test::request(Operation::flush, 0, 0);
    io.time = Picoseconds{i * 20'000'000};
    list.push_back(io);
  }
  for (std::uint64_t block = 0; block < 80; block += 4) list.push_back(test::request(Operation::read, block, 4, 1, 60_s));
  return list;
}

TEST(SimulationPowerLoss, WhatWasFlushedIsThereAndTheRestIsOldOrNew) {
  std::uint64_t lost = 0;
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    SCOPED_TRACE(seed);
    const std::vector<IoRequest> list = overwrites(seed);
    SystemConfig config = with_timeouts();
    if (seed % 2 == 0) config.device.map.map_cache = 8_KiB;
    if (seed % 3 == 0) config.device.ahead.read_ahead = 64_KiB;
    const PowerLossRun o = run(config, list, {"power-loss@write:" + std::to_string(10 + seed * 7), "power-loss@write:200"});
    EXPECT_EQ(o.values.at("payload.mismatches"), 0u);
    EXPECT_EQ(o.values.at("driver.requests_completed"), list.size());
    EXPECT_EQ(o.values.at("faults.happened"), 2u);
    EXPECT_GE(o.values.at("driver.errors.host_resets"), 2u);
    lost += o.values.at("faults.lost_blocks");
  }
  EXPECT_GT(lost, 100u);
}

TEST(SimulationPowerLoss, AFlushedBlockIsNotLostAndAnUnflushedOneIs) {
  const auto lost_of = [](Payload payload, bool flushes, bool fua) {
    SystemConfig config = with_timeouts();
    config.payload = payload;
    std::vector<IoRequest> list{test::request(Operation::write, 8, 3)};
    if (fua) list[0].flags |= IoRequest::fua;
    if (flushes) list.push_back(test::request(Operation::flush, 0, 0, no_key, 10_ms));
    list.push_back(test::request(Operation::read, 100, 1, no_key, 50_ms));
    return run(config, list, {"power-loss@read:1"}).faults.at(0).lost_blocks;
  };
  for (const Payload payload : {Payload::none, Payload::verify}) {
    EXPECT_EQ(lost_of(payload, false, false), 3u);
    EXPECT_EQ(lost_of(payload, true, false), 0u);
    EXPECT_EQ(lost_of(payload, false, true), 0u);
  }
}

/// Power that goes at any time, also while the device starts again from the last time, or sleeps.
TEST(SimulationPowerLoss, AtAnyTimesWhatWasFlushedIsThereAndTheRestIsOldOrNew) {
  std::uint64_t lost = 0, twice = 0, in_restart = 0;
  for (std::uint64_t seed = 1; seed <= 40u * static_cast<unsigned>(test::case_factor()); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const std::vector<IoRequest> list = overwrites(seed);
    SystemConfig config = with_timeouts();
    if (seed % 2 == 0) config.device.map.map_cache = 8_KiB;
    if (seed % 3 == 0) config.power.gating.delay = 15_us;
    if (seed % 4 == 0) {
      config.power.suspend.after = 40_us;
      config.power.suspend.keys = SuspendedKeys::lost;
    }
    if (seed % 5 == 0) config.device.background.background_ops = BackgroundOps::always;
    if (seed % 5 == 0) config.device.background.background_idle = 10_us;
    if (seed % 7 == 0) config.controller.mcq = 2;
    std::vector<std::string> faults;
    const Picoseconds first{random.below(6'000'000'000)};
    for (std::uint64_t i = 0; i < 1 + seed % 3; ++i)
      faults.push_back("power-loss@" + std::to_string(first.n + (i == 0 ? 0 : random.below(i == 1 ? 400'000'000'000 : 8'000'000'000))) + "ps");
    const PowerLossRun o = run(config, list, faults);
    EXPECT_EQ(o.values.at("payload.mismatches"), 0u);
    EXPECT_EQ(o.values.at("driver.requests_completed"), list.size());
    EXPECT_EQ(o.values.at("driver.failed"), 0u);
    EXPECT_EQ(o.values.at("driver.errors.given_up"), 0u);
    EXPECT_EQ(o.values.at("faults.happened"), faults.size());
    lost += o.values.at("faults.lost_blocks");
    twice += o.values.at("driver.errors.host_resets") > 1 ? 1 : 0;
    in_restart += o.values.at("driver.errors.failed_resets");
  }
  EXPECT_GT(lost, 100u);
  EXPECT_GT(twice, 0u);
  EXPECT_GT(in_restart, 0u);
}

TEST(SimulationPowerLoss, HappensOnTheNextEdgeOfTheDevicesClockAndNotBehindTheRun) {
  const std::vector<IoRequest> list{test::request(Operation::write, 8, 3), test::request(Operation::read, 8, 1, no_key, 5_ms)};
  SystemConfig config = with_timeouts();
  config.clocks.device = Hertz{300'000'000};
  const ClockDomain clock(config.clocks.device, config.clocks.sync_stages);
  Picoseconds started{};
  for (const std::uint64_t time : {2'500'000'000ull, 2'500'000'001ull, 2'500'000'002ull, 2'500'003'333ull}) {
    const PowerLossRun o = run(config, list, {"power-loss@" + std::to_string(time) + "ps", "power-loss@10s", "power-loss@18446744073709551615ps"});
    EXPECT_TRUE(o.faults.at(0).happened);
    if (started.n == 0) started = o.faults[0].at - Picoseconds{time};
    EXPECT_EQ(o.faults[0].lost_blocks, 3u);
    EXPECT_EQ(o.faults[0].at, clock.next_edge(started + Picoseconds{time}));
    EXPECT_FALSE(o.faults[1].happened);
    EXPECT_FALSE(o.faults[2].happened);
    EXPECT_EQ(o.values.at("payload.mismatches"), 0u);
  }
}

TEST(SimulationPowerLoss, TheRunGoesOnWhenTheMapIsBuiltAgain) {
  const std::vector<IoRequest> list{test::request(Operation::read, 8, 1), test::request(Operation::read, 9, 1, no_key, 1_ms)};
  const auto time_of = [&](Picoseconds restart, Picoseconds map_rebuild) {
    SystemConfig config = with_timeouts();
    config.flash.capacity = 2_GiB + 4_KiB;  // three begun
    config.device.restart = restart;
    config.device.map_rebuild = map_rebuild;
    return Picoseconds{run(config, list, {"power-loss@read:1"}).values.at("simulated_time")};
  };
  const Picoseconds least = time_of(100_ms, 0_ps);
  const Picoseconds longer = time_of(100_ms, 20_ms);
  EXPECT_GT(longer - least, 60_ms - 1_us);
  EXPECT_LT(longer - least, 60_ms + 1_us);
}

}  // namespace
}  // namespace icesim
