// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/system/queues/queued_runs.hpp"

#include <gtest/gtest.h>

/// Whole runs whose controller lets the link hibernate by itself.
namespace icesim {
namespace {

using namespace literals;
using test::Values;

SystemConfig with(Picoseconds idle) {
  SystemConfig config;
  config.payload = Payload::verify;
  config.controller.auto_hibern8 = true;
  config.power.auto_hibern8 = idle;
  config.link.hibern8_enter = 30_us;
  config.link.hibern8_exit = 200_us;
  return config;
}

GeneratorConfig spaced(std::uint64_t requests) {
  GeneratorConfig workload = test::many_keys(requests, 5);
  workload.interval = 1_ms;
  return workload;
}

TEST(SimulationAutoHibern8, ReadsWhatWasWrittenAndTakesTheWayBackForEachRequestBehindAPause) {
  for (const std::uint64_t queues : {0u, 4u}) {
    SystemConfig config = with(100_us);
    if (queues > 0) config.controller.version = 0x0400;
    config.controller.mcq = queues;
    const Values v = test::simulate(config, spaced(200));
    test::expect_checked(v);
    test::expect_stages_sum_up(v);
    EXPECT_GT(v.at("controller.hibernations"), 150u);
    EXPECT_GT(v.at("stages.power"), 150u * 190'000'000u);
    for (const std::uint64_t order : {1u, 7u}) EXPECT_TRUE(test::equal(v, test::simulate(config, spaced(200), order)));
  }
}

TEST(SimulationAutoHibern8, IsAsIfItWereNotThereWithALongIdleTime) {
  SystemConfig without = with(0_ps);
  without.controller.auto_hibern8 = false;
  const Values off = test::simulate(without, spaced(100));
  for (const Picoseconds idle : {0_ps, 100'000_ms}) {
    const Values on = test::simulate(with(idle), spaced(100));
    EXPECT_EQ(on.at("controller.hibernations"), 0u);
    EXPECT_EQ(on.at("stages.power"), 0u);
    // A register more is written before the first request: edges of the clocks lie elsewhere.
    EXPECT_NEAR(static_cast<double>(on.at("latency.all.mean")), static_cast<double>(off.at("latency.all.mean")), 20'000);
  }
}

TEST(SimulationAutoHibern8, GoesWithClockGating) {
  SystemConfig config = with(100_us);
  config.power.gating.delay = 500_us;
  const Values v = test::simulate(config, spaced(100));
  test::expect_checked(v);
  EXPECT_GT(v.at("power.gatings"), 50u);
  EXPECT_GT(v.at("controller.hibernations"), 50u) << "before the clocks go off";
}

}  // namespace
}  // namespace icesim
