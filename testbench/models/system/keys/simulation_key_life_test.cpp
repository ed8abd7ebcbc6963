// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/miss_curve.hpp"
#include "testbench/support/odd_system.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/support/sim_test.hpp"

namespace icesim {
namespace {

using namespace literals;
using test::Values;

SystemConfig with_life(KeyLifeRule rule) {
  SystemConfig config;
  config.keys.life = rule;
  return config;
}

Values replay_lru(std::uint64_t open_keys, std::uint64_t keyslots) {
  SystemConfig config = with_life(KeyLifeRule::lru);
  config.keys.open_keys = open_keys;
  config.keyslots.num_keyslots = keyslots;
  return test::simulate(config, test::k61);
}

TEST(SimulationKeyLife, WithManyKeyslotsKeysAreProgrammedAsOftenAsTheyAreOpened) {
  const MissCurve opened = miss_curve(*open_trace(test::bundled(test::k61)));
  for (const std::uint64_t open_keys : {4u, 16u, 64u, 200u}) {
    const Values v = replay_lru(open_keys, 256);
    EXPECT_GE(v.at("keyslots.programs"), opened.misses(open_keys) * 99 / 100) << open_keys;
    EXPECT_LE(v.at("keyslots.programs"), opened.misses(open_keys) * 101 / 100) << open_keys;
    EXPECT_GE(v.at("keyslots.forgotten") + open_keys, v.at("keyslots.programs")) << "all others have been open before";
    EXPECT_EQ(v.at("keyslots.cleared"), v.at("keyslots.forgotten"));
    EXPECT_EQ(v.at("keyslots.evictions"), 0u);
    EXPECT_EQ(v.at("keyslots_hw.programs"), v.at("keyslots.programs"));
    EXPECT_GE(v.at("keyslots_hw.evictions"), v.at("keyslots.cleared"));
    EXPECT_EQ(v.at("keyslots_hw.hazards"), 0u);
  }
}

TEST(SimulationKeyLife, KeysThatAreAllKeptLiveForEver) {
  Values kept = replay_lru(1'000'000, 8);
  EXPECT_EQ(kept.at("keyslots.forgotten"), 0u);
  for (const char* own : {"keyslots.forgotten", "keyslots.cleared", "keyslots.forget_lock_waits"}) kept.erase(own);
  SystemConfig forever;
  forever.keyslots.num_keyslots = 8;
  EXPECT_TRUE(test::equal(kept, test::simulate(forever, test::k61)));
}

/// Two reads with one key, the second so long after the end of the first.
Values two_reads(Picoseconds between) {
  SystemConfig config = with_life(KeyLifeRule::idle);
  config.keys.idle_time = 2_ms;
  test::Requests alone({test::request(Operation::read, 0, 1, 7)});
  const test::Observed first = test::observe(config, alone);
  const Picoseconds ended = first.seen[0].end() - first.started;
  test::Requests both({test::request(Operation::read, 0, 1, 7), test::request(Operation::read, 100, 1, 7, ended + between)});
  return test::simulate(config, both);
}

TEST(SimulationKeyLife, AnIdleKeyIsMissedFromTheTimeItIsForgotten) {
  const Picoseconds forgotten = 2_ms + HostCosts{}.thread_wake;
  const Values before = two_reads(forgotten - Picoseconds{1});
  EXPECT_EQ(before.at("keyslots.hits"), 1u);
  EXPECT_EQ(before.at("keyslots.programs"), 1u);
  EXPECT_EQ(before.at("keyslots.forgotten"), 0u) << "nothing is forgotten behind the last request";
  const Values after = two_reads(forgotten + Picoseconds{1});
  EXPECT_EQ(after.at("keyslots.hits"), 0u);
  EXPECT_EQ(after.at("keyslots.programs"), 2u);
  EXPECT_EQ(after.at("keyslots.forgotten"), 1u);
  EXPECT_EQ(after.at("stages.keyslot_lock"), 0u) << "the request is not so far while the lock is held";
}

TEST(SimulationKeyLife, TheDevicesKeyIsInAKeyslotNearlyAlwaysAndNeverForgotten) {
  SystemConfig config;
  config.keyslots.num_keyslots = 4;
  const Values without = test::simulate(config, test::k61);
  config.keys.device_key = true;
  const Values with = test::simulate(config, test::k61);
  EXPECT_GT(with.at("keyslots.programs"), without.at("keyslots.programs")) << "one keyslot less for the files";
  EXPECT_GT(with.at("keyslots.hits"), without.at("keyslots.hits"));
  EXPECT_EQ(with.at("ice.to_device.bypassed"), 0u) << "no block goes plain";
  EXPECT_LT(with.at("ice.to_host.bypassed"), 4096u) << "but what the initialisation reads";
  EXPECT_GT(without.at("ice.to_device.bypassed"), 0u);
  test::Requests plain({test::request(Operation::write, 5, 1), test::request(Operation::read, 5, 1, no_key, 9_ms),
                        test::request(Operation::write, 9, 1, no_key, 20_ms)});
  config.payload = Payload::verify;
  config.keys.life = KeyLifeRule::idle;
  config.keys.idle_time = 1_us;
  const Values v = test::simulate(config, plain);
  EXPECT_EQ(v.at("keyslots.programs"), 1u);
  EXPECT_EQ(v.at("keyslots.hits"), 2u);
  EXPECT_EQ(v.at("payload.mismatches"), 0u);
}

TEST(SimulationKeyLife, KeysComeAndGoWithoutHarm) {
  test::check_cases(25, [] {
    Random random(*rc::gen::arbitrary<std::uint64_t>().as("seed"));
    SystemConfig config = test::odd_system(random);
    config.keys.life = random.chance(50) ? KeyLifeRule::lru : KeyLifeRule::idle;
    config.keys.open_keys = 1 + random.below(5);
    config.keys.idle_time = Picoseconds{std::uint64_t{1'000'000} << random.below(12)};
    config.keys.device_key = random.chance(30);
    config.keys.optimum = true;
    config.keys.replacement = static_cast<ReplacementPolicy>(random.below(KeysConfig::policies.size()));
    test::Requests source(test::odd_requests(random, 60));
    const Values v = test::simulate(config, source);
    RC_ASSERT(v.at("driver.requests_completed") == 60u);
    RC_ASSERT(v.at("payload.mismatches") == 0u);
    RC_ASSERT(v.at("keyslots_hw.hazards") == 0u);
    RC_ASSERT(v.at("keyslots_hw.violations") == 0u);
    RC_ASSERT(v.at("keyslots.cleared") <= v.at("keyslots.forgotten"));
    RC_ASSERT(v.at("keyslots.programs") >= v.at("keyslots.fewest_programs"));
  });
}

}  // namespace
}  // namespace icesim
