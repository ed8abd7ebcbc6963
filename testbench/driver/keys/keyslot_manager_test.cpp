// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/keyslot_manager.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/random.hpp"
#include "icesim/workload/miss_curve.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using Outcome = KeyslotManager::Outcome;
using EvictResult = KeyslotManager::EvictResult;

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

TEST(KeyslotManager, LetsAWokenSleeperLookForAnIdleKeyslotBeforeItsKey) {
  KeyslotManager manager(1);
  const Keyslot keyslot = hold(manager, 10);
  EXPECT_EQ(manager.get_again(10, Outcome::wait_idle).outcome, Outcome::wait_idle) << "its key is there, but none is idle";
  EXPECT_EQ(manager.statistics().waits, 1u);
  EXPECT_EQ(manager.get_again(10, Outcome::wait_unlocked).outcome, Outcome::hit);
  EXPECT_EQ(manager.get(10).outcome, Outcome::hit) << "a newcomer looks for its key first";
  for (int i = 0; i < 3; ++i) manager.put(keyslot);
  EXPECT_EQ(manager.get_again(10, Outcome::wait_idle).outcome, Outcome::hit);
  manager.put(keyslot);
  const KeyslotManager::Result got = manager.get(11);
  ASSERT_EQ(got.outcome, Outcome::program);
  EXPECT_EQ(manager.get_again(10, Outcome::wait_idle).outcome, Outcome::wait_unlocked)
      << "a keyslot that is being programmed is still idle";
  EXPECT_FALSE(manager.programmed(got.keyslot, 11));
}

TEST(KeyslotManager, TellsItsIdleKeyslotsInOrder) {
  KeyslotManager manager(3);
  EXPECT_EQ(manager.idle(), (std::vector<Keyslot>{Keyslot{0}, Keyslot{1}, Keyslot{2}}));
  const Keyslot first = hold(manager, 10);
  use(manager, 11);
  EXPECT_EQ(manager.idle(), (std::vector<Keyslot>{Keyslot{2}, Keyslot{1}}));
  manager.put(first);
  EXPECT_EQ(manager.idle(), (std::vector<Keyslot>{Keyslot{2}, Keyslot{1}, Keyslot{0}}));
}

TEST(KeyslotManager, ReprogramsKeyslotsWithAKeyInTheirOrder) {
  KeyslotManager manager(4);
  for (const KeyId key : {10u, 11u, 12u}) use(manager, key);
  hold(manager, 10);
  Keyslot keyslot{};
  manager.evict(11, keyslot);
  std::vector<std::pair<Keyslot, KeyId>> written;
  manager.reprogram_all([&](Keyslot at, KeyId key) { written.emplace_back(at, key); });
  EXPECT_EQ(written, (std::vector<std::pair<Keyslot, KeyId>>{{Keyslot{0}, 10}, {Keyslot{2}, 12}}));
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
  EXPECT_TRUE(manager.programmed(got.keyslot, 12, false)) << "all who sleep are woken";
  EXPECT_FALSE(manager.locked());
  EXPECT_EQ(manager.key_in(got.keyslot), 10u);
  EXPECT_EQ(manager.references(got.keyslot), 0u);
  EXPECT_EQ(manager.statistics().evictions, 0u);
  const KeyslotManager::Result again = manager.get(13);
  EXPECT_EQ(again.outcome, Outcome::program);
  EXPECT_EQ(again.keyslot, got.keyslot);
  manager.programmed(again.keyslot, 13, false);
  EXPECT_EQ(manager.get(10).outcome, Outcome::hit) << "software believes in the old key [linux-keyslot-manager]";
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
