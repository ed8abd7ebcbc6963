// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/odd_system.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/support/sim_test.hpp"

/// Whole runs in which user space has operations on wrapped keys done.
namespace icesim {
namespace {

using namespace literals;
using test::request;
using test::Values;

SystemConfig operating() {
  SystemConfig config;
  config.payload = Payload::verify;
  config.crypto.path = KeyPathKind::hwkm_v2;
  config.crypto.key_operations = true;
  config.crypto.operation_pause = 10_ms;
  return config;
}

/// A request each 20 us, of one of eight processes, all with the same key, which is in a keyslot when the second one comes.
std::vector<IoRequest> hits(std::uint64_t count) {
  std::vector<IoRequest> list;
  for (std::uint64_t i = 0; i < count; ++i) {
    const Picoseconds at{i == 0 ? 0 : 1'000'000'000 + i * 20'000'000};
    list.push_back(request(Operation::write, i, 1, 7, at, static_cast<std::uint32_t>(i % 8)));
  }
  return list;
}

TEST(SimulationOperations, HitsWaitForTheLockWhileOneRuns) {
  SystemConfig config = operating();
  const std::vector<IoRequest> list = hits(2000);
  const Values v = test::simulate(config, list);
  const SecureCallConfig& call = config.crypto.call;
  EXPECT_EQ(v.at("keyslots.operations"), 4u) << "in 41 ms";
  EXPECT_EQ(v.at("keyslots.operation_failures"), 0u);
  EXPECT_EQ(v.at("keyslots.operation_time"), 4 * (call.buffer * 2 + call.entry + call.time).n);
  EXPECT_EQ(v.at("key_path.calls"), 4u + v.at("keyslots.programs") + v.at("key_path.evictions"));
  EXPECT_GE(v.at("keyslots.lock_waits"), 4u * 2);
  EXPECT_GE(v.at("stages.keyslot_lock"), 4u * (30_us).n);
  EXPECT_EQ(v.at("keys.cost.keyslot_lock"), v.at("stages.keyslot_lock"));
  EXPECT_EQ(v.at("keyslots_hw.programs"), 1u);
  test::expect_sound(v);
  config.crypto.key_operations = false;
  const Values none = test::simulate(config, list);
  EXPECT_EQ(none.at("stages.keyslot_lock"), 0u);
  EXPECT_EQ(none.count("keyslots.operations"), 0u);
  for (const char* same : {"payload.blocks_checked", "payload.mismatches", "driver.requests_completed", "keyslots.programs"})
    EXPECT_EQ(v.at(same), none.at(same)) << same;
}

TEST(SimulationOperations, ARequestBehindItWaitsUntilItHasEnded) {
  const SystemConfig config = operating();
  test::Requests source({request(Operation::write, 0, 1, 7), request(Operation::read, 0, 1, 7, 10_ms)});
  const test::Observed seen = test::observe(config, source);
  const Timeline read = seen.seen.back().timeline;
  const SecureCallConfig& call = config.crypto.call;
  const Picoseconds before = read.spent(Stage::cpu) + read.spent(Stage::submit);
  EXPECT_EQ(before + read.spent(Stage::keyslot_lock),
            call.buffer * 2 + call.entry + call.time + config.host.costs.thread_wake)
      << "it comes as the operation begins, and is woken at its end";
  EXPECT_EQ(read.total(), read.latency());
}

TEST(SimulationOperations, ChangeNothingWhereKeysAreNotWrapped) {
  for (const KeyPathKind path : {KeyPathKind::registers, KeyPathKind::firmware, KeyPathKind::hwkm_v1}) {
    SystemConfig config = operating();
    config.crypto.path = path;
    const Values v = test::simulate(config, hits(2000));
    config.crypto.key_operations = false;
    EXPECT_TRUE(test::equal(v, test::simulate(config, hits(2000))));
  }
}

TEST(SimulationOperations, HarmNothingElse) {
  std::uint64_t operations = 0, waits = 0;
  test::check_cases(40, [&] {
    Random random(*rc::gen::arbitrary<std::uint64_t>().as("seed"));
    SystemConfig config = test::odd_system(random);
    config.crypto.path = KeyPathKind::hwkm_v2;
    config.crypto.key_operations = true;
    config.crypto.operation_pause = 10_ms;
    config.crypto.call.busy_ppm = random.chance(20) ? 300'000 : 0;
    config.crypto.call.others_ppm = random.chance(50) ? 500'000 : 0;
    config.crypto.restore = random.chance(50) ? KeyRestore::idle : KeyRestore::never;
    config.crypto.restore_idle = Picoseconds{std::uint64_t{1'000'000} << random.below(12)};
    config.keys.life = std::array{KeyLifeRule::forever, KeyLifeRule::lru, KeyLifeRule::idle}[random.below(3)];
    config.keys.open_keys = 1 + random.below(4);
    config.keys.idle_time = Picoseconds{std::uint64_t{1'000'000} << random.below(12)};
    config.keyslots.num_keyslots = 1 + random.below(8);
    const bool guests = config.crypto.restore == KeyRestore::never && config.keyslots.num_keyslots > 2 && random.chance(50);
    if (guests) config.keyslots.partition = KeyslotPartition::of("a:1,b:2");
    std::vector<IoRequest> list = test::odd_requests(random, 60);
    for (IoRequest& each : list) each.time += Picoseconds{each.time.n};
    const std::vector<std::string> vms = test::vms_of(config);
    test::Requests source(test::spread(list, vms.size()), vms);
    const Values v = test::simulate(config, source);
    RC_ASSERT(v.at("driver.requests_completed") == 60u);
    RC_ASSERT(v.at("payload.mismatches") == 0u);
    RC_ASSERT(v.at("keyslots_hw.hazards") == 0u);
    RC_ASSERT(v.at("keyslots_hw.violations") == 0u);
    RC_ASSERT(v.at("keys.cost.keyslot_lock") == v.at("stages.keyslot_lock"));
    operations += v.at("keyslots.operations");
    waits += v.at("keyslots.operation_lock_waits");
  });
  EXPECT_GT(operations, 40u);
  EXPECT_GT(waits, 0u);
}

}  // namespace
}  // namespace icesim
