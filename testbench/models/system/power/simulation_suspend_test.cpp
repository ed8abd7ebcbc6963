// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/sim_test.hpp"

namespace icesim {
namespace {

using namespace literals;
using test::Values;

/// Writes with four keys, and 100 ms later reads of what they wrote.
std::vector<IoRequest> before_and_after() {
  std::vector<IoRequest> list;
  for (std::uint64_t i = 0; i < 8; ++i)
    list.push_back(test::request(i < 4 ? Operation::write : Operation::read, 10 * (i % 4 + 1), 1, static_cast<KeyId>(1 + i % 4),
                                 2_ms * i + (i < 4 ? 0_ms : 100_ms)));
  return list;
}

TEST(SimulationSuspend, PutsKeysBackOnEveryPath) {
  for (const KeyPathKind path : {KeyPathKind::registers, KeyPathKind::firmware, KeyPathKind::hwkm_v1, KeyPathKind::hwkm_v2,
                                 KeyPathKind::drained, KeyPathKind::pfk}) {
    const auto number = static_cast<int>(path);
    SystemConfig config;
    config.payload = Payload::verify;
    config.crypto.path = path;
    if (path == KeyPathKind::drained) config.block_layer.segment = 4096_B;
    config.power.gating.delay = 5_ms;
    config.power.suspend.after = 50_ms;
    const Values kept = test::simulate(config, before_and_after());
    config.power.suspend.keys = SuspendedKeys::lost;
    const Values lost = test::simulate(config, before_and_after());
    for (const Values& v : {kept, lost}) {
      test::expect_sound(v);
      EXPECT_EQ(v.at("power.suspensions"), 1u) << number;
    }
    EXPECT_EQ(kept.count("power.restored_keys"), 0u);
    EXPECT_EQ(lost.at("power.restored_keys"), 4u) << number;
    EXPECT_GT(lost.at("power.restore_time"), 0u) << number;
    EXPECT_EQ(lost.at("keyslots.programs"), kept.at("keyslots.programs")) << "software believes them in place";
    EXPECT_GE(lost.at("power.ungate.max"), kept.at("power.ungate.max") + lost.at("power.restore_time")) << number;
  }
}

TEST(SimulationSuspend, WaitsForTheEnginesSelfTestWhereThereIsAnEngineThatLostItsKeys) {
  const auto ungated = [](KeyPathKind path, SuspendedKeys keys, Picoseconds test) {
    SystemConfig config;
    config.crypto.path = path;
    config.power.suspend.after = 50_ms;
    config.power.suspend.keys = keys;
    config.power.gating.worker.spread = config.power.gating.clocks.spread = Spread::fixed;
    config.ice.self_test = test;
    return test::simulate(config, before_and_after()).at("power.ungate.max");
  };
  for (const KeyPathKind path : {KeyPathKind::registers, KeyPathKind::none}) {
    for (const SuspendedKeys keys : {SuspendedKeys::kept, SuspendedKeys::lost}) {
      const bool tests = path == KeyPathKind::registers && keys == SuspendedKeys::lost;
      const std::uint64_t without = ungated(path, keys, 0_ps), with = ungated(path, keys, 3_ms);
      if (tests) {
        EXPECT_GT(with, without + 3'000'000'000u);
        EXPECT_LT(with, without + 3'100'000'000u);
      } else {
        EXPECT_EQ(with, without);
      }
    }
  }
}

TEST(SimulationSuspend, SuspendsWithoutKeyslots) {
  for (const KeyPathKind path : {KeyPathKind::none, KeyPathKind::prdt}) {
    SystemConfig config;
    config.crypto.path = path;
    if (path == KeyPathKind::prdt) config.block_layer.segment = 4096_B;
    config.power.suspend.after = 50_ms;
    config.power.suspend.keys = SuspendedKeys::lost;
    const Values v = test::simulate(config, before_and_after());
    EXPECT_EQ(v.at("power.suspensions"), 1u);
    EXPECT_EQ(v.at("power.restored_keys"), 0u);
  }
}

}  // namespace
}  // namespace icesim
