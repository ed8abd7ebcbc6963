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
