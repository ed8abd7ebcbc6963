// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keyslot_manager.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/random.hpp"
#include "icesim/workload/miss_curve.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using Outcome = KeyslotManager::Outcome;
using EvictResult = KeyslotManager::EvictResult;

/// Keyslots as section 3.2 tells them, without a list or an index: the victim is looked for among all.
struct PlainModel {
  struct Entry {
    KeyId key = no_key;
    unsigned references = 0;
    std::uint64_t released = 0;
  };
  std::vector<Entry> entries;
  std::uint64_t clock = 0;
  bool locked = false;

  explicit PlainModel(std::size_t keyslots) : entries(keyslots) {
    for (Entry& e : entries) e.released = clock++;
  }
  std::size_t with(KeyId key) const {
    std::size_t i = 0;
    while (i < entries.size() && entries[i].key != key) ++i;
    return i;
  }
  std::size_t victim() const {
    std::size_t best = entries.size();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].references > 0) continue;
      if (best == entries.size() || entries[i].released < entries[best].released) best = i;
    }
    return best;
  }
  std::pair<Outcome, std::size_t> get(KeyId key) {
    if (locked) return {Outcome::wait_unlocked, 0};
    if (const std::size_t found = with(key); found < entries.size()) {
      ++entries[found].references;
      return {Outcome::hit, found};
    }
    const std::size_t chosen = victim();
    if (chosen == entries.size()) return {Outcome::wait_idle, 0};
    locked = true;
    return {Outcome::program, chosen};
  }
  void programmed(std::size_t keyslot, KeyId key, bool succeeded) {
    locked = false;
    if (!succeeded) return;
    entries[keyslot].key = key;
    entries[keyslot].references = 1;
  }
  bool put(std::size_t keyslot) {
    if (--entries[keyslot].references > 0) return false;
    entries[keyslot].released = clock++;
    return true;
  }
  EvictResult evict(KeyId key) {
    const std::size_t found = with(key);
    if (found == entries.size()) return EvictResult::not_found;
    entries[found].key = no_key;
    return entries[found].references > 0 ? EvictResult::busy : EvictResult::evicted;
  }
};

/// Both side by side; `step` carries out what a random number says and tells the first difference.
class Twins {
 public:
  explicit Twins(std::uint32_t keyslots) : manager_(keyslots), model_(keyslots) {}

  std::string step(std::uint64_t chance, KeyId key) {
    std::string difference = model_.locked && chance % 4 == 0 ? program(chance % 5 != 0) : act(chance, key);
    if (manager_.locked() != model_.locked) difference += " locked";
    for (std::uint32_t i = 0; i < manager_.num_keyslots(); ++i) {
      if (manager_.key_in(Keyslot{i}) != model_.entries[i].key) difference += " key in " + std::to_string(i);
      if (manager_.references(Keyslot{i}) != model_.entries[i].references)
        difference += " refs of " + std::to_string(i);
    }
    return difference;
  }

  const KeyslotStatistics& statistics() const { return manager_.statistics(); }
  bool locked() const { return model_.locked; }

 private:
  std::string act(std::uint64_t chance, KeyId key) {
    switch (chance / 5 % 16) {
      case 0: {
        if (model_.locked) return {};
        Keyslot keyslot{};
        const std::size_t holder = model_.with(key);
        const EvictResult wanted = model_.evict(key);
        if (manager_.evict(key, keyslot) != wanted) return "evict";
        return wanted != EvictResult::not_found && keyslot.n != holder ? "evicted keyslot" : "";
      }
      case 1:
      case 2:
      case 3:
      case 4:
      case 5:
      case 6:
      case 7: {
        // Starts somewhere and puts the first keyslot that is in use.
        for (std::size_t i = 0; i < model_.entries.size(); ++i) {
          const std::size_t at = (chance / 80 + i) % model_.entries.size();
          if (model_.entries[at].references == 0) continue;
          return manager_.put(Keyslot{at}) == model_.put(at) ? "" : "put";
        }
        return {};
      }
      default: {
        const auto [outcome, keyslot] = model_.get(key);
        const KeyslotManager::Result got = manager_.get(key);
        if (outcome == Outcome::program) programming_ = {keyslot, key};
        if (got.outcome != outcome) return "outcome";
        const bool chosen = outcome == Outcome::program || outcome == Outcome::hit;
        return chosen && got.keyslot.n != keyslot ? "keyslot" : "";
      }
    }
  }
  std::string program(bool succeeded) {
    manager_.programmed(Keyslot{programming_.first}, programming_.second, succeeded);
    model_.programmed(programming_.first, programming_.second, succeeded);
    return {};
  }

  KeyslotManager manager_;
  PlainModel model_;
  std::pair<std::size_t, KeyId> programming_{};
};

