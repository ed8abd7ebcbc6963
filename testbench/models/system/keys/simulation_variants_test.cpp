// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/sim_test.hpp"

/// Whole runs on controllers whose engine is enabled in another way than the standard's (RegistersConfig).
namespace icesim {
namespace {

using namespace literals;
using test::Values;

SystemConfig variant_system(RegistersVariant variant) {
  SystemConfig config;
  config.payload = Payload::verify;
  config.crypto.registers.variant = variant;
  config.keyslots.num_keyslots = 4;
  config.block_layer.profile = BlockLayerProfile::linux_6_12;
  config.block_layer.set_profile();
  config.replay.mode = ReplayMode::asap;
  config.replay.queue_depth = 8;
  return config;
}

GeneratorConfig variant_workload() {
  GeneratorConfig workload;
  workload.requests = 300;
  workload.keys = 9;
  workload.range = Bytes{4 << 20};
  return workload;
}

TEST(SimulationVariants, DifferFromTheStandardsInNothingAsLongAsThereIsNoReset) {
  const Values expected = test::simulate(variant_system(RegistersVariant::jedec), variant_workload());
  for (const RegistersVariant variant : {RegistersVariant::mediatek, RegistersVariant::intel}) {
    Values other = test::simulate(variant_system(variant), variant_workload());
    // The initialisation has a read and a write more: of a register of its own, or of HCE.
    EXPECT_EQ(other.at("driver.register_reads"), expected.at("driver.register_reads") + 1);
    EXPECT_EQ(other.at("driver.register_writes"), expected.at("driver.register_writes") + 1);
    EXPECT_EQ(other.at("keyslots_hw.programs"), expected.at("keyslots_hw.programs"));
    EXPECT_EQ(other.at("driver.requests_completed"), 300u);
    EXPECT_EQ(other.at("payload.mismatches"), 0u);
    EXPECT_EQ(other.at("driver.ocs_errors"), 0u);
  }
}

/// Two resets in one run; what a reset wipes is there again.
TEST(SimulationVariants, HaveTheirKeysBackBehindAReset) {
  for (const RegistersVariant variant : {RegistersVariant::jedec, RegistersVariant::mediatek, RegistersVariant::intel}) {
    for (const bool by_line : {false, true}) {
      SystemConfig config = variant_system(variant);
      config.keyslots.wipe_on.hce_clear = !by_line;
      config.keyslots.wipe_on.hardware_reset = by_line;
      Generator source(variant_workload());
      const Values v = test::simulate_with_faults(config, source, {"engine-failure@crypto:40", "engine-failure@crypto:150"});
      EXPECT_EQ(v.at("driver.errors.host_resets"), 2u);
      EXPECT_EQ(v.at("driver.requests_completed"), 300u);
      EXPECT_EQ(v.at("payload.mismatches"), 0u);
      EXPECT_EQ(v.at("keyslots_hw.hazards") + v.at("keyslots_hw.violations"), 0u);
      const bool wiped = !by_line || variant == RegistersVariant::mediatek;
      const std::uint64_t first = by_line && variant == RegistersVariant::mediatek ? 1 : 0;  // of the initialisation
      EXPECT_EQ(v.at("keyslots_hw.wipes"), wiped ? 2 + first : 0u);
    }
  }
}

/// From the fault to the end of the reset.
std::uint64_t reset_time(const SystemConfig& config) {
  Generator source(variant_workload());
  return test::simulate_with_faults(config, source, {"engine-failure@crypto:40"}).at("driver.errors.handler_time");
}

TEST(SimulationVariants, AResetTakesAsMuchLongerAsTheCallAndTheLinesDo) {
  SystemConfig config = variant_system(RegistersVariant::mediatek);
  config.host.cores = 1;
  const std::uint64_t before = reset_time(config);
  config.crypto.registers.enable_call += 50_us;
  config.crypto.registers.reset_hold = 110_us;
  EXPECT_EQ(reset_time(config) - before, (60_us).n);
}

TEST(SimulationVariants, TheEngineRunsAtItsLowClockWhereNobodyRaisesIt) {
  SystemConfig slow = variant_system(RegistersVariant::mediatek), same = slow;
  slow.crypto.registers.boost = false;
  same.clocks.ice = same.clocks.ice_low;
  const Values a = test::simulate(slow, variant_workload()), b = test::simulate(same, variant_workload());
  EXPECT_TRUE(test::equal(a, b));
  EXPECT_GT(a.at("latency.all.mean"), test::simulate(variant_system(RegistersVariant::mediatek), variant_workload()).at("latency.all.mean"));
  slow.crypto.registers.variant = RegistersVariant::intel;
  EXPECT_FALSE(slow.engine_is_slow()) << "another's engine";
  slow.crypto.registers.variant = RegistersVariant::mediatek;
  slow.crypto.path = KeyPathKind::firmware;
  EXPECT_FALSE(slow.engine_is_slow());
}

}  // namespace
}  // namespace icesim
