// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/sim_test.hpp"

namespace icesim {
namespace {

using namespace literals;
using test::Values;

/// Bursts of random overwrites of a small device that is full, with pauses in which it could collect.
Values replay(BackgroundOps operations) {
  SystemConfig config;
  config.payload = Payload::verify;
  config.flash = test::small_flash();
  config.flash.over_provisioning_ppm = 100'000;
  config.device.command_occupancy = 1_us;
  config.device.background.background_ops = operations;
  config.device.background.background_idle = 1_ms;
  config.device.background.background_superblocks = 8;
  Random random(3);
  std::vector<IoRequest> list;
  const std::uint64_t blocks = config.flash.capacity / logical_block;
  for (std::uint64_t burst = 0; burst < 12; ++burst)
    for (std::uint64_t i = 0; i < 1500; ++i)
      list.push_back(test::request(Operation::write, random.below(blocks / 4), 1, no_key, 500_ms * burst + 10_us * i));
  for (std::uint64_t block = 0; block < blocks / 4; block += 64)
    list.push_back(test::request(Operation::read, block, 64, no_key, 500_ms * 12));
  return test::simulate(config, list);
}

TEST(SimulationBackground, CollectsInPausesSoThatWritesWaitLess) {
  const Values off = replay(BackgroundOps::off), on = replay(BackgroundOps::always);
  for (const Values& each : {off, on}) {
    test::expect_sound(each);
    EXPECT_GT(each.at("flash.gc_moved_blocks"), 1000u);
  }
  EXPECT_GE(on.at("device.background.periods"), 11u);
  EXPECT_LT(on.at("latency.write.mean") * 10, off.at("latency.write.mean") * 9);
  EXPECT_LT(on.at("latency.write.p99"), off.at("latency.write.p99"));
  EXPECT_EQ(off.count("device.background.periods"), 0u);
  // Our driver clears the flag, as Linux does.
  Values asked = replay(BackgroundOps::allowed);
  EXPECT_GT(asked.at("device.background.alerts"), 0u);
  EXPECT_LE(asked.at("device.background.periods"), 1u) << "before it does";
  for (const char* each : {"periods", "interrupted", "alerts"}) asked.erase(std::string("device.background.") + each);
  EXPECT_TRUE(test::equal(asked, off));
}

TEST(SimulationBackground, AFlashThatCannotBeIsRefusedBeforeItsWorkIsCounted) {
  SystemConfig config;
  config.device.background.background_ops = BackgroundOps::always;
  config.flash.precondition.pattern = FlashPattern::random;
  config.flash.pages_per_block = 1;
  config.flash.pages_per_program = 3;
  try {
    config.check();
    FAIL();
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("flash.pages_per_block"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace icesim