RC_GTEST_PROP(KeyslotManager, EqualsAModelWithoutListsStepByStep, ()) {
  const auto keyslots = *rc::gen::inRange<std::uint32_t>(1, 9);
  const auto keys = *rc::gen::inRange<KeyId>(2, 14);
  const auto steps = *rc::gen::container<std::vector<std::pair<std::uint32_t, KeyId>>>(
      rc::gen::pair(rc::gen::inRange<std::uint32_t>(0, 1'000'000), rc::gen::inRange<KeyId>(1, keys)));
  Twins twins(keyslots);
  for (const auto& [chance, key] : steps) RC_ASSERT(twins.step(chance, key) == std::string{});
}

TEST(KeyslotManager, EqualsTheModelOverLongRunsWithUpTo256Keyslots) {
  KeyslotStatistics seen;
  for (const std::uint32_t keyslots : {1u, 2u, 3u, 31u, 32u, 255u, 256u}) {
    for (const std::uint64_t keys : {std::uint64_t{1}, std::uint64_t{keyslots}, std::uint64_t{keyslots} * 4 + 1}) {
      Random random(keyslots * 1000 + keys);
      Twins twins(keyslots);
      for (int i = 0; i < 6'000; ++i) {
        ASSERT_EQ(twins.step(random.next() >> 1, static_cast<KeyId>(1 + random.below(keys))), "")
            << keyslots << " keyslots, " << keys << " keys, step " << i;
      }
      seen.hits += twins.statistics().hits;
      seen.waits += twins.statistics().waits;
      seen.lock_waits += twins.statistics().lock_waits;
      seen.evictions += twins.statistics().evictions;
    }
  }
  // A run that never meets a case says nothing about it.
  EXPECT_GT(seen.hits, 0u);
  EXPECT_GT(seen.waits, 0u);
  EXPECT_GT(seen.lock_waits, 0u);
  EXPECT_GT(seen.evictions, 0u);
}

/// Gets `key`, programs it if need be, and answers the keyslot; the reference stays.
Keyslot hold(KeyslotManager& manager, KeyId key) {
  const KeyslotManager::Result got = manager.get(key);
  if (got.outcome == Outcome::program) manager.programmed(got.keyslot, key);
  EXPECT_TRUE(got.outcome == Outcome::program || got.outcome == Outcome::hit);
  return got.keyslot;
}
Keyslot use(KeyslotManager& manager, KeyId key) {
  const Keyslot keyslot = hold(manager, key);
  manager.put(keyslot);
  return keyslot;
}

TEST(KeyslotManager, FillsEmptyKeyslotsInOrderOfTheirIndex) {
  KeyslotManager manager(4);
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_EQ(hold(manager, 100 - i), Keyslot{i});
  EXPECT_EQ(manager.statistics().programs, 4u);
  EXPECT_EQ(manager.statistics().evictions, 0u);
}

TEST(KeyslotManager, TakesTheFrontOfTheIdleListAsVictim) {
  KeyslotManager manager(3);
  for (const KeyId key : {10u, 11u, 12u}) use(manager, key);
  EXPECT_EQ(use(manager, 13), Keyslot{0});
  EXPECT_EQ(use(manager, 14), Keyslot{1});
  EXPECT_EQ(manager.key_in(Keyslot{0}), 13u);
  EXPECT_EQ(manager.key_in(Keyslot{2}), 12u);
}

TEST(KeyslotManager, OrdersVictimsByLastReleaseNotByLastRequest) {
  KeyslotManager manager(2);
  const Keyslot first = hold(manager, 10);
  const Keyslot second = hold(manager, 11);
  EXPECT_EQ(hold(manager, 10), first);  // requested last
  manager.put(first);
  manager.put(first);
  manager.put(second);  // released last
  EXPECT_EQ(use(manager, 12), first);
}

TEST(KeyslotManager, CountsReferencesAndIsIdleOnlyWithoutAny) {
  KeyslotManager manager(1);
  const Keyslot keyslot = hold(manager, 10);
  hold(manager, 10);
  EXPECT_EQ(manager.references(keyslot), 2u);
  EXPECT_FALSE(manager.put(keyslot));
  EXPECT_EQ(manager.get(11).outcome, Outcome::wait_idle);
  EXPECT_TRUE(manager.put(keyslot));
  EXPECT_EQ(manager.get(11).outcome, Outcome::program);
  EXPECT_EQ(manager.statistics().waits, 1u);
}

TEST(KeyslotManager, FindsAnIdleKeyWithoutProgramming) {
  KeyslotManager manager(2);
  use(manager, 10);
  EXPECT_EQ(manager.get(10).outcome, Outcome::hit);
  EXPECT_EQ(manager.references(Keyslot{0}), 1u);
  EXPECT_EQ(manager.statistics().hits, 1u);
  EXPECT_EQ(manager.statistics().programs, 1u);
}

TEST(KeyslotManager, LetsHitsWaitWhileAKeyIsProgrammed) {
  KeyslotManager manager(2);
  use(manager, 10);
  const KeyslotManager::Result got = manager.get(11);
  ASSERT_EQ(got.outcome, Outcome::program);
  EXPECT_TRUE(manager.locked());
  EXPECT_EQ(manager.get(10).outcome, Outcome::wait_unlocked);
  EXPECT_EQ(manager.get(11).outcome, Outcome::wait_unlocked);
  EXPECT_EQ(manager.get(12).outcome, Outcome::wait_unlocked);
  manager.programmed(got.keyslot, 11);
  EXPECT_FALSE(manager.locked());
  EXPECT_EQ(manager.get(11).outcome, Outcome::hit);
  EXPECT_EQ(manager.statistics().lock_waits, 3u);
}

