// SPDX-License-Identifier: Apache-2.0
#include "models/power/energy.hpp"

#include "testbench/support/sim_test.hpp"

namespace icesim {
namespace {

using namespace literals;

std::map<std::string, Wide> energy(const EnergyConfig& config, const EnergyWork& work) {
  std::map<std::string, Wide> values;
  const Energy energy(config, work);
  for (const StatisticValue& each : list_statistics([&](Statistics& s) { energy.describe(s); })) {
    EXPECT_EQ(each.unit, Unit::picojoules);
    values[each.path] = each.whole();
  }
  return values;
}

TEST(Energy, IsPowerTimesTimeAndBytesTimesTheirPrice) {
  EnergyConfig config;
  config.cpu_low = 100;
  config.cpu_high_percent = 2'000;
  config.engine_low = 4;
  config.engine_high_percent = 600;
  config.memory_low = 50;
  config.memory_high_percent = 100;
  config.link_low = 1;
  config.link_high_percent = 150;
  const auto got = energy(config, {2_us, 500_ns, 4'096, 10'000, 7});
  EXPECT_TRUE(got.at("cpu.low") == 200'000);  // 0.1 W for 2 us
  EXPECT_TRUE(got.at("cpu.high") == 4'000'000);
  EXPECT_TRUE(got.at("engine.low") == 4'096 * 4);
  EXPECT_TRUE(got.at("engine.high") == 4'096 * 24);
  EXPECT_TRUE(got.at("memory.low") == 500'000);
  EXPECT_TRUE(got.at("memory.high") == 500'000);
  EXPECT_TRUE(got.at("link.low") == 7);
  EXPECT_TRUE(got.at("link.high") == 10);
  EXPECT_TRUE(got.at("all.low") == 200'000 + 4'096 * 4 + 500'000 + 7);
  EXPECT_TRUE(got.at("all.high") == 4'000'000 + 4'096 * 24 + 500'000 + 10);
  EXPECT_TRUE(got.at("keys.low") == 50'000) << "a part of the CPU's";
  EXPECT_TRUE(got.at("keys.high") == 1'000'000);
}

TEST(Energy, StandsStillAsAsleepAsItIs) {
  EnergyConfig config;
  config.standing.controller = {{5'000, 200}, {1'000, 300}, {10, 100}};
  config.standing.engine = {{1'000, 100}, {0, 100}, {0, 100}};
  config.standing.link = {{20'000, 150}, {100, 200}, {1, 100'000}};
  config.standing.device = {{7'000, 100}, {70, 100}, {7, 100}};
  EnergyWork work{2_us, 500_ns, 4'096, 10'000, 7};
  work.times = {100_ms, 5_ms, 40_ms, 10_ms};
  const auto off = energy(config, work);
  EXPECT_EQ(off.count("standing.all.all.low"), 0u);
  config.standing.counted = true;
  const auto got = energy(config, work);
  const auto of = [&](const std::string& path) { return static_cast<std::uint64_t>(got.at("standing." + path)); };
  // A milliwatt for a millisecond is a microjoule; of 100 ms clocks were on 60 and the host was suspended 10.
  EXPECT_EQ(of("controller.awake.low"), 300'000'000u);
  EXPECT_EQ(of("controller.awake.high"), 600'000'000u);
  EXPECT_EQ(of("controller.asleep.low"), 30'000'000u);
  EXPECT_EQ(of("controller.asleep.high"), 90'000'000u);
  EXPECT_EQ(of("controller.suspended.low"), 100'000u);
  EXPECT_EQ(of("controller.sleepless.low"), 500'000'000u);
  EXPECT_EQ(of("engine.awake.low"), 60'000'000u);
  EXPECT_EQ(of("engine.all.low"), 60'000'000u);
  EXPECT_EQ(of("link.awake.low"), 1'100'000'000u) << "of 5 ms more it hibernated by itself";
  EXPECT_EQ(of("link.asleep.high"), 7'000'000u);
  EXPECT_EQ(of("link.suspended.high"), 10'000'000u);
  EXPECT_EQ(of("device.awake.low"), 385'000'000u);
  EXPECT_EQ(of("device.asleep.low"), 2'450'000u);
  EXPECT_EQ(of("device.suspended.low"), 70'000u);
  for (const std::string bound : {".low", ".high"}) {
    std::uint64_t blocks = 0;
    for (const std::string block : {"controller", "engine", "link", "device", "all"}) {
      EXPECT_EQ(of(block + ".awake" + bound) + of(block + ".asleep" + bound) + of(block + ".suspended" + bound), of(block + ".all" + bound));
      EXPECT_LE(of(block + ".all" + bound), of(block + ".sleepless" + bound)) << "with these powers";
      if (block != "all") blocks += of(block + ".all" + bound);
    }
    EXPECT_EQ(blocks, of("all.all" + bound));
    EXPECT_TRUE(got.at("all" + bound) == off.at("all" + bound) + blocks);
  }
}

TEST(Energy, OfTheDeviceIsThatOfTheBytesItSendsAndPrograms) {
  EnergyConfig config;
  config.device.read_low = 300;
  config.device.read_high_percent = 250;
  config.device.written_low = 700;
  config.device.written_high_percent = 150;
  EnergyWork work{2_us, 500_ns, 4'096, 10'000, 7, {1'000, 10}};
  const auto off = energy(config, work);
  EXPECT_EQ(off.count("device.all.low"), 0u);
  config.device.counted = true;
  config.standing.counted = true;
  work.times.all = 1_ms;
  const auto got = energy(config, work);
  EXPECT_TRUE(got.at("device.read.low") == 300'000);
  EXPECT_TRUE(got.at("device.read.high") == 750'000);
  EXPECT_TRUE(got.at("device.written.low") == 7'000);
  EXPECT_TRUE(got.at("device.written.high") == 10'500);
  EXPECT_TRUE(got.at("device.all.low") == 307'000);
  EXPECT_TRUE(got.at("device.all.high") == 760'500);
  for (const std::string bound : {".low", ".high"}) {
    Wide sum = 0;
    for (const char* part : {"cpu", "engine", "memory", "link", "device.all", "standing.all.all"}) sum += got.at(part + bound);
    EXPECT_TRUE(got.at("all" + bound) == sum);
  }
}

TEST(Energy, OfTheDeviceInARunIsThatOfItsReplay) {
  GeneratorConfig half;
  half.requests = 3000;
  half.read_percent = 50;
  SystemConfig config;
  config.energy.device.counted = true;
  config.replay.mode = ReplayMode::asap;
  const auto v = test::simulate(config, half);
  EXPECT_EQ(v.at("energy.device.read.low"), v.at("latency.read.count") * 4096 * config.energy.device.read_low) << "not what was asked before it";
  EXPECT_GT(v.at("flash.flash_blocks_programmed"), 0u);
  EXPECT_EQ(v.at("energy.device.written.low"), v.at("flash.flash_blocks_programmed") * 4096 * config.energy.device.written_low);
}

TEST(Energy, OfSleepBehindTheLastRequestOrBeforeTheFirstIsNotCounted) {
  EnergyConfig config;
  config.standing.counted = true;
  EnergyWork work;
  work.times = {10_ms, 20_ms, 0_ps, 0_ps};
  const auto got = energy(config, work);
  EXPECT_TRUE(got.at("standing.link.awake.low") == 0);
  EXPECT_TRUE(got.at("standing.link.asleep.low") == Wide{10'000'000'000} * config.standing.link.asleep.low / 1'000'000);
}

TEST(Energy, OfARunThatSleepsIsLess) {
  GeneratorConfig reads;
  reads.requests = 20;
  reads.interval = 20_ms;
  SystemConfig config;
  config.energy.standing.counted = true;
  const auto awake = test::simulate(config, reads);
  EXPECT_EQ(awake.at("energy.standing.all.all.low"), awake.at("energy.standing.all.sleepless.low"));
  EXPECT_EQ(awake.at("energy.standing.link.all.low"), awake.at("simulated_time") * config.energy.standing.link.awake.low / 1'000'000);
  config.power.gating.delay = 5_ms;
  const auto gated = test::simulate(config, reads);
  EXPECT_EQ(gated.at("energy.standing.engine.asleep.low"), gated.at("power.gated_time") * config.energy.standing.engine.asleep.low / 1'000'000);
  EXPECT_LT(gated.at("energy.standing.all.all.high"), gated.at("energy.standing.all.sleepless.high") * 4 / 5);
  config.power.suspend.after = 10_ms;
  const auto suspended = test::simulate(config, reads);
  EXPECT_EQ(suspended.at("energy.standing.device.suspended.low"), suspended.at("power.suspended_time") * config.energy.standing.device.suspended.low / 1'000'000);
  EXPECT_GT(suspended.at("energy.standing.device.suspended.low"), 0u);
  SystemConfig by_itself;
  by_itself.energy.standing.counted = true;
  by_itself.controller.auto_hibern8 = true;
  by_itself.power.auto_hibern8 = 1_ms;
  const auto hibernated = test::simulate(by_itself, reads);
  EXPECT_EQ(hibernated.at("energy.standing.device.asleep.low"), hibernated.at("controller.hibernated_time") * by_itself.energy.standing.device.asleep.low / 1'000'000);
  EXPECT_EQ(hibernated.at("energy.standing.engine.asleep.low"), 0u) << "its clocks go on";
}

TEST(Energy, OfARunIsThatOfItsReplay) {
  GeneratorConfig reads;
  reads.requests = 200;
  reads.read_percent = 100;
  reads.keys = 4;
  SystemConfig config;
  config.replay.mode = ReplayMode::asap;
  config.keyslots.num_keyslots = 2;
  const auto two = test::simulate(config, reads);
  const auto price = [](const test::Values& v, const char* part) {
    return v.at(std::string("energy.") + part + ".low");
  };
  EXPECT_EQ(price(two, "engine"), config.energy.engine_low * 200 * 4'096);
  EXPECT_GT(price(two, "memory"), config.energy.memory_low * 200 * (4'096 + 32 + 32 + 16));
  EXPECT_EQ(price(two, "keys"), two.at("keyslots.programs") * 19 * config.host.costs.mmio_write.n * config.energy.cpu_low / 1000)
      << "the initialisation clears all keyslots, and is no part of it";
  config.keyslots.num_keyslots = 8;
  const auto eight = test::simulate(config, reads);
  EXPECT_LT(price(eight, "keys"), price(two, "keys"));
  config.crypto.path = KeyPathKind::none;
  const auto none = test::simulate(config, reads);
  EXPECT_EQ(price(none, "engine"), 0u);
  EXPECT_EQ(price(none, "keys"), 0u);
}

}  // namespace
}  // namespace icesim
