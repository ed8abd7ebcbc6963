// SPDX-License-Identifier: Apache-2.0
#include "icesim/crypto/key_derivation.hpp"
#include "icesim/driver/ufshcd/memory_map.hpp"
#include "testbench/support/sim_test.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace icesim {
namespace {

using test::Values;
using Content = std::array<std::byte, 4096>;

constexpr std::array paths{KeyPathKind::registers, KeyPathKind::firmware, KeyPathKind::hwkm_v1, KeyPathKind::hwkm_v2,
                           KeyPathKind::drained};
constexpr std::array all_paths{KeyPathKind::registers, KeyPathKind::firmware, KeyPathKind::hwkm_v1,
                               KeyPathKind::hwkm_v2,   KeyPathKind::drained,  KeyPathKind::pfk,
                               KeyPathKind::prdt};

SystemConfig by(KeyPathKind path, std::uint64_t queues = 0, RegistersVariant variant = RegistersVariant::jedec) {
  SystemConfig config;
  config.payload = Payload::verify;
  config.crypto.path = path;
  config.crypto.registers.variant = variant;
  config.controller.mcq = queues;
  config.keyslots.num_keyslots = 2;
  config.replay.mode = ReplayMode::asap;
  config.replay.queue_depth = 16;
  return config;
}

GeneratorConfig mix() {
  GeneratorConfig workload;
  workload.requests = 1500;
  workload.keys = 9;
  workload.range = Bytes{8 << 20};
  workload.seed = 5;
  return workload;
}

/// What lies in the flash, block by block, after one write at a time, so that the order is the same on every path.
std::map<std::uint64_t, Content> flash_of(SystemConfig config, Values& values) {
  config.replay.queue_depth = 1;
  GeneratorConfig workload = mix();
  workload.read_percent = 30;
  Generator source(workload);
  std::map<std::uint64_t, Content> flash;
  values = test::simulate(config, source, 0, [&](const Simulation& simulation) {
    for (std::uint64_t block = 0; block < (8 << 20) / 4096; ++block) {
      const std::byte* raw = simulation.flash().content(Lba{block});
      if (raw != nullptr) std::memcpy(flash[block].data(), raw, 4096);
    }
  });
  return flash;
}

TEST(SimulationKeyPaths, EveryBlockReadIsTheOneThatWasWrittenOnEveryPath) {
  for (const KeyPathKind path : paths) {
    SCOPED_TRACE(KeyPathConfig::paths[static_cast<std::size_t>(path)].name);
    const Values v = test::simulate(by(path), mix());
    EXPECT_EQ(v.at("driver.requests_completed"), 1500u);
    EXPECT_GT(v.at("payload.blocks_checked"), 300u);
    EXPECT_EQ(v.at("payload.mismatches"), 0u);
    EXPECT_EQ(v.at("keyslots_hw.hazards"), 0u);
    EXPECT_EQ(v.at("keyslots_hw.programs"), v.at("keyslots.programs"));
    EXPECT_EQ(v.at("key_path.programs"), v.at("keyslots.programs"));
    EXPECT_GT(v.at("keyslots.evictions"), 500u) << "nine keys in two keyslots";
    const bool calls = by(path).crypto.calls_secure_world();
    EXPECT_EQ(v.at("key_path.calls"), calls ? v.at("keyslots.programs") + 2 : 0u)
        << "and one for each keyslot at first";
    EXPECT_EQ(v.at("stages.firmware") > 0, calls);
    std::uint64_t cost = 0;
    for (const char* stage : {"keyslot_wait", "keyslot_lock", "keyslot_program", "firmware", "drain", "blocked", "descriptors"}) {
      const auto found = v.find(std::string("stages.") + stage);
      if (found != v.end()) cost += found->second;
    }
    EXPECT_EQ(v.at("keys.cost.all"), cost);
  }
}

TEST(SimulationKeyPaths, LeaveTheSameCiphertextInTheFlash) {
  Values values;
  const auto expected = flash_of(by(KeyPathKind::registers), values);
  EXPECT_GT(expected.size(), 500u);
  for (const KeyPathKind path : all_paths) {
    for (const std::uint64_t queues : {0u, 3u}) {
      EXPECT_EQ(flash_of(by(path, queues), values), expected) << queues << " queues";
      EXPECT_EQ(values.at("payload.mismatches"), 0u);
    }
  }
  for (const RegistersVariant variant : {RegistersVariant::mediatek, RegistersVariant::intel})
    EXPECT_EQ(flash_of(by(KeyPathKind::registers, 0, variant), values), expected);
}

TEST(SimulationKeyPaths, CostAsMuchMoreAsTheirStepsTake) {
  std::map<KeyPathKind, std::uint64_t> mean;
  for (const KeyPathKind path : paths) mean[path] = test::simulate(by(path), mix()).at("latency.all.mean");
  EXPECT_LT(mean[KeyPathKind::registers], mean[KeyPathKind::firmware]);
  EXPECT_LT(mean[KeyPathKind::registers], mean[KeyPathKind::hwkm_v1]);
  EXPECT_LT(mean[KeyPathKind::firmware], mean[KeyPathKind::hwkm_v2]) << "two register writes more";
}

TEST(SimulationKeyPaths, AKeyThatCannotBeProgrammedFailsItsRequestAndNoOther) {
  for (const KeyPathKind path : paths) {
    SystemConfig config = by(path);
    config.crypto.failing_program = 40;
    const Values v = test::simulate(config, mix());
    EXPECT_EQ(v.at("key_path.failures"), 1u);
    EXPECT_EQ(v.at("driver.failures.key_program"), 1u);
    EXPECT_EQ(v.at("payload.mismatches"), 0u);
    EXPECT_EQ(v.at("driver.requests_completed") + v.at("driver.failed"), 1500u);
    const bool keeps_the_old_key = path != KeyPathKind::hwkm_v1 && path != KeyPathKind::hwkm_v2;
    if (keeps_the_old_key) {
      EXPECT_EQ(v.at("driver.failed"), 1u);
    } else {
      // Who hits the old key finds its keyslot out of use.
      EXPECT_EQ(v.at("driver.failed"), 1 + v.at("driver.failures.ocs_invalid_crypto_configuration"));
    }
  }
}

/// Parts of 16 bytes of the first nine keys that lie in the driver's structures or the buffers of all tags, forwards or in reverse.
std::size_t keys_in_memory(const UfsSystem& system, const SystemConfig& config) {
  const std::uint64_t begin = memory_map::transfer_list;
  std::vector<std::byte> memory(memory_map::end_of_structures(config.controller.tags, config.crypto.prdt_format()).n - begin + 32 * logical_block.n);
  system.memory->read(begin, memory.data(), memory.size() - 32 * logical_block.n);
  for (std::uint64_t tag = 0; tag < 31; ++tag) {
    system.memory->read(memory_map::payload_buffer(Tag{tag}), &memory[memory.size() - (tag + 1) * logical_block.n],
                        logical_block.n);
  }
  const std::string_view haystack(reinterpret_cast<const char*>(memory.data()), memory.size());
  std::size_t found = 0;
  for (KeyId id = 1; id <= 9; ++id) {
    const Secret key = derive_key(config.seed, id);
    for (std::size_t part = 0; part < 64; part += 16) {
      std::string needle(reinterpret_cast<const char*>(key.data()) + part, 16);
      found += haystack.find(needle) != std::string_view::npos;
      std::reverse(needle.begin(), needle.end());
      found += haystack.find(needle) != std::string_view::npos;
    }
  }
  return found;
}

TEST(SimulationKeyPaths, WrappedKeysAreNeitherInMemoryNorInARegister) {
  for (const KeyPathKind path : {KeyPathKind::hwkm_v2, KeyPathKind::drained}) {
    Generator source(mix());
    const SystemConfig config = by(path);
    {
    UfsSystem system(config, source, "test", 0);
    system.driver->start();
    sc_core::sc_start();
    ASSERT_TRUE(system.player.finished());
    EXPECT_EQ(keys_in_memory(system, config), 0u);
    for (std::uint32_t word = 0; word < system.keyslots.words(); ++word) {
      if (word % CryptoConfig::word_count >= CryptoConfig::config_word) continue;
      EXPECT_EQ(system.keyslots.read(word), 0u);
    }
    }
    forget_simulation();
  }
}

/// Looks when the hundredth request ends.
struct LookAtOne : RequestRecorder {
  std::function<void()> look;
  std::size_t count = 0;
  void request_ended(const RequestRecord&) override {
    if (++count == 100) look();
  }
};

TEST(SimulationKeyPaths, KeysOfThePrdtAreInMemoryOnlyWhileTheirRequestsAreUnderWay) {
  Generator source(mix());
  const SystemConfig config = by(KeyPathKind::prdt);
  LookAtOne recorder;
  std::size_t under_way = 0;
  {
    UfsSystem system(config, source, "test", 0, {nullptr, &recorder});
    recorder.look = [&] { under_way = keys_in_memory(system, config); };
    system.driver->start();
    sc_core::sc_start();
    EXPECT_TRUE(system.player.finished());
    EXPECT_GT(under_way, 0u);
    EXPECT_EQ(keys_in_memory(system, config), 0u);
  }
  forget_simulation();
}

TEST(SimulationKeyPaths, TheControllerIsDrainedForEveryKey) {
  SystemConfig config = by(KeyPathKind::drained);
  const Values often = test::simulate(config, mix());
  EXPECT_EQ(often.at("key_path.drains"), often.at("keyslots.programs") + 2) << "and for each keyslot at first";
  EXPECT_GT(often.at("stages.drain"), 0u);
  EXPECT_GT(often.at("stages.blocked"), 0u);
  EXPECT_EQ(often.at("keys.cost.drain"), often.at("stages.drain"));
  EXPECT_EQ(often.at("keys.cost.blocked"), often.at("stages.blocked"));
  config.crypto.drain_poll = Picoseconds{20'000'000'000};
  const Values seldom = test::simulate(config, mix());
  EXPECT_EQ(seldom.at("driver.requests_completed"), 1500u);
  EXPECT_GT(seldom.at("latency.all.mean"), 5 * often.at("latency.all.mean")) << "looked at every 20 ms";
  config.keyslots.num_keyslots = 16;
  config.crypto.drain_poll = Picoseconds{1'000'000};
  EXPECT_EQ(test::simulate(config, mix()).at("keyslots.programs"), 9u);
}

TEST(SimulationKeyPaths, KeysThatAWorkerProgramsHoldBackAllRequests) {
  const Values v = test::simulate(by(KeyPathKind::pfk), mix());
  EXPECT_EQ(v.at("driver.requests_completed"), 1500u);
  EXPECT_GT(v.at("payload.blocks_checked"), 300u);
  EXPECT_EQ(v.at("payload.mismatches"), 0u);
  EXPECT_EQ(v.at("keyslots_hw.hazards"), 0u);
  EXPECT_EQ(v.at("key_path.calls"), v.at("keyslots.programs") + 2);
  EXPECT_GT(v.at("keyslots.waits"), 0u) << "nine keys in two keyslots: some are tried again";
  EXPECT_GT(v.at("stages.blocked"), 0u);
  EXPECT_EQ(v.at("stages.keyslot_wait") + v.at("stages.keyslot_lock") + v.at("stages.firmware"), 0u) << "nobody sleeps";
  SystemConfig config = by(KeyPathKind::pfk);
  config.crypto.failing_program = 40;
  const Values once = test::simulate(config, mix());
  EXPECT_EQ(once.at("key_path.failures"), 1u);
  EXPECT_EQ(once.at("driver.failed"), 0u) << "tried again";
  config.crypto.failing_program = 0;
  config.crypto.call.busy_ppm = 1'000'000;
  config.payload = Payload::none;
  const Values never = test::simulate(config, mix());
  EXPECT_EQ(never.at("driver.failed") + never.at("driver.requests_completed"), 1500u);
  EXPECT_EQ(never.at("driver.failures.key_program"), never.at("driver.failed"));
  EXPECT_EQ(never.at("key_path.failures"), 5 * never.at("driver.failed"));
  EXPECT_GT(never.at("driver.failed"), 1000u);
}

TEST(SimulationKeyPaths, ReservedKeyslotsAreLeftAlone) {
  for (const KeyPathKind path : paths) {
    SystemConfig config = by(path);
    config.keyslots.num_keyslots = 4;
    config.crypto.reserved_keyslots = 2;
    Generator source(mix());
    {
      UfsSystem system(config, source, "test", 0);
      system.driver->start();
      sc_core::sc_start();
      ASSERT_TRUE(system.player.finished());
      EXPECT_EQ(system.driver->keyslots().num_keyslots(), 2u);
      KeyslotUse use;
      EXPECT_EQ(system.keyslots.lookup(Keyslot{1}, use), KeyslotState::usable);
      EXPECT_NE(system.keyslots.lookup(Keyslot{2}, use), KeyslotState::usable);
      EXPECT_NE(system.keyslots.lookup(Keyslot{3}, use), KeyslotState::usable);
    }
    forget_simulation();
  }
  SystemConfig config = by(KeyPathKind::registers);
  config.crypto.reserved_keyslots = 2;
  EXPECT_THROW(test::simulate(config, mix()), UserError);
  forget_simulation();
}

TEST(SimulationKeyPaths, KeysThatADrainedControllerHasAreForgottenWithoutHarm) {
  SystemConfig config = by(KeyPathKind::drained);
  config.keyslots.num_keyslots = 9;  // for all keys: those that are forgotten are in one
  config.keys.life = KeyLifeRule::lru;
  config.keys.open_keys = 3;
  const Values v = test::simulate(config, mix());
  EXPECT_EQ(v.at("driver.requests_completed"), 1500u);
  EXPECT_GT(v.at("keyslots.cleared"), 20u);
  EXPECT_EQ(v.at("payload.mismatches"), 0u);
  EXPECT_EQ(v.at("keyslots_hw.hazards"), 0u);
}

TEST(SimulationKeyPaths, KeysOfThePrdtNeedNoKeyslot) {
  const Values v = test::simulate(by(KeyPathKind::prdt), mix());
  EXPECT_EQ(v.at("driver.requests_completed"), 1500u);
  EXPECT_GT(v.at("payload.blocks_checked"), 300u);
  EXPECT_EQ(v.at("payload.mismatches"), 0u);
  for (const char* none : {"keyslots.programs", "keyslots.hits", "keyslots.waits", "keyslots.lock_waits", "key_path.programs",
                           "keyslots_hw.writes", "keyslots_hw.loads", "ice.to_device.bypassed"})
    EXPECT_EQ(v.at(none), 0u) << none;
  EXPECT_GT(v.at("stages.descriptors"), 0u);
  EXPECT_EQ(v.at("keys.cost.descriptors"), v.at("stages.descriptors"));
  EXPECT_EQ(v.at("keys.cost.all"), v.at("stages.descriptors"));
  EXPECT_GE(v.at("ice.to_device.key_loads") + v.at("ice.to_host.key_loads"), 1500u) << "each command brings its key";
}

TEST(SimulationKeyPaths, SegmentsThatAreNoPagesAreRefused) {
  SystemConfig config = by(KeyPathKind::prdt);
  config.block_layer.segment = Bytes{8192};
  try {
    test::simulate(config, mix());
    FAIL();
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(),
                 "block_layer.segment: 8192 bytes do not fit crypto.path=prdt, whose PRDT entries hold a page of 4096 each");
  }
  forget_simulation();
}

}  // namespace
}  // namespace icesim
