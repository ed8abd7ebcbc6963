// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/odd_system.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/support/sim_test.hpp"

#include <algorithm>
#include <map>

/// What the driver tells of keyslots, checked against what it counts, and against what a keyslot can be.
namespace icesim {
namespace {

using namespace literals;
using test::Values;
using EventKind = KeyslotEvent::Kind;

class KeyslotNotes : public KeyslotRecorder {
 public:
  void keyslot_event(const KeyslotEvent& event) override { seen.push_back(event); }
  std::uint64_t count(EventKind kind) const {
    return static_cast<std::uint64_t>(std::count_if(seen.begin(), seen.end(), [&](const KeyslotEvent& e) { return e.kind == kind; }));
  }
  std::vector<KeyslotEvent> seen;
};

/// Goes through the events as a keyslot file that believes nothing.
void expect_possible(const std::vector<KeyslotEvent>& events) {
  struct Keyslot {
    std::uint32_t key = 0;
    std::map<std::uint64_t, int> holders;  ///< by request
  };
  std::map<std::uint64_t, Keyslot> keyslots;
  Picoseconds last{};
  for (const KeyslotEvent& e : events) {
    ASSERT_GE(e.at, last) << "events come in the order of their times";
    last = e.at;
    Keyslot& k = keyslots[e.keyslot.n];
    ASSERT_NE(e.key, 0U);
    switch (e.kind) {
      case EventKind::evicted:
        ASSERT_EQ(k.key, e.key);
        ASSERT_TRUE(k.holders.empty());
        k.key = 0;
        break;
      case EventKind::programmed:
        ASSERT_EQ(k.key, 0U) << "what was there is evicted before";
        ASSERT_TRUE(k.holders.empty());
        k.key = e.key;
        [[fallthrough]];
      case EventKind::hit:
        ASSERT_EQ(k.key, e.key);
        ASSERT_GT(e.request, 0U);
        ++k.holders[e.request];
        break;
      case EventKind::released:
        ASSERT_EQ(k.key, e.key);
        ASSERT_GT(k.holders[e.request], 0) << "only who holds it lets it go";
        if (--k.holders[e.request] == 0) k.holders.erase(e.request);
        break;
    }
  }
  for (const auto& [number, k] : keyslots) EXPECT_TRUE(k.holders.empty()) << number;
}

/// Values of a run, which is the same with and without somebody who is told.
Values run(const SystemConfig& config, const std::vector<IoRequest>& list, KeyslotNotes& notes) {
  const auto once = [&](KeyslotRecorder* recorder) {
    Values values;
    {
      test::Requests source(test::spread(list, test::vms_of(config).size()), test::vms_of(config));
      Simulation simulation(config, source, "test", 0, {nullptr, nullptr, recorder});
      simulation.run();
      values = test::values_of(simulation);
    }
    forget_simulation();
    return values;
  };
  const Values values = once(&notes);
  EXPECT_TRUE(test::equal(values, once(nullptr)));
  return values;
}

SystemConfig few_keyslots(KeyPathKind path) {
  SystemConfig config;
  config.flash = test::small_flash();
  config.crypto.path = path;
  config.keyslots.num_keyslots = 4;
  config.replay.mode = ReplayMode::asap;
  return config;
}

TEST(SimulationKeyslotEvents, AreAllThatTheManagerCountsOnEveryPath) {
  Random random(11);
  const std::vector<IoRequest> list = test::odd_requests(random, 300);
  for (const KeyPathKind path : {KeyPathKind::registers, KeyPathKind::firmware, KeyPathKind::hwkm_v1, KeyPathKind::hwkm_v2,
                                 KeyPathKind::drained, KeyPathKind::pfk}) {
    for (const BlockLayerProfile profile : {BlockLayerProfile::simple, BlockLayerProfile::linux_6_12}) {
      SCOPED_TRACE(KeyPathConfig::paths[static_cast<std::size_t>(path)].name);
      SystemConfig config = few_keyslots(path);
      config.block_layer.profile = profile;
      config.block_layer.set_profile();
      KeyslotNotes notes;
      const Values v = run(config, list, notes);
      EXPECT_EQ(notes.count(EventKind::hit), v.at("keyslots.hits"));
      EXPECT_EQ(notes.count(EventKind::programmed), v.at("keyslots.programs"));
      EXPECT_EQ(notes.count(EventKind::evicted), v.at("keyslots.evictions"));
      EXPECT_EQ(notes.count(EventKind::released), notes.count(EventKind::hit) + notes.count(EventKind::programmed));
      EXPECT_GT(notes.count(EventKind::evicted), 10U);
      expect_possible(notes.seen);
    }
  }
}

TEST(SimulationKeyslotEvents, TellOfKeysWhoseLifeIsOver) {
  SystemConfig config = few_keyslots(KeyPathKind::registers);
  config.keys.life = KeyLifeRule::lru;
  config.keys.open_keys = 2;
  Random random(12);
  KeyslotNotes notes;
  const Values v = run(config, test::odd_requests(random, 300), notes);
  EXPECT_GT(v.at("keyslots.cleared"), 0U);
  EXPECT_EQ(notes.count(EventKind::evicted), v.at("keyslots.evictions") + v.at("keyslots.cleared"));
  const auto for_none = std::count_if(notes.seen.begin(), notes.seen.end(), [](const KeyslotEvent& e) { return e.request == 0; });
  EXPECT_EQ(static_cast<std::uint64_t>(for_none), v.at("keyslots.cleared"));
  expect_possible(notes.seen);
}

TEST(SimulationKeyslotEvents, SayWhichMachineTheyAreOf) {
  SystemConfig config = few_keyslots(KeyPathKind::registers);
  config.keyslots.partition = KeyslotPartition::of("host:1,android:3");
  Random random(13);
  KeyslotNotes notes;
  run(config, test::odd_requests(random, 300), notes);
  ASSERT_GT(notes.seen.size(), 100U);
  for (const KeyslotEvent& e : notes.seen) EXPECT_EQ(e.vm, e.keyslot.n == 0 ? 0U : 1U);
  expect_possible(notes.seen);
}

}  // namespace
}  // namespace icesim
