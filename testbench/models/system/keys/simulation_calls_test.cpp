// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/odd_system.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/support/sim_test.hpp"

/// Whole runs in which interrupts come while a core is in the secure world.
namespace icesim {
namespace {

using namespace literals;
using test::request;
using test::Values;

SystemConfig calling(KeyPathKind path, bool yields) {
  SystemConfig config;
  config.payload = Payload::verify;
  config.crypto.path = path;
  config.crypto.call.yields = yields;
  config.host.cores = 1;
  return config;
}

std::vector<test::Seen> observe(const SystemConfig& config, const std::vector<IoRequest>& list) {
  test::Requests source(list);
  return test::observe(config, source).seen;
}

TEST(SimulationCalls, AnInterruptWaitsNoLongerForTheSecureWorldThanToLeaveIt) {
  for (const KeyPathKind path : {KeyPathKind::firmware, KeyPathKind::hwkm_v2, KeyPathKind::pfk}) {
    const SystemConfig config = calling(path, true);
    const SecureCallConfig& call = config.crypto.call;
    const Picoseconds alone = observe(config, {request(Operation::read, 0, 1)}).at(0).timeline.latency();
    // Its key is in the secure world when the read ends.
    const std::vector<IoRequest> both{request(Operation::read, 0, 1),
                                      request(Operation::write, 9, 1, 7, alone - 40_us, 1)};
    const auto seen = observe(config, both), waits = observe(calling(path, false), both);
    ASSERT_EQ(seen.size(), 2u);
    EXPECT_EQ(seen[0].timeline.latency(), alone + call.leave);
    EXPECT_GT(waits[0].timeline.latency(), alone + 10_us) << "until the call has ended";
    for (const auto& each : {seen[0], seen[1], waits[0], waits[1]}) EXPECT_EQ(each.timeline.total(), each.timeline.latency());
    test::Requests source(both);
    const Values v = test::simulate(config, source);
    EXPECT_EQ(v.at("host.reentries"), 1u);
    EXPECT_EQ(v.at("host.reentry_time"), (call.leave + call.entry).n);
    EXPECT_EQ(v.at("keyslots_hw.programs"), 1u);
    EXPECT_EQ(v.at("payload.mismatches"), 0u);
    test::expect_sound(v);
    if (path == KeyPathKind::pfk) continue;  // there a worker has the call
    const Picoseconds between = seen[1].timeline.spent(Stage::firmware) - (call.entry + call.time);
    EXPECT_GT(between, call.leave + call.entry) << "and the handler";
    EXPECT_LT(between, call.leave + call.entry + 10_us);
    EXPECT_EQ(waits[1].timeline.spent(Stage::firmware), call.entry + call.time);
  }
}

TEST(SimulationCalls, HaveNoStatisticsOfTheirOwnWhereNoCoreMakesOneThatYields) {
  for (const KeyPathKind path : {KeyPathKind::registers, KeyPathKind::drained, KeyPathKind::firmware}) {
    SystemConfig config = calling(path, path != KeyPathKind::firmware);
    config.block_layer.segment = logical_block;
    test::Requests source({request(Operation::write, 9, 1, 7)});
    EXPECT_EQ(test::simulate(config, source).count("host.reentries"), 0u);
  }
}

TEST(SimulationCalls, HarmNothingElseAndDependOnNoOrder) {
  std::uint64_t reentries = 0;
  test::check_cases(40, [&] {
    Random random(*rc::gen::arbitrary<std::uint64_t>().as("seed"));
    SystemConfig config = test::odd_system(random);
    config.crypto.path = std::array{KeyPathKind::firmware, KeyPathKind::hwkm_v2, KeyPathKind::pfk}[random.below(3)];
    config.crypto.call.leave = Picoseconds{std::array<std::uint64_t, 3>{0, 1'000'000, 30'000'000}[random.below(3)]};
    config.crypto.call.entry = Picoseconds{std::array<std::uint64_t, 3>{0, 2'000'000, 30'000'000}[random.below(3)]};
    config.crypto.call.busy_ppm = random.chance(20) ? 100'000 : 0;
    config.host.cores = 1 + random.below(2);
    config.keys.life = random.chance(50) ? KeyLifeRule::idle : KeyLifeRule::forever;
    config.keys.idle_time = Picoseconds{std::uint64_t{1'000'000} << random.below(12)};
    config.keyslots.num_keyslots = 1 + random.below(4);
    const std::vector<IoRequest> list = test::odd_requests(random, 60);
    const auto run = [&](std::uint64_t order) {
      test::Requests source(list);
      Values values;
      {
        Simulation simulation(config, source, "test", order);
        simulation.run();
        values = test::values_of(simulation);
      }
      forget_simulation();
      return values;
    };
    const Values v = run(0);
    RC_ASSERT(v.at("driver.requests_completed") == 60u);
    RC_ASSERT(v.at("payload.mismatches") == 0u);
    RC_ASSERT(v.at("keyslots_hw.hazards") == 0u);
    RC_ASSERT(v.at("keyslots_hw.violations") == 0u);
    RC_ASSERT(test::equal(v, run(1 + random.below(5039))));
    reentries += v.at("host.reentries");
  });
  EXPECT_GT(reentries, 40u);
}

}  // namespace
}  // namespace icesim
