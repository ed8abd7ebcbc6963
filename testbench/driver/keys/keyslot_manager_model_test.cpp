// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/random.hpp"
#include "icesim/driver/keys/keyslot_manager.hpp"
#include "testbench/support/random_cases.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <utility>
#include <vector>

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
  std::pair<Outcome, std::size_t> get_again(KeyId key, Outcome waited) {
    if (waited == Outcome::wait_idle && victim() == entries.size()) return {Outcome::wait_idle, 0};
    return get(key);
  }
  bool programmed(std::size_t keyslot, KeyId key, bool succeeded) {
    locked = false;
    if (!succeeded) return true;
    entries[keyslot].key = key;
    entries[keyslot].references = 1;
    return false;
  }
  std::vector<Keyslot> idle() const {
    std::vector<Keyslot> all;
    for (std::size_t i = 0; i < entries.size(); ++i)
      if (entries[i].references == 0) all.push_back(Keyslot{i});
    std::sort(all.begin(), all.end(),
              [&](Keyslot a, Keyslot b) { return entries[a.n].released < entries[b.n].released; });
    return all;
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
    if (manager_.idle() != model_.idle()) difference += " idle";
    for (std::uint32_t i = 0; i < manager_.num_keyslots(); ++i) {
      if (manager_.key_in(Keyslot{i}) != model_.entries[i].key) difference += " key in " + std::to_string(i);
      if (manager_.references(Keyslot{i}) != model_.entries[i].references)
        difference += " refs of " + std::to_string(i);
    }
    return difference;
  }

  const KeyslotStatistics& statistics() const { return manager_.statistics(); }
  bool locked() const { return model_.locked; }
  /// How often one slept on although its key was in a keyslot.
  std::uint64_t slept_beside_its_key() const { return slept_beside_; }

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
        // Now and then it is one that was woken, perhaps for nothing.
        const bool woken = chance / 400 % 3 == 0;
        const Outcome waited = chance / 1200 % 2 == 0 ? Outcome::wait_idle : Outcome::wait_unlocked;
        const auto [outcome, keyslot] = woken ? model_.get_again(key, waited) : model_.get(key);
        const bool sleeps_beside_its_key = outcome == Outcome::wait_idle && model_.with(key) < model_.entries.size();
        if (sleeps_beside_its_key && !model_.locked) ++slept_beside_;
        const KeyslotManager::Result got = woken ? manager_.get_again(key, waited) : manager_.get(key);
        if (outcome == Outcome::program) programming_ = {keyslot, key};
        if (got.outcome != outcome) return "outcome";
        const bool chosen = outcome == Outcome::program || outcome == Outcome::hit;
        return chosen && got.keyslot.n != keyslot ? "keyslot" : "";
      }
    }
  }
  std::string program(bool succeeded) {
    const bool wakes = manager_.programmed(Keyslot{programming_.first}, programming_.second, succeeded);
    return model_.programmed(programming_.first, programming_.second, succeeded) == wakes ? "" : "wakes";
  }

  KeyslotManager manager_;
  PlainModel model_;
  std::pair<std::size_t, KeyId> programming_{};
  std::uint64_t slept_beside_ = 0;
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
  std::uint64_t slept_beside_its_key = 0;
  for (const std::uint32_t keyslots : {1u, 2u, 3u, 31u, 32u, 255u, 256u}) {
    for (const std::uint64_t keys : {std::uint64_t{1}, std::uint64_t{keyslots}, std::uint64_t{keyslots} * 4 + 1}) {
      Random random(keyslots * 1000 + keys);
      Twins twins(keyslots);
      for (int i = test::few_cases() ? 1'000 : 6'000; i > 0; --i) {
        ASSERT_EQ(twins.step(random.next() >> 1, static_cast<KeyId>(1 + random.below(keys))), "")
            << keyslots << " keyslots, " << keys << " keys, " << i << " steps left";
      }
      seen.hits += twins.statistics().hits;
      seen.waits += twins.statistics().waits;
      seen.lock_waits += twins.statistics().lock_waits;
      seen.evictions += twins.statistics().evictions;
      slept_beside_its_key += twins.slept_beside_its_key();
    }
  }
  // A run that never meets a case says nothing about it.
  EXPECT_GT(seen.hits, 0u);
  EXPECT_GT(seen.waits, 0u);
  EXPECT_GT(seen.lock_waits, 0u);
  EXPECT_GT(seen.evictions, 0u);
  EXPECT_GT(slept_beside_its_key, 0u);
}

}  // namespace
}  // namespace icesim