TEST(KeyslotManager, CountsAReplacementAsAnEvictionAndAnEmptyKeyslotAsNone) {
  KeyslotManager manager(1);
  use(manager, 10);
  EXPECT_EQ(manager.statistics().evictions, 0u);
  use(manager, 11);
  EXPECT_EQ(manager.statistics().evictions, 1u);
  Keyslot keyslot{};
  manager.evict(11, keyslot);
  use(manager, 12);
  EXPECT_EQ(manager.statistics().evictions, 1u);
}

TEST(KeyslotManager, KeepsTheOldKeyAndTheVictimWhenProgrammingFails) {
  KeyslotManager manager(2);
  use(manager, 10);
  use(manager, 11);
  const KeyslotManager::Result got = manager.get(12);
  ASSERT_EQ(got.outcome, Outcome::program);
  manager.programmed(got.keyslot, 12, false);
  EXPECT_FALSE(manager.locked());
  EXPECT_EQ(manager.key_in(got.keyslot), 10u);
  EXPECT_EQ(manager.references(got.keyslot), 0u);
  EXPECT_EQ(manager.statistics().evictions, 0u);
  const KeyslotManager::Result again = manager.get(13);
  EXPECT_EQ(again.outcome, Outcome::program);
  EXPECT_EQ(again.keyslot, got.keyslot);
  manager.programmed(again.keyslot, 13, false);
  EXPECT_EQ(manager.get(10).outcome, Outcome::hit) << "software believes in the old key (spec 3.2, hazard)";
}

TEST(KeyslotManager, LeavesAnEvictedKeyslotItsPlaceAmongTheIdle) {
  KeyslotManager manager(3);
  for (const KeyId key : {10u, 11u, 12u}) use(manager, key);
  Keyslot keyslot{};
  ASSERT_EQ(manager.evict(11, keyslot), EvictResult::evicted);
  EXPECT_EQ(keyslot, Keyslot{1});
  EXPECT_EQ(manager.key_in(keyslot), no_key);
  EXPECT_EQ(hold(manager, 13), Keyslot{0}) << "not moved to the front";
  EXPECT_EQ(hold(manager, 14), Keyslot{1});
  EXPECT_EQ(hold(manager, 15), Keyslot{2});
}

TEST(KeyslotManager, ForgetsAKeyEvenIfItsEvictionFindsItBusy) {
  KeyslotManager manager(2);
  const Keyslot held = hold(manager, 10);
  Keyslot keyslot{};
  EXPECT_EQ(manager.evict(10, keyslot), EvictResult::busy);
  EXPECT_EQ(keyslot, held);
  EXPECT_EQ(manager.key_in(held), no_key);
  EXPECT_EQ(manager.references(held), 1u);
  EXPECT_NE(hold(manager, 10), held) << "the key is programmed again, elsewhere";
  EXPECT_TRUE(manager.put(held));
}

TEST(KeyslotManager, FindsNothingToEvictIfTheKeyIsNowhere) {
  KeyslotManager manager(2);
  use(manager, 10);
  Keyslot keyslot{};
  EXPECT_EQ(manager.evict(11, keyslot), EvictResult::not_found);
  EXPECT_EQ(manager.get(10).outcome, Outcome::hit);
}

TEST(KeyslotManager, MissesAsOftenAsPlainLruIfAllKeyslotsAreIdleWhenAsked) {
  for (const std::uint32_t keyslots : {1u, 2u, 7u, 32u, 256u}) {
    Random random(keyslots);
    KeyslotManager manager(keyslots);
    MissCurve curve;
    for (int i = 0; i < 20'000; ++i) {
      // Skewed, so that all distances of reuse occur.
      const auto key = static_cast<KeyId>(1 + random.below(1 + random.below(600)));
      curve.reference(key);
      use(manager, key);
    }
    EXPECT_EQ(manager.statistics().programs, curve.misses(keyslots));
    EXPECT_EQ(manager.statistics().hits, curve.references() - curve.misses(keyslots));
    EXPECT_EQ(manager.statistics().evictions, manager.statistics().programs - keyslots);
  }
}

TEST(KeyslotManager, CallsWrongUseABug) {
  EXPECT_THROW(KeyslotManager{0}, Bug);
  KeyslotManager manager(2);
  EXPECT_THROW(manager.get(no_key), Bug);
  EXPECT_THROW(manager.put(Keyslot{0}), Bug);
  EXPECT_THROW(manager.programmed(Keyslot{0}, 1), Bug);
  manager.get(1);
  Keyslot keyslot{};
  EXPECT_THROW(manager.evict(1, keyslot), Bug);
}

}  // namespace
}  // namespace icesim
