// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/miss_curve.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/random.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <list>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

/// LRU as one would write it down: a list of keys, the most recently used first.
std::uint64_t misses_of_lru(const std::vector<KeyId>& keys, std::uint64_t keyslots) {
  std::list<KeyId> loaded;
  std::uint64_t misses = 0;
  for (const KeyId key : keys) {
    const auto found = std::find(loaded.begin(), loaded.end(), key);
    if (found != loaded.end()) {
      loaded.erase(found);
    } else {
      ++misses;
      if (loaded.size() == keyslots) loaded.pop_back();
    }
    loaded.push_front(key);
  }
  return misses;
}

MissCurve curve_of(const std::vector<KeyId>& keys) {
  MissCurve curve;
  for (const KeyId key : keys) curve.reference(key);
  return curve;
}

RC_GTEST_PROP(MissCurve, EqualsLruForEveryNumberOfKeyslots, ()) {
  const auto most = *rc::gen::inRange<KeyId>(2, 40);
  const auto keys = *rc::gen::container<std::vector<KeyId>>(rc::gen::inRange<KeyId>(1, most));
  const MissCurve curve = curve_of(keys);
  for (std::uint64_t keyslots = 1; keyslots <= 45; ++keyslots) {
    RC_ASSERT(curve.misses(keyslots) == misses_of_lru(keys, keyslots));
  }
}

TEST(MissCurve, EqualsLruWithMoreKeysThanKeyslots) {
  Random random(3);
  std::vector<KeyId> keys;
  // Far apart and skewed, so that ids are not dense and all distances occur.
  for (int i = 0; i < 20'000; ++i)
    keys.push_back(static_cast<KeyId>((1 + random.below(1 + random.below(600))) * 7'000'003));
  const MissCurve curve = curve_of(keys);
  for (const std::uint64_t keyslots : {1u, 2u, 3u, 31u, 32u, 255u, 256u}) {
    EXPECT_EQ(curve.misses(keyslots), misses_of_lru(keys, keyslots)) << keyslots;
  }
}

TEST(MissCurve, CountsFirstUsesAsColdMisses) {
  const MissCurve curve = curve_of({5, 6, 5, no_key, 7, 6});
  EXPECT_EQ(curve.references(), 5u);
  EXPECT_EQ(curve.keys(), 3u);
  EXPECT_EQ(curve.cold_misses(), 3u);
  EXPECT_EQ(curve.misses(MissCurve::most_keyslots), curve.cold_misses());
}

TEST(MissCurve, NeverRisesWithMoreKeyslots) {
  Random random(4);
  MissCurve curve;
  for (int i = 0; i < 5'000; ++i) curve.reference(static_cast<KeyId>(1 + random.below(300)));
  for (std::uint64_t keyslots = 2; keyslots <= MissCurve::most_keyslots; ++keyslots) {
    EXPECT_LE(curve.misses(keyslots), curve.misses(keyslots - 1));
  }
}

TEST(MissCurve, RefusesAKeyslotFileThatCannotExist) {
  const MissCurve curve;
  EXPECT_THROW(curve.misses(0), Bug);
  EXPECT_THROW(curve.misses(257), Bug);
}

}  // namespace
}  // namespace icesim
