// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/miss_curve.hpp"
#include "testbench/support/sim_test.hpp"

namespace icesim {
namespace {

using test::Values;

Values replay(const char* trace, std::uint64_t keyslots) {
  SystemConfig config;
  config.keyslots.num_keyslots = keyslots;
  return test::simulate(config, trace);
}

MissCurve oracle(const char* trace) { return miss_curve(*open_trace(test::bundled(trace))); }

/// Pieces beyond the first of requests with a key that have more than 128 pages.
std::uint64_t split_off(const char* trace) {
  const auto source = open_trace(test::bundled(trace));
  std::uint64_t pieces = 0;
  for (IoRequest io; source->next(io);)
    if (io.key != no_key) pieces += divide_up(io.length / logical_block, 128) - 1;
  return pieces;
}

void expect_consistent(const Values& v, const MissCurve& lru, std::uint64_t keyslots, std::uint64_t split = 0) {
  SCOPED_TRACE(std::to_string(keyslots) + " keyslots");
  // Merging needs the same key, so that each request of the driver with a key is one reference, several that joined
  // it, or a piece of one.
  EXPECT_EQ(v.at("keyslots.programs") + v.at("keyslots.hits"), lru.references() + split - v.at("driver.merges"));
  EXPECT_EQ(v.at("keyslots_hw.programs"), v.at("keyslots.programs")) << "each program reaches the hardware once";
  EXPECT_EQ(v.at("keyslots_hw.hazards"), 0u);
  EXPECT_EQ(v.at("controller.invalid_crypto_configuration"), 0u);
  EXPECT_EQ(v.at("driver.failed"), 0u);
  EXPECT_LE(v.at("keyslots.evictions"), v.at("keyslots.programs"));
  EXPECT_GE(v.at("keyslots.evictions") + keyslots, v.at("keyslots.programs")) << "programs fill keyslots or evict";
}

TEST(SimulationKeyslots, TheTraceWithAKeyPerFileMissesAsOftenAsLruSays) {
  const MissCurve lru = oracle(test::k61);
  EXPECT_EQ(lru.references(), 6059u) << "as the manifest of the recordings says";
  const Values v = replay(test::k61, 32);
  expect_consistent(v, lru, 32);
  EXPECT_EQ(v.at("keyslots.programs"), lru.misses(32));
  EXPECT_EQ(v.at("keyslots.waits"), 0u);
}

TEST(SimulationKeyslots, FewKeyslotsMissAboutAsOftenAsLruAndMakeRequestsWait) {
  const MissCurve lru = oracle(test::k61);
  std::uint64_t longest = ~std::uint64_t{0};
  for (const std::uint64_t keyslots : {1u, 2u, 4u, 8u, 16u, 64u}) {
    const Values v = replay(test::k61, keyslots);
    expect_consistent(v, lru, keyslots);
    // LRU over arrivals is no strict bound: keyslots age from their last release, those in use cannot be evicted, and
    // requests that sleep come back in another order.
    EXPECT_GE(v.at("keyslots.programs"), lru.misses(keyslots) * 99 / 100) << keyslots;
    EXPECT_LE(v.at("keyslots.programs"), lru.misses(keyslots) * 101 / 100) << keyslots;
    if (keyslots <= 2) {
      EXPECT_GT(v.at("keyslots.waits"), 0u) << keyslots;
    }
    EXPECT_LE(v.at("latency.all.mean"), longest) << "more keyslots than " << keyslots << " are no slower";
    longest = v.at("latency.all.mean");
  }
}

TEST(SimulationKeyslots, TwoHundredFiftySixKeyslotsMissAsOftenAsLruSays) {
  const MissCurve lru = oracle(test::k61);
  const Values v = replay(test::k61, 256);
  expect_consistent(v, lru, 256);
  EXPECT_EQ(v.at("keyslots.programs"), lru.misses(256));
}

TEST(SimulationKeyslots, TheTraceWithAKeyPerPolicyProgramsEachKeyOnce) {
  const MissCurve lru = oracle(test::k612);
  EXPECT_EQ(lru.references(), 8610u) << "as the manifest of the recordings says";
  const std::uint64_t split = split_off(test::k612);
  EXPECT_GT(split, 100u);
  for (const std::uint64_t keyslots : {8u, 32u}) {
    const Values v = replay(test::k612, keyslots);
    expect_consistent(v, lru, keyslots, split);
    EXPECT_EQ(v.at("keyslots.programs"), lru.keys());
    EXPECT_EQ(v.at("keyslots.evictions"), 0u);
  }
  const Values two = replay(test::k612, 2);
  expect_consistent(two, lru, 2, split);
  EXPECT_GE(two.at("keyslots.programs"), lru.misses(2) * 99 / 100);
}

TEST(SimulationKeyslots, RequestsWithoutAKeyUseNone) {
  for (const char* trace : {test::k61, test::k612}) {
    // Metadata, journal, flush and discard only.
    const auto source = open_trace(test::bundled(trace));
    std::vector<IoRequest> plain;
    for (IoRequest io; source->next(io);)
      if (io.key == no_key) plain.push_back(io);
    ASSERT_GT(plain.size(), 1000u);
    test::Requests requests(plain);
    const Values v = test::simulate({}, requests);
    EXPECT_EQ(v.at("driver.requests_completed"), plain.size());
    for (const auto& [path, value] : test::only(v, {"keyslots."})) EXPECT_EQ(value, 0u) << path;
    EXPECT_EQ(v.at("keyslots_hw.programs"), 0u);
    for (const char* way : {"ice.to_device.", "ice.to_host."}) {
      EXPECT_EQ(v.at(std::string(way) + "jobs"), 0u);
      EXPECT_EQ(v.at(std::string(way) + "unusable"), 0u);
      EXPECT_GT(v.at(std::string(way) + "bypassed"), 0u);
    }
  }
}

TEST(SimulationKeyslots, WithoutCryptoKeysAreIgnored) {
  SystemConfig config;
  config.crypto.path = KeyPathKind::none;
  config.replay.limit = 3000;
  const Values v = test::simulate(config, test::k61);
  EXPECT_EQ(v.at("driver.failed"), 0u);
  EXPECT_EQ(v.at("keyslots.hits") + v.at("keyslots.programs"), 0u);
  EXPECT_EQ(v.at("stages.keyslot_program"), 0u);
}

TEST(SimulationKeyslots, OneKeyslotServesManyKeysAtOnceWithoutDeadlock) {
  // All tags and the keyslot are wanted by more processes than there are of either.
  GeneratorConfig mix;
  mix.requests = 3000;
  mix.keys = 60;
  mix.range = Bytes{256 << 20};
  SystemConfig config;
  config.keyslots.num_keyslots = 1;
  config.replay.mode = ReplayMode::asap;
  config.replay.queue_depth = 100;
  const Values v = test::simulate(config, mix);
  EXPECT_EQ(v.at("driver.requests_completed"), mix.requests);
  EXPECT_GT(v.at("keyslots.waits"), 0u);
  EXPECT_GT(v.at("driver.tag_waits"), 0u);
  EXPECT_EQ(v.at("keyslots_hw.hazards"), 0u);
}

}  // namespace
}  // namespace icesim
