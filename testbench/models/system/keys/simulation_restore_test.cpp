// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/odd_system.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/support/sim_test.hpp"

namespace icesim {
namespace {

using namespace literals;
using test::request;
using test::Values;

constexpr Picoseconds one{1};

SystemConfig restoring(Picoseconds idle) {
  SystemConfig config;
  config.payload = Payload::verify;
  config.crypto.restore = KeyRestore::idle;
  config.crypto.restore_idle = idle;
  config.block_layer.kblockd_core = 1;  // requests come on another one
  return config;
}

/// Writes with keys 1 to `keys`, and so long after the end of the last one a read with key `last`.
std::vector<IoRequest> storm(const SystemConfig& config, std::uint64_t keys, Picoseconds gap, KeyId last = 1) {
  std::vector<IoRequest> list;
  for (std::uint64_t key = 1; key <= keys; ++key)
    list.push_back(request(Operation::write, 10 * key, 1, static_cast<KeyId>(key), Picoseconds{key * 500'000'000}));
  test::Requests alone(list);
  const test::Observed before = test::observe(config, alone);
  Picoseconds ended{};
  for (const auto& each : before.seen) ended = std::max(ended, each.end() - before.started);
  list.push_back(request(Operation::read, 10, 1, last, ended + gap));
  return list;
}

TEST(SimulationRestore, TheFirstRequestAfterTheIdleTimeWaitsForAllKeys) {
  const SystemConfig config = restoring(10_ms);
  const HostCosts costs;
  for (const std::uint64_t keys : {1u, 5u}) {
    EXPECT_EQ(test::simulate(config, storm(config, keys, 10_ms - one)).at("keyslots.restores"), 0u);
    const std::vector<IoRequest> list = storm(config, keys, 10_ms);
    const Values v = test::simulate(config, list);
    EXPECT_EQ(v.at("keyslots.restores"), 1u);
    EXPECT_EQ(v.at("keyslots.restored_keys"), keys);
    const Picoseconds time = costs.thread_wake + costs.mmio_write * (19 * keys);
    EXPECT_EQ(v.at("keyslots.restore_time"), time.n);
    EXPECT_EQ(v.at("keyslots_hw.programs"), 2 * keys) << "they are really written";
    test::expect_sound(v);
    test::Requests source(list);
    const Timeline read = test::observe(config, source).seen.back().timeline;
    EXPECT_EQ(read.spent(Stage::cpu) + read.spent(Stage::submit) + read.spent(Stage::keyslot_lock), time + costs.thread_wake)
        << "it finds the keyslots locked, and is woken when they are free";
    EXPECT_GT(read.spent(Stage::keyslot_lock), costs.thread_wake);
    EXPECT_EQ(v.at("keys.cost.keyslot_lock"), v.at("stages.keyslot_lock"));
    SystemConfig one_core = config;
    one_core.host.cores = 1;
    test::Requests again(list);
    const Timeline behind = test::observe(one_core, again).seen.back().timeline;
    EXPECT_EQ(behind.spent(Stage::cpu), time) << "nothing interrupts who writes keys on its core";
    EXPECT_EQ(behind.spent(Stage::keyslot_lock), 0_ps);
  }
}

TEST(SimulationRestore, APlainRequestIsHeldBackMeanwhile) {
  SystemConfig config = restoring(10_ms);
  config.crypto.path = KeyPathKind::firmware;
  const std::vector<IoRequest> list = storm(config, 2, 10_ms, no_key);
  const Values v = test::simulate(config, list);
  EXPECT_EQ(v.at("keyslots.restores"), 1u);
  EXPECT_EQ(v.at("keys.cost.blocked"), v.at("stages.blocked"));
  test::Requests source(list);
  const Timeline read = test::observe(config, source).seen.back().timeline;
  EXPECT_EQ(read.spent(Stage::blocked), Picoseconds{v.at("stages.blocked")});
  EXPECT_GT(read.spent(Stage::blocked), 2 * 45_us) << "two calls";
}

/// Requests, and resumes in front of the second one.
struct Told : test::Requests {
  Told(std::vector<IoRequest> list, std::vector<Picoseconds> at) : Requests(list), second(list[1].time), resumes(std::move(at)) {}
  void tell_keys(KeyListener& listener) override { listener_ = &listener; }
  bool next(IoRequest& io) override {
    const bool more = Requests::next(io);
    if (more && io.time == second && listener_ != nullptr)
      for (const Picoseconds at : resumes) listener_->key_event({at, KeyEvent::Kind::resume});
    return more;
  }
  Picoseconds second;
  std::vector<Picoseconds> resumes;
  KeyListener* listener_ = nullptr;
};

TEST(SimulationRestore, AResumeWhileAKeyIsProgrammedWaitsForTheLock) {
  for (const KeyPathKind path : {KeyPathKind::firmware, KeyPathKind::pfk}) {
    SystemConfig config = restoring(1_us);
    config.crypto.path = path;
    config.crypto.restore = KeyRestore::trace;
    Told told({request(Operation::write, 0, 1, 7), request(Operation::read, 0, 1, 7, 5_ms)}, {20_us, 21_us});
    const Values v = test::simulate(config, told);
    EXPECT_EQ(v.at("keyslots.restores"), 1u) << "and two that wait are served by one";
    EXPECT_EQ(v.at("keyslots_hw.programs"), 2u);
    test::expect_sound(v);
  }
}

TEST(SimulationRestore, ByTheTraceAtEachResume) {
  const std::vector<IoRequest> list{request(Operation::write, 0, 1, 7), request(Operation::read, 0, 1, 7, 5_ms)};
  SystemConfig config = restoring(1_us);
  config.crypto.restore = KeyRestore::trace;
  Told told(list, {3_ms, 4_ms});
  const Values v = test::simulate(config, told);
  EXPECT_EQ(v.at("keyslots.restores"), 2u);
  EXPECT_EQ(v.at("keyslots_hw.programs"), 3u);
  test::expect_sound(v);
  config.crypto.restore = KeyRestore::never;
  Told again(list, {3_ms, 4_ms});
  EXPECT_EQ(test::simulate(config, again).at("keyslots_hw.programs"), 1u);
}

TEST(SimulationRestore, OneCallRestoresAllWhereTheSecureWorldRemembersThem) {
  SystemConfig config = restoring(10_ms);
  const auto time = [&](std::uint64_t keys) { return test::simulate(config, storm(config, keys, 10_ms)).at("keyslots.restore_time"); };
  config.crypto.path = KeyPathKind::drained;
  EXPECT_EQ(time(1), time(5));
  config.crypto.path = KeyPathKind::firmware;
  EXPECT_GT(time(5), 4 * time(1));
}

TEST(SimulationRestore, KeysAreRestoredAndNumbersNarrowedWithoutHarm) {
  test::check_cases(40, [] {
    Random random(*rc::gen::arbitrary<std::uint64_t>().as("seed"));
    SystemConfig config = test::odd_system(random);
    config.crypto.path = std::array{KeyPathKind::registers, KeyPathKind::firmware, KeyPathKind::hwkm_v1, KeyPathKind::hwkm_v2,
                                    KeyPathKind::drained, KeyPathKind::pfk}[random.below(6)];
    config.block_layer.segment = 4_KiB;
    config.controller.mcq = std::array{0u, 0u, 1u, 4u}[random.below(4)];
    config.device.queue_depth = std::max<std::uint64_t>(config.device.queue_depth, 2);
    config.keyslots.num_keyslots = std::max<std::uint64_t>(config.keyslots.num_keyslots, 2);
    if (random.chance(50)) {
      const std::uint64_t guests = config.keyslots.num_keyslots - 1;
      config.keyslots.partition = KeyslotPartition::of("host:1,android:" + std::to_string(guests));
      config.keyslots.hypervisor = Picoseconds{std::array<std::uint64_t, 2>{0, 5'000'000}[random.below(2)]};
    }
    config.crypto.restore = KeyRestore::idle;
    config.crypto.restore_idle = Picoseconds{std::uint64_t{1'000'000} << random.below(8)};
    config.crypto.dun_bits = random.chance(50) ? DunBits::thirty_two : DunBits::sixty_four;
    config.keys.life = random.chance(50) ? KeyLifeRule::idle : KeyLifeRule::forever;
    config.keys.idle_time = Picoseconds{std::uint64_t{1'000'000} << random.below(8)};
    std::vector<IoRequest> list = test::odd_requests(random, 60);
    Picoseconds pause{};
    for (IoRequest& each : list) {
      if (random.chance(20)) pause += config.crypto.restore_idle + 50_ms;
      each.time += pause;
      if ((each.flags & IoRequest::has_dun) != 0 && random.chance(30)) each.dun = Dun{each.dun.n + (random.below(9) << 32)};
    }
    const std::vector<std::string> vms = test::vms_of(config);
    test::Requests source(test::spread(list, vms.size()), vms);
    const Values v = test::simulate(config, source);
    RC_ASSERT(v.at("driver.requests_completed") == 60u);
    RC_ASSERT(v.at("payload.mismatches") == 0u);
    RC_ASSERT(v.at("keyslots_hw.hazards") == 0u);
    RC_ASSERT(v.at("keyslots_hw.violations") == 0u);
    RC_TAG(v.at("keyslots.restores") > 0 ? "restored" : "never idle");
  });
}

}  // namespace
}  // namespace icesim
