// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/odd_system.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/support/sim_test.hpp"

namespace icesim {
namespace {

using test::Values;

Values replay(ReplacementPolicy policy, std::uint64_t keyslots, bool optimum = true) {
  SystemConfig config;
  config.keyslots.num_keyslots = keyslots;
  config.keys.replacement = policy;
  config.keys.pinned = 2;
  config.keys.optimum = optimum;
  return test::simulate(config, test::k61);
}

TEST(SimulationReplacement, NoPolicyProgramsFewerThanTheOptimumOfItsRun) {
  for (const std::uint64_t keyslots : {1u, 4u, 16u}) {
    std::set<std::uint64_t> programs;
    for (std::size_t policy = 0; policy < KeysConfig::policies.size(); ++policy) {
      const Values v = replay(static_cast<ReplacementPolicy>(policy), keyslots);
      EXPECT_GE(v.at("keyslots.programs"), v.at("keyslots.fewest_programs")) << policy;
      EXPECT_GT(v.at("keyslots.fewest_programs"), 0u);
      EXPECT_EQ(v.at("driver.failed"), 0u);
      EXPECT_EQ(v.at("keyslots_hw.programs"), v.at("keyslots.programs"));
      EXPECT_EQ(v.at("keyslots_hw.hazards"), 0u);
      programs.insert(v.at("keyslots.programs"));
    }
    EXPECT_EQ(programs.size(), keyslots == 1 ? 1u : KeysConfig::policies.size()) << "each goes its own way";
  }
}

TEST(SimulationReplacement, WithRoomForAllKeysEveryPolicyIsOptimal) {
  for (std::size_t policy = 0; policy < KeysConfig::policies.size(); ++policy) {
    SystemConfig config;
    config.keys.replacement = static_cast<ReplacementPolicy>(policy);
    config.keys.optimum = true;
    const Values v = test::simulate(config, test::k612);
    EXPECT_EQ(v.at("keyslots.programs"), v.at("keyslots.fewest_programs")) << policy;
  }
}

TEST(SimulationReplacement, CountingTheOptimumChangesNothing) {
  Values counted = replay(ReplacementPolicy::linux_lru, 4);
  EXPECT_LT(counted.at("keyslots.fewest_programs"), counted.at("keyslots.programs"));
  counted.erase("keyslots.fewest_programs");
  EXPECT_TRUE(test::equal(counted, replay(ReplacementPolicy::linux_lru, 4, false)));
}

TEST(SimulationReplacement, TheSeedChoosesWhatRandomReplaces) {
  SystemConfig config;
  config.keyslots.num_keyslots = 8;
  config.keys.replacement = ReplacementPolicy::random;
  const Values one = test::simulate(config, test::k61);
  EXPECT_TRUE(test::equal(one, test::simulate(config, test::k61)));
  config.seed = 2;
  EXPECT_NE(test::simulate(config, test::k61).at("keyslots.programs"), one.at("keyslots.programs"));
}

TEST(SimulationReplacement, EveryPolicyServesEverybodyWithFewKeyslots) {
  test::check_cases(25, [] {
    Random random(*rc::gen::arbitrary<std::uint64_t>().as("seed"));
    SystemConfig config = test::odd_system(random);
    config.keyslots.num_keyslots = 1 + random.below(4);
    config.keys.replacement = static_cast<ReplacementPolicy>(random.below(KeysConfig::policies.size()));
    config.keys.pinned = random.below(5);
    config.keys.optimum = random.chance(50);
    test::Requests source(test::odd_requests(random, 60));
    const Values v = test::simulate(config, source);
    RC_ASSERT(v.at("driver.requests_completed") == 60u);
    RC_ASSERT(v.at("payload.mismatches") == 0u);
    RC_ASSERT(v.at("keyslots_hw.hazards") == 0u);
    if (config.keys.optimum) RC_ASSERT(v.at("keyslots.programs") >= v.at("keyslots.fewest_programs"));
  });
}

}  // namespace
}  // namespace icesim
