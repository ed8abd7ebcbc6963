// SPDX-License-Identifier: Apache-2.0
#include "icesim/crypto/key_derivation.hpp"
#include "icesim/driver/ufshcd/memory_map.hpp"
#include "testbench/support/sim_test.hpp"

#include <array>
#include <cstring>

namespace icesim {
namespace {

using test::Values;
using Content = std::array<std::byte, 4096>;

constexpr std::array paths{KeyPathKind::registers, KeyPathKind::firmware, KeyPathKind::hwkm_v1, KeyPathKind::hwkm_v2};

SystemConfig by(KeyPathKind path) {
  SystemConfig config;
  config.payload = Payload::verify;
  config.crypto.path = path;
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
    const bool calls = path == KeyPathKind::firmware || path == KeyPathKind::hwkm_v2;
    EXPECT_EQ(v.at("key_path.calls"), calls ? v.at("keyslots.programs") + 2 : 0u)
        << "and one for each keyslot at first";
    EXPECT_EQ(v.at("stages.firmware") > 0, calls);
    EXPECT_EQ(v.at("keys.cost.all"), v.at("stages.keyslot_wait") + v.at("stages.keyslot_lock") +
                                         v.at("stages.keyslot_program") + v.at("stages.firmware"));
  }
}

TEST(SimulationKeyPaths, LeaveTheSameCiphertextInTheFlash) {
  Values values;
  const auto expected = flash_of(by(KeyPathKind::registers), values);
  EXPECT_GT(expected.size(), 500u);
  for (const KeyPathKind path : paths) {
    EXPECT_EQ(flash_of(by(path), values), expected);
    EXPECT_EQ(values.at("payload.mismatches"), 0u);
  }
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
    const bool keeps_the_old_key = path == KeyPathKind::registers || path == KeyPathKind::firmware;
    if (keeps_the_old_key) {
      EXPECT_EQ(v.at("driver.failed"), 1u);
    } else {
      // Who hits the old key finds its keyslot out of use.
      EXPECT_EQ(v.at("driver.failed"), 1 + v.at("driver.failures.ocs_invalid_crypto_configuration"));
    }
  }
}

TEST(SimulationKeyPaths, WrappedKeysAreNeitherInMemoryNorInARegister) {
  Generator source(mix());
  const SystemConfig config = by(KeyPathKind::hwkm_v2);
  {
    UfsSystem system(config, source, "test", 0);
    system.driver->start();
    sc_core::sc_start();
    ASSERT_TRUE(system.player.finished());
    // The driver's structures, and what lies in the buffers of all tags.
    std::vector<std::byte> memory(memory_map::end_of_structures(config.controller.tags).n + 32 * logical_block.n);
    system.memory->read(0, memory.data(), memory.size() - 32 * logical_block.n);
    for (std::uint64_t tag = 0; tag < 31; ++tag) {
      system.memory->read(memory_map::payload_buffer(Tag{tag}), &memory[memory.size() - (tag + 1) * logical_block.n],
                          logical_block.n);
    }
    const std::string_view haystack(reinterpret_cast<const char*>(memory.data()), memory.size());
    for (KeyId id = 1; id <= 9; ++id) {
      const Secret key = derive_key(config.seed, id);
      for (std::size_t part = 0; part < 64; part += 16) {
        const std::string_view needle(reinterpret_cast<const char*>(key.data()) + part, 16);
        EXPECT_EQ(haystack.find(needle), std::string_view::npos) << "key " << id;
      }
    }
    for (std::uint32_t word = 0; word < system.keyslots.words(); ++word) {
      if (word % CryptoConfig::word_count >= CryptoConfig::config_word) continue;
      EXPECT_EQ(system.keyslots.read(word), 0u);
    }
  }
  test::reset_kernel();
}

}  // namespace
}  // namespace icesim
