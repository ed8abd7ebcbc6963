// SPDX-License-Identifier: Apache-2.0
#include "models/system/forget_simulation.hpp"
#include "testbench/support/odd_system.hpp"
#include "testbench/support/sim_test.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using test::odd_requests;
using test::odd_system;
using test::Values;

RC_GTEST_PROP(SimulationProperty, AnySystemCarriesOutAnyRequestsWithTheRightBytesInAccountedTime,
              (std::uint64_t seed)) {
  Random random(seed);
  const SystemConfig config = odd_system(random);
  const auto list = odd_requests(random, 60);
  test::Requests source(list), again(list);
  Values v;
  try {
    v = test::simulate(config, source, random.below(5040));
  } catch (const std::exception& bug) {
    forget_simulation();
    RC_FAIL(std::string(bug.what()));
  }
  RC_ASSERT(v.at("driver.requests_completed") == list.size());
  RC_ASSERT(v.at("driver.ocs_errors") == 0u);
  RC_ASSERT(v.at("driver.scsi_errors") == 0u);
  RC_ASSERT(v.at("payload.mismatches") == 0u);
  RC_ASSERT(v.at("keyslots_hw.hazards") == 0u);
  std::uint64_t stages_sum = 0;
  for (const auto& [path, value] : test::only(v, {"stages."})) stages_sum += value;
  RC_ASSERT(stages_sum >= v.at("latency.all.mean") * list.size());
  RC_ASSERT(stages_sum < (v.at("latency.all.mean") + 1) * list.size());

  SystemConfig timing = config;
  timing.payload = Payload::none;
  Values plain;
  try {
    plain = test::simulate(timing, again);
  } catch (const std::exception& error) {
    forget_simulation();
    RC_FAIL(std::string(error.what()));
  }
  for (const char* path : {"payload.blocks_written", "payload.blocks_checked", "payload.mismatches"}) v.erase(path);
  const auto same = test::equal(plain, v);
  if (!same) RC_FAIL(std::string(same.message()));
}

// At a gear that is low the engine is one of the low clock, at the next one it is as if there were none.
TEST(Simulation, RunsTheEngineAtItsLowClockUpToSoHighAGear) {
  const auto run = [](std::uint64_t gear, Hertz ice, Hertz low, std::uint64_t low_gears) {
    SystemConfig config;
    config.link.gear = gear;
    config.clocks.ice = ice;
    config.clocks.ice_low = low;
    config.clocks.ice_low_gears = low_gears;
    GeneratorConfig workload;
    workload.requests = 200;
    workload.length = Bytes{128 << 10};
    workload.keys = 2;
    return test::simulate(config, workload);
  };
  const Hertz high{300'000'000}, low{75'000'000};
  for (std::uint64_t gear = 2; gear <= 4; ++gear) {
    EXPECT_TRUE(test::equal(run(gear, high, low, 3), run(gear, gear <= 3 ? low : high, high, 0))) << gear;
  }
  EXPECT_GT(run(3, high, low, 3).at("stages.crypto"), 2 * run(3, high, low, 2).at("stages.crypto"));
}

}  // namespace
}  // namespace icesim
