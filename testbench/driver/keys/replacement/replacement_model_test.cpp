// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/keyslot_manager.hpp"
#include "icesim/driver/keys/replacement/make_replacement.hpp"
#include "testbench/driver/keys/replacement/plain_replacement.hpp"
#include "testbench/support/random_cases.hpp"

#include <string>

namespace icesim {
namespace {

using Outcome = KeyslotManager::Outcome;
using test::PlainReplacement;

/// A keyslot manager and the plain model, which are given the same; the first difference is told.
class Pair {
 public:
  Pair(const KeysConfig& config, std::uint32_t keyslots, std::uint64_t seed)
      : manager_(keyslots, make_replacement(config, keyslots, seed)), plain_(config, keyslots, seed) {}

  std::string step(std::uint64_t chance, KeyId key) {
    const std::uint64_t what = chance % 16;
    std::string difference;
    if (what < 8) difference = get(key, chance % 5 != 0);
    if (what >= 8 && what < 15) difference = put(chance / 16);
    if (what == 15) evict(key);
    for (std::uint32_t i = 0; i < manager_.num_keyslots(); ++i) {
      if (manager_.key_in(Keyslot{i}) != plain_.keyslots[i].key) difference += " key in " + std::to_string(i);
      if (manager_.references(Keyslot{i}) != plain_.keyslots[i].references) difference += " use of " + std::to_string(i);
    }
    return difference;
  }

 private:
  std::string get(KeyId key, bool succeeds) {
    const KeyslotManager::Result got = manager_.get(key);
    const auto keyslot = static_cast<std::uint32_t>(got.keyslot.n);
    for (std::uint32_t i = 0; i < plain_.keyslots.size(); ++i) {
      if (plain_.keyslots[i].key != key) continue;
      plain_.used(i);
      return got.outcome == Outcome::hit && keyslot == i ? "" : "hit";
    }
    const auto victim = plain_.victim();
    if (!victim) return got.outcome == Outcome::wait_idle ? "" : "wait";
    if (got.outcome != Outcome::program || keyslot != *victim) return "victim " + std::to_string(*victim);
    manager_.programmed(got.keyslot, key, succeeds);
    if (succeeds) plain_.programmed(keyslot, key);
    return "";
  }
  std::string put(std::uint64_t from) {
    for (std::size_t i = 0; i < plain_.keyslots.size(); ++i) {
      const auto at = static_cast<std::uint32_t>((from + i) % plain_.keyslots.size());
      if (plain_.keyslots[at].references == 0) continue;
      plain_.released(at);
      return manager_.put(Keyslot{at}) == (plain_.keyslots[at].references == 0) ? "" : "put";
    }
    return "";
  }
  void evict(KeyId key) {
    Keyslot unused{};
    manager_.evict(key, unused);
    for (PlainReplacement::Keyslot& each : plain_.keyslots)
      if (each.key == key) each.key = no_key;
  }

  KeyslotManager manager_;
  PlainReplacement plain_;
};

TEST(ReplacementModel, EveryPolicyChoosesAsThePlainModelStepByStep) {
  test::check_cases(600, [] {
    KeysConfig config;
    config.replacement = static_cast<ReplacementPolicy>(*rc::gen::inRange<int>(0, KeysConfig::policies.size()).as("policy"));
    config.pinned = *rc::gen::inRange<std::uint64_t>(0, 7).as("pinned");
    const auto keyslots = *rc::gen::inRange<std::uint32_t>(1, 7).as("keyslots");
    const auto keys = *rc::gen::inRange<KeyId>(2, 12).as("keys");
    Pair pair(config, keyslots, *rc::gen::arbitrary<std::uint64_t>().as("seed"));
    const auto steps = *rc::gen::container<std::vector<std::pair<std::uint32_t, KeyId>>>(
        rc::gen::pair(rc::gen::inRange<std::uint32_t>(0, 1'000'000), rc::gen::inRange<KeyId>(1, keys)));
    for (const auto& [chance, key] : steps) RC_ASSERT(pair.step(chance, key) == std::string{});
  });
}

TEST(ReplacementModel, EveryPolicyChoosesAsThePlainModelInLongRuns) {
  for (int policy = 0; policy < static_cast<int>(KeysConfig::policies.size()); ++policy) {
    for (const std::uint32_t keyslots : {2u, 5u, 33u}) {
      KeysConfig config;
      config.replacement = static_cast<ReplacementPolicy>(policy);
      config.pinned = keyslots / 3;
      Random random(keyslots);
      Pair pair(config, keyslots, 3);
      for (int i = 0; i < 1500; ++i) {
        const auto key = static_cast<KeyId>(1 + random.below(1 + random.below(3 * keyslots)));
        ASSERT_EQ(pair.step(random.next() >> 1, key), "") << policy << ", " << keyslots << " keyslots, step " << i;
      }
    }
  }
}

}  // namespace
}  // namespace icesim
