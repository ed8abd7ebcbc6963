// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/sim_test.hpp"

namespace icesim {
namespace {

using namespace literals;
using test::Values;

SystemConfig gating(GatedRequest request = GatedRequest::blocks) {
  SystemConfig config;
  config.payload = Payload::verify;
  config.power.gating.delay = 5_ms;
  config.power.gating.request = request;
  return config;
}

/// Reads and writes with `keys` keys in turn, `gap` apart.
std::vector<IoRequest> sparse(std::uint64_t count, Picoseconds gap, KeyId keys = 4) {
  std::vector<IoRequest> list;
  for (std::uint64_t i = 0; i < count; ++i)
    list.push_back(test::request(i % 2 == 0 ? Operation::write : Operation::read, 10 * (i / 2 + 1), 1,
                                 static_cast<KeyId>(1 + i / 2 % keys), gap * i, static_cast<std::uint32_t>(1 + i % 3)));
  return list;
}

TEST(SimulationClockGating, GatesInEachGapAndWakesForEachRequest) {
  for (const GatedRequest how : {GatedRequest::blocks, GatedRequest::reissued}) {
    for (const std::uint64_t queues : {0u, 2u}) {
      SystemConfig config = gating(how);
      config.controller.mcq = queues;
      const Values v = test::simulate(config, sparse(40, 20_ms));
      test::expect_sound(v);
      EXPECT_EQ(v.at("power.ungatings"), 39u) << "the first one finds the clocks on";
      EXPECT_EQ(v.at("power.gatings"), 39u);
      EXPECT_EQ(v.at("power.delayed") + v.at("power.keys_delayed"), 39u);
      EXPECT_EQ(v.at("power.keys_delayed"), 3u) << "of four keys";
      EXPECT_EQ(v.at("power.reissued"), how == GatedRequest::reissued ? 36u : 0u);
      EXPECT_GT(v.at("stages.power"), v.at("stages.key_power"));
      EXPECT_EQ(v.at("keys.cost.key_power"), v.at("stages.key_power"));
      EXPECT_GT(v.at("keys.cost.key_power"), 0u);
    }
  }
}

TEST(SimulationClockGating, CostsNothingWhereRequestsComeInTime) {
  Values on = test::simulate(gating(), sparse(40, 4_ms));
  SystemConfig config = gating();
  config.power.gating.delay = {};
  const Values off = test::simulate(config, sparse(40, 4_ms));
  EXPECT_EQ(off.count("power.gatings"), 0u);
  EXPECT_EQ(off.count("stages.power"), 0u);
  EXPECT_EQ(on.at("power.gatings"), 0u);
  EXPECT_EQ(on.at("latency.all.mean"), off.at("latency.all.mean"));
}

TEST(SimulationClockGating, TakesLongerByWhatTheLinkTakesToLeaveHibern8) {
  SystemConfig config = gating();
  config.power.gating.worker.spread = config.power.gating.clocks.spread = Spread::fixed;
  const Values fast = test::simulate(config, sparse(10, 20_ms));
  config.link.hibern8_exit = 500_us;
  const Values slow = test::simulate(config, sparse(10, 20_ms));
  const std::uint64_t more = slow.at("power.ungate.max") - fast.at("power.ungate.max");
  EXPECT_NEAR(static_cast<double>(more), 500e6, 2e4) << "but for edges";
  config.link.hibern8_enter = 500_us;
  const Values later = test::simulate(config, sparse(10, 20_ms));
  EXPECT_EQ(later.at("power.ungate.max"), slow.at("power.ungate.max"));
  EXPECT_LT(later.at("power.gated_time"), slow.at("power.gated_time"));
}

TEST(SimulationClockGating, ComesThroughResetsOfTheController) {
  for (const GatedRequest how : {GatedRequest::blocks, GatedRequest::reissued}) {
    SystemConfig config = gating(how);
    config.block_layer.retries = 5;
    config.block_layer.timeout = 1'000_ms;
    for (const char* what : {"link-loss@20", "uic-error@20", "lost-answer@20"}) {
      test::Requests source(sparse(40, 20_ms));
      const Values v = test::simulate_with_faults(config, source, {what});
      EXPECT_EQ(v.at("driver.failed"), 0u) << what;
      EXPECT_EQ(v.at("driver.requests_completed"), 40u) << what;
      EXPECT_EQ(v.at("payload.mismatches"), 0u) << what;
      EXPECT_EQ(v.at("driver.errors.host_resets"), what[1] == 'o' ? 0u : 1u) << what;
      EXPECT_GT(v.at("power.gatings"), 0u) << what;
    }
  }
}

}  // namespace
}  // namespace icesim
