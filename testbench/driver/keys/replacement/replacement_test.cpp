// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/keyslot_manager.hpp"
#include "icesim/driver/keys/replacement/make_replacement.hpp"

#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>

namespace icesim {
namespace {

using Outcome = KeyslotManager::Outcome;
using Policy = ReplacementPolicy;

constexpr std::uint64_t some_seed = 7;

KeyslotManager manager_with(Policy policy, std::uint32_t keyslots, std::uint64_t pinned = 1, std::uint64_t seed = some_seed) {
  KeysConfig config;
  config.replacement = policy;
  config.pinned = pinned;
  return KeyslotManager(keyslots, make_replacement(config, keyslots, seed));
}

/// Plays a script: a letter uses that key, '+' before it leaves it in use, '-' ends that use, '!' evicts the key.
void play(KeyslotManager& manager, const std::string& script) {
  std::map<char, Keyslot> held;
  for (std::size_t i = 0; i < script.size(); ++i) {
    const char what = script[i] < 'A' ? script[i++] : ' ';
    const auto key = static_cast<KeyId>(script[i]);
    Keyslot keyslot{};
    if (what == '!') {
      manager.evict(key, keyslot);
      continue;
    }
    if (what == '-') {
      manager.put(held.at(script[i]));
      continue;
    }
    const KeyslotManager::Result got = manager.get(key);
    if (got.outcome == Outcome::program) manager.programmed(got.keyslot, key);
    ASSERT_TRUE(got.outcome == Outcome::program || got.outcome == Outcome::hit) << script << " at " << i;
    held[script[i]] = got.keyslot;
    if (what == ' ') manager.put(got.keyslot);
  }
}

/// The keys in the keyslots, one letter each; '.' is empty.
std::string keys_in(const KeyslotManager& manager) {
  std::string keys;
  for (Keyslot each{0}; each.n < manager.num_keyslots(); ++each.n)
    keys += manager.key_in(each) == no_key ? '.' : static_cast<char>(manager.key_in(each));
  return keys;
}

std::string after(Policy policy, const std::string& script, std::uint64_t seed = some_seed) {
  KeyslotManager manager = manager_with(policy, 3, 1, seed);
  play(manager, script);
  return keys_in(manager);
}

struct Script {
  const char* uses;
  std::map<Policy, std::string> keys;  ///< of all that know what they do
};

const std::vector<Script> scripts{
    {"ABCAABD",
     {{Policy::linux_lru, "ABD"}, {Policy::fifo, "DBC"}, {Policy::clock, "DBC"}, {Policy::lfu, "ABD"}, {Policy::pinned, "ABD"}}},
    {"AAABBCD",
     {{Policy::linux_lru, "DBC"}, {Policy::fifo, "DBC"}, {Policy::clock, "DBC"}, {Policy::lfu, "ABD"}, {Policy::pinned, "ADC"}}},
    // The hand stands behind the first keyslot, and B has been used since it came by.
    {"ABCDBE",
     {{Policy::linux_lru, "DBE"}, {Policy::fifo, "DEC"}, {Policy::clock, "DBE"}, {Policy::lfu, "DBE"}, {Policy::pinned, "EDB"}}},
    // What is in use stays, and counts as released when it is.
    {"+ABC-ADE",
     {{Policy::linux_lru, "ADE"}, {Policy::fifo, "DEC"}, {Policy::clock, "DEC"}, {Policy::lfu, "ADE"}, {Policy::pinned, "ADE"}}},
    // Only Linux lets an empty keyslot wait for its turn.
    {"ABC!BD",
     {{Policy::linux_lru, "D.C"}, {Policy::fifo, "ADC"}, {Policy::clock, "ADC"}, {Policy::lfu, "ADC"}, {Policy::pinned, "ADC"}}},
};

TEST(Replacement, ChoosesAsItsRuleSays) {
  for (const Script& script : scripts)
    for (const auto& [policy, keys] : script.keys)
      EXPECT_EQ(after(policy, script.uses), keys) << script.uses << ", " << KeysConfig::policies[static_cast<std::size_t>(policy)].name;
}

TEST(Replacement, EachIsToldFromEveryOtherByAScript) {
  for (const auto& [one, unused] : scripts[0].keys) {
    for (const auto& [other, unused_too] : scripts[0].keys) {
      if (one == other) continue;
      bool differ = false;
      for (const Script& script : scripts) differ = differ || script.keys.at(one) != script.keys.at(other);
      EXPECT_TRUE(differ) << static_cast<int>(one) << " and " << static_cast<int>(other);
    }
  }
}

TEST(Replacement, RandomTakesAnyIdleKeyslotButNoneInUse) {
  std::map<std::string, int> seen;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const std::string keys = after(Policy::random, "AAABBCD", seed);
    EXPECT_EQ(keys, after(Policy::random, "AAABBCD", seed)) << "the same seed, the same keyslot";
    ++seen[keys];
    EXPECT_EQ(after(Policy::random, "ABC!BD", seed), "ADC") << "an empty one first";
    EXPECT_NE(after(Policy::random, "AB+CD", seed), "ABD") << "C is in use";
  }
  EXPECT_EQ(seen.size(), 3u);
  for (const auto& [keys, times] : seen) EXPECT_GT(times, 60) << keys << ", of which a hundred are expected";
}

TEST(Replacement, ClockGivesAllASecondChanceAndThenTakesTheFirst) {
  KeyslotManager manager = manager_with(Policy::clock, 3);
  play(manager, "ABCABC");
  play(manager, "D");
  EXPECT_EQ(keys_in(manager), "DBC");
  play(manager, "E");
  EXPECT_EQ(keys_in(manager), "DEC") << "nobody has used B since";
  play(manager, "CF");
  EXPECT_EQ(keys_in(manager), "DEF") << "all were used: the round ends where it began";
}

TEST(Replacement, LfuCountsFromTheProgramOn) {
  KeyslotManager manager = manager_with(Policy::lfu, 2);
  play(manager, "BBBAAAAC");
  EXPECT_EQ(keys_in(manager), "CA");
  play(manager, "BC");
  EXPECT_EQ(keys_in(manager), "CA") << "B came back, and how often it was used before is forgotten";
}

TEST(Replacement, PinnedKeysStayWhileOthersWait) {
  KeyslotManager manager = manager_with(Policy::pinned, 3, 2);
  play(manager, "AABB+C");
  EXPECT_EQ(manager.get('D').outcome, Outcome::wait_idle) << "two idle ones, but their keys stay";
  EXPECT_EQ(manager.statistics().waits, 1u);
  EXPECT_EQ(manager.get_again('B', Outcome::wait_idle).outcome, Outcome::hit) << "an idle one is there";
  play(manager, "C");
  EXPECT_EQ(manager.get_again('D', Outcome::wait_idle).outcome, Outcome::wait_idle);
  EXPECT_TRUE(manager.put(Keyslot{2}));
  const KeyslotManager::Result got = manager.get_again('D', Outcome::wait_idle);
  EXPECT_EQ(got.outcome, Outcome::program);
  EXPECT_EQ(got.keyslot, Keyslot{2});
}

TEST(Replacement, PinnedFollowsWhatIsWantedMost) {
  KeyslotManager manager = manager_with(Policy::pinned, 2, 1);
  play(manager, "AABCBC");
  EXPECT_EQ(keys_in(manager), "AC") << "A is in as it came first";
  play(manager, "CD");
  EXPECT_EQ(keys_in(manager), "DC") << "C was wanted three times, A twice";
  play(manager, "EF");
  EXPECT_EQ(keys_in(manager), "FC");
}

TEST(Replacement, PinnedLeavesOneKeyslotToAllOthers) {
  for (const std::uint64_t pinned : {0u, 1u, 2u, 255u}) {
    KeyslotManager manager = manager_with(Policy::pinned, 1, pinned);
    play(manager, "AABAC");
    EXPECT_EQ(keys_in(manager), "C") << pinned;
  }
  KeyslotManager many = manager_with(Policy::pinned, 4, 255);
  play(many, "ABCDEFG");
  EXPECT_EQ(keys_in(many), "ABCG") << "three at most";
}

}  // namespace
}  // namespace icesim
