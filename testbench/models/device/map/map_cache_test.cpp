// SPDX-License-Identifier: Apache-2.0
#include "models/device/map/map_cache.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using State = MapCache::State;

void bring(MapCache& cache, std::uint32_t page) {
  ASSERT_TRUE(cache.claim(page, 1).given);
  ASSERT_TRUE(cache.arrive(page, 1));
}

TEST(MapCache, LruGivesUpThePageThatWasLookedAtLongestAgo) {
  MapCache cache(3, 10, MapReplacement::lru);
  for (const std::uint32_t page : {1, 2, 3}) bring(cache, page);
  cache.use(1);
  bring(cache, 4);
  EXPECT_EQ(cache.state(2), State::absent);
  cache.use(3);
  bring(cache, 5);
  EXPECT_EQ(cache.state(1), State::absent);
  for (const std::uint32_t page : {3, 4, 5}) EXPECT_EQ(cache.state(page), State::there) << page;
}

TEST(MapCache, ClockGivesAPageThatWasLookedAtASecondChance) {
  MapCache cache(3, 10, MapReplacement::clock);
  for (const std::uint32_t page : {1, 2, 3}) bring(cache, page);
  cache.use(1);
  bring(cache, 4);  // passes 1
  EXPECT_EQ(cache.state(1), State::there);
  EXPECT_EQ(cache.state(2), State::absent);
  bring(cache, 5);
  EXPECT_EQ(cache.state(3), State::absent);
  bring(cache, 6);  // 1 has not been looked at since
  EXPECT_EQ(cache.state(1), State::absent);
}

TEST(MapCache, APageThatIsComingStays) {
  for (const MapReplacement replacement : {MapReplacement::lru, MapReplacement::clock}) {
    MapCache cache(2, 10, replacement);
    ASSERT_TRUE(cache.claim(1, 2).given);
    ASSERT_TRUE(cache.claim(2, 1).given);
    EXPECT_FALSE(cache.claim(3, 1).given);
    EXPECT_FALSE(cache.arrive(1, 1));
    EXPECT_EQ(cache.state(1), State::coming);
    EXPECT_TRUE(cache.arrive(1, 1));
    EXPECT_TRUE(cache.claim(3, 1).given);
    EXPECT_EQ(cache.state(1), State::absent);
    EXPECT_EQ(cache.state(2), State::coming);
  }
}

TEST(MapCache, WhatIsForgottenIsAbsentAndWrittenBackByNobody) {
  for (const MapReplacement replacement : {MapReplacement::lru, MapReplacement::clock}) {
    MapCache cache(2, 10, replacement);
    bring(cache, 1);
    cache.change(1);
    ASSERT_TRUE(cache.claim(2, 1).given);
    cache.forget();
    EXPECT_EQ(cache.state(1), State::absent);
    EXPECT_EQ(cache.state(2), State::coming);
    EXPECT_TRUE(cache.arrive(2, 1));
    EXPECT_EQ(cache.claim(3, 1).changed, MapCache::none);
    EXPECT_TRUE(cache.arrive(3, 1));
    EXPECT_EQ(cache.state(2), State::there);
  }
}

TEST(MapCache, OnlyAChangedPageIsToBeWrittenBack) {
  MapCache cache(1, 10, MapReplacement::lru);
  bring(cache, 1);
  EXPECT_EQ(cache.claim(2, 1).changed, MapCache::none);
  cache.change(2);  // while it comes
  cache.arrive(2, 1);
  EXPECT_EQ(cache.claim(3, 1).changed, 2u);
  cache.arrive(3, 1);
  EXPECT_EQ(cache.claim(2, 1).changed, MapCache::none);
}

}  // namespace
}  // namespace icesim
