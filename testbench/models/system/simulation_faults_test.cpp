// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/bytes.hpp"
#include "testbench/support/rigs/random_faults.hpp"

#include <map>
#include <set>

/// Whole runs in which commands fail at random, and are tried again.
namespace icesim {
namespace {

using namespace literals;
using test::RandomFaults;
using test::Values;

struct FaultyRun {
  Values values;
  std::vector<test::Seen> seen;
  bool ends = false;
  std::uint64_t references = 0;
  std::uint64_t plain_blocks = 0;
  std::uint64_t hazards = 0;
  std::vector<FaultOutcome> faults;
};

/// Answers are lost, the device is reset, the link lost or its layer anew, the engine broken.
std::vector<Fault> faults_of(std::uint64_t seed) {
  Random random(seed + 7777);
  std::vector<Fault> faults(random.below(12));
  for (Fault& each : faults) {
    each.kind = std::array{Fault::Kind::lost_answer, Fault::Kind::lost_answer, Fault::Kind::device_reset,
                           Fault::Kind::link_loss,   Fault::Kind::uic_error,   Fault::Kind::engine_failure,
                           Fault::Kind::failed_resets}[random.below(7)];
    each.among = static_cast<Fault::Among>(random.below(3));
    each.number = 1 + random.below(each.kind == Fault::Kind::failed_resets ? 5 : 100);  // of 5 the device is given up
  }
  return faults;
}

FaultyRun run(const SystemConfig& config, const std::vector<IoRequest>& list, std::uint64_t seed, std::uint64_t percent,
            const std::vector<Fault>& wanted) {
  FaultyRun outcome;
  {
    RandomFaults faults(seed, percent);
    const std::vector<std::string> vms = test::vms_of(config);
    test::Requests source(test::spread(list, vms.size()), vms);
    test::ObservedSystem system(config, source, &faults, wanted);
    system.controller->connect(faults);
    faults.system = &system;
    system.driver->start();
    sc_core::sc_start(10000, sc_core::SC_SEC);
    if (system.player.error()) std::rethrow_exception(system.player.error());
    outcome.ends = system.player.finished();
    outcome.seen = system.seen;
    for (const StatisticValue& v : list_statistics(*system.driver)) outcome.values[v.path] = v.value;
    if (const PayloadStatistics* payload = system.driver->payload()) outcome.values["mismatches"] = payload->mismatches;
    for (std::size_t vm = 0; vm < std::max<std::size_t>(vms.size(), 1); ++vm) {
      const KeyslotManager& keyslots = system.driver->keyslots(vm);
      for (std::uint64_t i = 0; i < keyslots.num_keyslots(); ++i)
        outcome.references += keyslots.references(Keyslot{keyslots.first().n + i});
    }
    outcome.hazards = system.keyslots.statistics().hazards + system.keyslots.statistics().violations;
    if (system.faults) outcome.faults = system.faults->injector().outcomes();
    const FlashBackend& flash = *system.flash;
    for (const IoRequest& io : list) {
      if (io.operation != Operation::write) continue;
      for (std::uint64_t block = io.offset / logical_block; block < (io.offset + io.length) / logical_block; ++block) {
        const std::byte* const bytes = flash.content(Lba{block});
        outcome.plain_blocks += bytes != nullptr && load_le64(bytes) == block && load_le64(bytes + 4080) == block ? 1 : 0;
      }
    }
  }
  forget_simulation();
  return outcome;
}

/// All ways to have keys, queues, life of keys and the block layer's profiles, with few keyslots.
SystemConfig system_of(std::uint64_t seed) {
  Random random(seed);
  const auto one_of = [&](std::initializer_list<std::uint64_t> list) { return list.begin()[random.below(list.size())]; };
  SystemConfig config;
  config.payload = Payload::verify;
  config.crypto.path = static_cast<KeyPathKind>(random.below(KeyPathConfig::paths.size() - 1));  // all that encrypt
  config.crypto.registers.variant = static_cast<RegistersVariant>(random.below(RegistersConfig::variants.size()));
  config.device.unit_attention = random.chance(60);
  config.keyslots.wipe_on.hce_clear = random.chance(50);
  config.keyslots.wipe_on.hardware_reset = random.chance(50);
  config.crypto.failing_program = random.chance(30) ? 1 + random.below(10) : 0;
  config.keyslots.num_keyslots = 1 + random.below(4);
  if (config.keyslots.num_keyslots > 1 && random.chance(60))
    config.keyslots.partition = KeyslotPartition::of("host:1,android:" + std::to_string(config.keyslots.num_keyslots - 1));
  config.keyslots.hypervisor = Picoseconds{one_of({0, 5'000'000, 300'000'000})};
  config.keys.life = std::array{KeyLifeRule::forever, KeyLifeRule::lru, KeyLifeRule::idle}[random.below(3)];
  config.keys.open_keys = 1 + random.below(4);
  config.keys.idle_time = Picoseconds{one_of({1'000'000, 1'000'000'000})};
  config.block_layer.profile = static_cast<BlockLayerProfile>(random.below(BlockLayerConfig::profiles.size()));
  config.block_layer.set_profile();
  config.block_layer.retries = one_of({1, 5, 5});
  config.block_layer.fua = random.chance(50);
  config.block_layer.kblockd_core = random.below(8);
  config.controller.tags = one_of({3, 8, 32});
  config.block_layer.timeout = Picoseconds{one_of({20'000'000'000, 1'000'000'000'000, 30'000'000'000'000})};
  config.block_layer.max_request = Bytes{one_of({32 << 10, 256 << 10})};
  if (random.chance(40)) {
    config.controller.version = 0x0400;
    config.controller.mcq = one_of({1, 3, 8});
  }
  config.host.cores = one_of({1, 2, 8});
  config.block_layer.interrupt = static_cast<InterruptHandling>(random.below(3));
  config.block_layer.completion = static_cast<Completion>(random.below(3));
  config.host.costs.interrupt_limit = Picoseconds{one_of({1'000'000, 6'000'000, 20'000'000})};
  config.replay.mode = random.chance(50) ? ReplayMode::open : ReplayMode::asap;
  config.replay.queue_depth = one_of({2, 16, 64});
  config.crypto.key_operations = random.chance(70);
  config.crypto.operation_pause = 10_ms;
  config.controller.esi = config.controller.mcq > 0 && random.chance(60);
  return config;
}

std::vector<IoRequest> requests(std::uint64_t seed) {
  Random random(seed);
  std::vector<IoRequest> list;
  for (std::uint64_t i = 0; i < 150; ++i) {
    const std::uint64_t kind = random.below(10);
    const Operation operation = kind < 5 ? Operation::read : Operation::write;
    IoRequest io = test::request(Operation::flush, 0, 0);
    if (kind > 0)
      io = test::request(operation, 1 + random.below(400), 1 + random.below(12), static_cast<KeyId>(1 + random.below(6)));
    if (kind == 8) io.flags |= IoRequest::preflush;
    if (kind == 9) io.flags |= IoRequest::fua;
    io.time = Picoseconds{i * 40'000'000};
    io.process = static_cast<std::uint32_t>(random.below(6));
    list.push_back(io);
  }
  // In the end, when all has come to rest, everything is read.
  for (std::uint64_t block = 0; block < 420; block += 4)
    list.push_back(test::request(Operation::read, block, 4, static_cast<KeyId>(1 + random.below(6)), 60_s));
  return list;
}

TEST(SimulationFaults, LoseNothingWhateverFails) {
  std::uint64_t met = 0, exhausted = 0, given_up = 0, refused = 0;
  std::map<std::string, std::uint64_t> handled;
  std::map<Fault::Kind, std::uint64_t> happened;
  for (std::uint64_t seed = 1; met < 1000 || seed <= 60; ++seed) {
    ASSERT_LT(seed, 200u) << "faults happen";
    const std::vector<IoRequest> list = requests(seed);
    SCOPED_TRACE(seed);
    const FaultyRun o = run(system_of(seed), list, seed, seed % 3 == 0 ? 60 : seed % 3 == 1 ? 25 : 3,
                          faults_of(seed));
    ASSERT_TRUE(o.ends);
    EXPECT_EQ(o.seen.size(), list.size()) << "each ends once";
    std::set<std::uint64_t> records;
    std::uint64_t failed = 0;
    for (const test::Seen& each : o.seen) {
      records.insert(each.io.record);
      failed += each.failed ? 1 : 0;
      EXPECT_EQ(each.timeline.total(), each.timeline.latency());
    }
    EXPECT_EQ(records.size(), list.size());
    EXPECT_EQ(o.values.at("failed"), failed);
    EXPECT_EQ(o.values.at("requests_completed"), list.size() - failed);
    EXPECT_EQ(o.values.at("mismatches"), 0u);
    EXPECT_EQ(o.references, 0u);
    EXPECT_EQ(o.plain_blocks, 0u);
    EXPECT_EQ(o.hazards, 0u);
    const std::uint64_t commands = o.values.at("ocs_errors") + o.values.at("scsi_errors") + o.values.at("errors.timeouts") +
                                   o.values.at("errors.requeued");
    met += commands;
    exhausted += o.values.at("errors.exhausted");
    EXPECT_EQ(commands, o.values.at("errors.retries") + o.values.at("errors.requeues") + o.values.at("errors.exhausted"));
    for (const FaultOutcome& each : o.faults) happened[each.fault.kind] += each.happened ? 1 : 0;
    for (const char* const leaf : {"aborts", "failed_aborts", "lu_resets", "host_resets", "failed_resets", "keys_restored", "requeued"})
      handled[leaf] += o.values.at("errors." + std::string(leaf));
    EXPECT_LE(o.values.at("errors.given_up"), 1u);
    EXPECT_LE(o.values.at("failures.given_up"), o.values.at("errors.given_up") * list.size());
    given_up += o.values.at("errors.given_up");
    refused += o.values.at("failures.given_up");
  }
  EXPECT_GT(exhausted, 0u);
  for (const auto& [leaf, count] : handled) EXPECT_GT(count, 10u) << leaf;
  EXPECT_GT(given_up, 0u);
  EXPECT_GT(refused, 10u * given_up);
  EXPECT_EQ(happened.size(), 6u);
  for (const auto& [kind, count] : happened) EXPECT_GT(count, 5u) << static_cast<int>(kind);
}

/// One fault after the other: each request has tries enough.
TEST(SimulationFaults, NoRequestFailsThatMayBeTriedAgain) {
  std::uint64_t happened = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    SystemConfig config = system_of(seed);
    config.block_layer.retries = 5;
    config.block_layer.timeout = 10_s;
    config.crypto.failing_program = 0;
    Random random(seed);
    std::vector<Fault> faults;
    for (std::uint64_t number = 5; number < 120; number += 5 + random.below(30)) {
      Fault one;
      do one.kind = static_cast<Fault::Kind>(random.below(Fault::kinds.size()));
      while (one.kind == Fault::Kind::invalid_key && config.crypto.prdt_format() != PrdtFormat::standard);
      one.number = one.kind == Fault::Kind::failed_resets ? 1 + number % 4 : number;
      faults.push_back(one);
    }
    const std::vector<IoRequest> list = requests(seed);
    const FaultyRun o = run(config, list, seed, 0, faults);
    ASSERT_TRUE(o.ends);
    EXPECT_EQ(o.values.at("requests_completed"), list.size());
    EXPECT_EQ(o.values.at("failed"), 0u);
    EXPECT_EQ(o.values.at("mismatches"), 0u);
    EXPECT_EQ(o.references + o.plain_blocks + o.hazards, 0u);
    for (const FaultOutcome& each : o.faults) happened += each.happened ? 1 : 0;
  }
  EXPECT_GT(happened, 100u);
}

/// Clocks go off and the host is suspended whenever there is time for it.
TEST(SimulationFaults, LoseNothingWhereTheHostSleepsInBetween) {
  std::uint64_t delayed = 0, keys = 0, failed = 0, handled = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const auto one_of = [&](std::initializer_list<std::uint64_t> list) { return Picoseconds{list.begin()[random.below(list.size())]}; };
    SystemConfig config = system_of(seed);
    config.replay.mode = ReplayMode::open;
    config.power.gating.delay = one_of({0, 1, 5'000'000, 200'000'000});
    config.power.gating.request = static_cast<GatedRequest>(random.below(2));
    config.power.gating.clocks.time = one_of({0, 20'000'000});
    config.power.gating.worker.longest = 40_us;
    config.power.suspend.after = config.power.gating.on() ? one_of({0, 1, 50'000'000}) : one_of({1, 50'000'000});
    config.power.suspend.resume = one_of({0, 30'000'000});
    config.power.suspend.keys = static_cast<SuspendedKeys>(random.below(2));
    const std::vector<IoRequest> list = requests(seed);
    const FaultyRun o = run(config, list, seed, seed % 3 == 0 ? 25 : 3, faults_of(seed));
    ASSERT_TRUE(o.ends);
    EXPECT_EQ(o.seen.size(), list.size());
    for (const test::Seen& each : o.seen) {
      EXPECT_EQ(each.timeline.total(), each.timeline.latency());
      delayed += each.timeline.spent(Stage::power) > 0_ps ? 1 : 0;
      keys += each.timeline.spent(Stage::key_power) > 0_ps ? 1 : 0;
      failed += each.failed ? 1 : 0;
    }
    handled += o.values.at("errors.host_resets");
    EXPECT_EQ(o.values.at("mismatches"), 0u);
    EXPECT_EQ(o.references + o.plain_blocks + o.hazards, 0u);
  }
  EXPECT_GT(delayed, 500u);
  EXPECT_GT(keys, 50u);
  EXPECT_GT(handled, 10u);
  EXPECT_GT(failed, 0u);
}

/// The device may still be at a read that was given up when the next command has its tag, as on hardware.
TEST(SimulationFaults, WhatIsLeftAtTheDeviceEndsNoRunWhereNobodyAbortsIt) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    SystemConfig config = system_of(seed);
    config.block_layer.timeout = Picoseconds{};
    config.block_layer.max_request = Bytes{256 << 10};
    std::vector<IoRequest> list = requests(seed);
    for (IoRequest& io : list)
      if (io.operation == Operation::read) io.length = io.length * 4;
    const FaultyRun o = run(config, list, seed, 40, {});
    ASSERT_TRUE(o.ends);
    EXPECT_EQ(o.seen.size(), list.size());
    for (const test::Seen& each : o.seen) EXPECT_EQ(each.timeline.total(), each.timeline.latency());
    EXPECT_EQ(o.references, 0u);
  }
}

}  // namespace
}  // namespace icesim
