// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/key_uses.hpp"

#include "icesim/driver/keys/keyslot_manager.hpp"
#include "icesim/driver/keys/replacement/make_replacement.hpp"
#include "testbench/support/random_cases.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace icesim {
namespace {

using Outcome = KeyslotManager::Outcome;

/// Uses of keys: an upper case letter begins one, the lower case letter ends it.
std::uint64_t fewest(std::uint32_t keyslots, const std::string& script) {
  KeyUses uses(keyslots);
  std::map<char, std::uint32_t> at;
  for (const char c : script) {
    const bool begins = c < 'a';
    const char key = begins ? c : static_cast<char>(c - 'a' + 'A');
    if (!begins) {
      uses.ends(at.at(key));
      at.erase(key);
      continue;
    }
    std::uint32_t keyslot = 0;
    while (std::any_of(at.begin(), at.end(), [&](const auto& each) { return each.second == keyslot; })) ++keyslot;
    at[key] = keyslot;
    uses.begins(keyslot, static_cast<KeyId>(key));
  }
  return uses.fewest_programs();
}

/// The same by trying everything: at each miss each idle key may go, and none need go before.
std::uint64_t fewest_by_trial(std::uint32_t keyslots, const std::string& script) {
  std::map<std::pair<std::size_t, std::set<char>>, std::uint64_t> known;
  const std::function<std::uint64_t(std::size_t, std::set<char>, const std::set<char>&)> from =
      [&](std::size_t i, std::set<char> present, const std::set<char>& in_use) -> std::uint64_t {
    if (i == script.size()) return 0;
    const auto [entry, fresh] = known.try_emplace({i, present}, 0);
    if (!fresh) return entry->second;
    const bool begins = script[i] < 'a';
    const char key = begins ? script[i] : static_cast<char>(script[i] - 'a' + 'A');
    std::set<char> used = in_use;
    if (begins) {
      used.insert(key);
    } else {
      used.erase(key);
    }
    std::uint64_t best = ~std::uint64_t{0};
    if (!begins || present.count(key) > 0) {
      best = from(i + 1, present, used);
    } else if (present.size() < keyslots) {
      std::set<char> more = present;
      more.insert(key);
      best = 1 + from(i + 1, more, used);
    } else {
      for (const char goes : present) {
        if (in_use.count(goes) > 0) continue;
        std::set<char> other = present;
        other.erase(goes);
        other.insert(key);
        best = std::min(best, 1 + from(i + 1, other, used));
      }
    }
    return entry->second = best;
  };
  return from(0, {}, {});
}

TEST(KeyUses, CountsFirstUsesAndWhatHasNoRoom) {
  EXPECT_EQ(fewest(1, ""), 0u);
  EXPECT_EQ(fewest(1, "AaAaAa"), 1u);
  EXPECT_EQ(fewest(1, "AaBbAa"), 3u);
  EXPECT_EQ(fewest(2, "AaBbAaBb"), 2u);
}

TEST(KeyUses, LetsGoWhatIsUsedAgainLast) {
  // LRU lets A go for C and then programs all the time: 5 times more.
  EXPECT_EQ(fewest(2, "AaBbCcAaBbCcAaBb"), 5u);
}

TEST(KeyUses, KeepsWhatIsInUse) {
  EXPECT_EQ(fewest(2, "ABbCcBbCcBba"), 6u) << "A holds one of the two keyslots";
  EXPECT_EQ(fewest(2, "AaBbCcBbCcBb"), 3u);
}

TEST(KeyUses, AForgottenKeyIsAnotherOneAfterwards) {
  KeyUses uses(2);
  const auto use = [&](KeyId key) {
    uses.begins(0, key);
    uses.ends(0);
  };
  use(5);
  use(5);
  EXPECT_EQ(uses.fewest_programs(), 1u);
  uses.forgotten(5);
  use(5);
  use(5);
  EXPECT_EQ(uses.fewest_programs(), 2u);
  uses.forgotten(6);
  use(6);
  EXPECT_EQ(uses.fewest_programs(), 3u);
  uses.begins(1, 7);
  uses.forgotten(7);  // while it is in use
  uses.begins(0, 7);
  uses.ends(1);
  uses.ends(0);
  EXPECT_EQ(uses.fewest_programs(), 5u);
}

/// Every order of up to `length` beginnings and ends of uses of `keys` keys, at most `keyslots` at a time.
void for_all(std::uint32_t keyslots, char keys, std::size_t length, std::string& script, std::set<char>& in_use,
             const std::function<void(const std::string&)>& look) {
  look(script);
  if (script.size() == length) return;
  for (char key = 0; key < keys; ++key) {
    const bool ends = in_use.count(key) > 0;
    if (!ends && in_use.size() == keyslots) continue;
    script += static_cast<char>((ends ? 'a' : 'A') + key);
    ends ? void(in_use.erase(key)) : void(in_use.insert(key));
    for_all(keyslots, keys, length, script, in_use, look);
    ends ? void(in_use.insert(key)) : void(in_use.erase(key));
    script.pop_back();
  }
}

TEST(KeyUses, EqualsTryingEverythingInAllShortOrders) {
  std::size_t orders = 0;
  for (std::uint32_t keyslots = 1; keyslots <= 3; ++keyslots) {
    std::string script;
    std::set<char> in_use;
    for_all(keyslots, 4, keyslots == 1 ? 12 : 8, script, in_use, [&](const std::string& order) {
      ASSERT_EQ(fewest(keyslots, order), fewest_by_trial(keyslots, order)) << keyslots << " keyslots, " << order;
      ++orders;
    });
  }
  EXPECT_GT(orders, 30'000u);
}

TEST(KeyUses, EqualsTryingEverythingInLongerOrders) {
  test::check_cases(300, [] {
    const auto keyslots = *rc::gen::inRange<std::uint32_t>(1, 5).as("keyslots");
    const auto letters = *rc::gen::container<std::vector<char>>(rc::gen::inRange<char>(0, 7));
    std::string script;
    std::set<char> in_use;
    for (const char letter : letters) {
      if (script.size() == 60) break;
      const bool ends = in_use.count(letter) > 0;
      if (!ends && in_use.size() == keyslots) continue;
      ends ? void(in_use.erase(letter)) : void(in_use.insert(letter));
      script += static_cast<char>((ends ? 'a' : 'A') + letter);
    }
    RC_ASSERT(fewest(keyslots, script) == fewest_by_trial(keyslots, script));
  });
}

/// Gets and puts of one order of requests under a replacement: who finds no keyslot goes away.
struct Outcomes {
  std::uint64_t programs = 0;
  std::uint64_t fewest = 0;
  std::uint64_t refused = 0;
};

Outcomes outcomes(ReplacementPolicy policy, std::uint32_t keyslots, const std::vector<std::pair<bool, KeyId>>& steps) {
  KeysConfig config;
  config.replacement = policy;
  config.pinned = 2;
  KeyslotManager manager(keyslots, make_replacement(config, keyslots, 1));
  KeyUses uses(keyslots);
  manager.note(uses);
  std::map<KeyId, std::vector<Keyslot>> held;
  Outcomes result;
  for (const auto& [gets, key] : steps) {
    if (!gets) {
      if (held[key].empty()) continue;
      manager.put(held[key].back());
      held[key].pop_back();
      continue;
    }
    const KeyslotManager::Result got = manager.get(key);
    if (got.outcome == Outcome::program) manager.programmed(got.keyslot, key);
    if (got.outcome == Outcome::wait_idle) {
      ++result.refused;
    } else {
      held[key].push_back(got.keyslot);
    }
  }
  result.programs = manager.statistics().programs;
  result.fewest = uses.fewest_programs();
  return result;
}

TEST(KeyUses, NoReplacementProgramsFewer) {
  test::check_cases(400, [] {
    const auto keyslots = *rc::gen::inRange<std::uint32_t>(1, 9).as("keyslots");
    const auto keys = *rc::gen::inRange<KeyId>(2, 24).as("keys");
    const auto steps = *rc::gen::container<std::vector<std::pair<bool, KeyId>>>(
        rc::gen::pair(rc::gen::arbitrary<bool>(), rc::gen::inRange<KeyId>(1, keys)));
    const std::uint64_t linux_fewest = outcomes(ReplacementPolicy::linux_lru, keyslots, steps).fewest;
    for (std::size_t policy = 0; policy < KeysConfig::policies.size(); ++policy) {
      const auto chosen = static_cast<ReplacementPolicy>(policy);
      const Outcomes found = outcomes(chosen, keyslots, steps);
      RC_ASSERT(found.programs >= found.fewest);
      // Who is refused for the sake of keys that stay makes another order.
      if (chosen != ReplacementPolicy::pinned) RC_ASSERT(found.fewest == linux_fewest);
    }
  });
}

TEST(KeyUses, AReplacementMayBeAsGoodOrFarFromIt) {
  std::vector<std::pair<bool, KeyId>> round;
  for (int i = 0; i < 400; ++i) {
    const auto key = static_cast<KeyId>(1 + i % 5);
    round.emplace_back(true, key);
    round.emplace_back(false, key);
  }
  const Outcomes linux_lru = outcomes(ReplacementPolicy::linux_lru, 4, round);
  EXPECT_EQ(linux_lru.programs, 400u) << "a round of one key too many";
  EXPECT_EQ(linux_lru.fewest, 4u + 99) << "all but every fourth use hit";
  EXPECT_EQ(outcomes(ReplacementPolicy::linux_lru, 5, round).programs, outcomes(ReplacementPolicy::linux_lru, 5, round).fewest);
}

}  // namespace
}  // namespace icesim
