// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/keyslot_advice.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/stages.hpp"
#include "icesim/study/keyslot_search.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

KeyslotPoint point(std::uint64_t keyslots, Picoseconds mean) {
  KeyslotPoint result;
  result.keyslots = keyslots;
  result.value = result.whole = mean.n;
  result.simulated_time = 100_s;
  result.requests = 10;
  for (const StageName& stage : stages) result.stages.push_back({std::string(stage.name), TimeSum{}});
  return result;
}

KeyslotSweep sweep(std::vector<KeyslotPoint> points) {
  KeyslotSweep result;
  result.trace = "t";
  result.points = std::move(points);
  return result;
}

KeyslotSweep usual() { return sweep({point(1, 200_us), point(2, 101'001_ns), point(4, 101_us), point(256, 100_us)}); }

TEST(KeyslotAdvice, IsTheSmallestNumberWithinAPercentOfTheBest) {
  const KeyslotAdvice advice = keyslot_advice(usual(), {});
  EXPECT_EQ(advice.keyslots, 4U);
  EXPECT_EQ(advice.reason,
            "The mean latency of encrypted requests is 101.00 us with 4 keyslots, within 1 % of the best, 100.00 us with 256; with 2 it is "
            "1.0 % higher.");
  EXPECT_THAT(advice.remarks, IsEmpty());
  EXPECT_EQ(keyslot_advice(usual(), {"mean", "encrypted", 20'000}).keyslots, 2U);
  EXPECT_EQ(keyslot_advice(usual(), {"mean", "encrypted", 0}).keyslots, 256U);
}

TEST(KeyslotAdvice, SaysWhenNothingSmallerWasTried) {
  EXPECT_THAT(keyslot_advice(sweep({point(4, 100_us), point(8, 100_us)}), {}).reason, HasSubstr("with 4 keyslots, the best of all tried; no fewer were tried."));
  EXPECT_EQ(keyslot_advice(sweep({point(1, 100_us)}), {}).reason, "The mean latency of encrypted requests is 100.00 us with 1 keyslot, the best of all tried.");
  EXPECT_THROW(keyslot_advice(sweep({}), {}), Bug);
}

TEST(KeyslotAdvice, ComparesWithTheBestAndSaysWhyMoreIsWorse) {
  KeyslotSweep odd = sweep({point(1, 200_us), point(8, 90_us), point(256, 100_us)});
  odd.points[2].stages[static_cast<std::size_t>(Stage::keyslot_lock)].total = TimeSum{} + 80_us;
  odd.points[2].stages[static_cast<std::size_t>(Stage::cpu)].total = TimeSum{} + 20_us;
  const KeyslotAdvice advice = keyslot_advice(odd, {});
  EXPECT_EQ(advice.keyslots, 8U);
  EXPECT_THAT(advice.remarks, ElementsAre("More keyslots make it worse: with 256 it is 11.1 % higher than with 8; a request spends 8.00 us more in "
                                          "keyslot_lock (another key is being programmed)."));
}

TEST(KeyslotAdvice, SaysWhereTheReplayDoesNotKeepItsPace) {
  KeyslotSweep slow = usual();
  EXPECT_THAT(keyslot_advice(slow, {}).remarks, IsEmpty());
  slow.points[0].lag = slow.points[1].lag = 2_s;
  slow.points[2].lag = 900_ms;
  EXPECT_THAT(keyslot_advice(slow, {}).remarks,
              ElementsAre(HasSubstr("does not keep the trace's pace with 2 keyslots or fewer; with 2 it ends 2.000 s behind it")));
  slow.points[2].lag = slow.points[3].lag = 3_s;
  EXPECT_THAT(keyslot_advice(slow, {}).remarks, ElementsAre(HasSubstr("with any number of keyslots; with 256 it ends 3.000 s behind")));
}

TEST(KeyslotAdvice, IsNothingFromARunWithFailures) {
  KeyslotSweep failing = usual();
  failing.points[1].failed = 6059;
  const KeyslotAdvice advice = keyslot_advice(failing, {});
  EXPECT_EQ(advice.keyslots, 0U);
  EXPECT_EQ(advice.reason, "With 2 keyslots 6,059 requests failed, and a run with failures says nothing about keyslots; 'icesim run' tells what failed.");
}

TEST(KeyslotAdvice, OfThroughputTakesTheMost) {
  KeyslotSweep fast = sweep({point(1, 50_us), point(2, 99_us), point(4, 100_us)});
  const KeyslotAdvice advice = keyslot_advice(fast, {"throughput", "all", 10'000});
  EXPECT_EQ(advice.keyslots, 2U);
  EXPECT_THAT(advice.reason, HasSubstr("with 1 it is 50.0 % lower."));
}

TEST(KeyslotAdvice, OfSeveralTracesIsThatOfTheWorstAndOfTheMean) {
  KeyslotSizing sizing;
  sizing.traces = {usual(), sweep({point(1, 300_us), point(2, 100_us), point(4, 100_us), point(256, 100_us)})};
  sizing.traces[1].trace = "u";
  advise(sizing);
  EXPECT_EQ(sizing.traces[0].advice.keyslots, 4U);
  EXPECT_EQ(sizing.traces[1].advice.keyslots, 2U);
  EXPECT_EQ(sizing.every.keyslots, 4U);
  EXPECT_EQ(sizing.every.reason, "It is what t needs, the most of all.");
  EXPECT_EQ(sizing.mean.keyslots, 2U) << sizing.mean.reason;
  sizing.traces[1].points[0].failed = 1;
  advise(sizing);
  EXPECT_EQ(sizing.every.keyslots, 0U);
  EXPECT_THAT(sizing.every.reason, HasSubstr("u: With 1 keyslot 1 request failed"));
}

/// Searches as `slots` does, where so many keyslots are needed; how many were tried.
std::size_t search(std::uint64_t needed, std::uint64_t& found) {
  const KeyslotMetric metric;
  std::vector<TriedKeyslots> tried;
  const auto try_it = [&](std::uint64_t keyslots) {
    const Wide value = keyslots < needed ? 200 : 100;
    const auto at = std::find_if(tried.begin(), tried.end(), [&](const TriedKeyslots& each) { return each.keyslots > keyslots; });
    tried.insert(at, {keyslots, value, value});
  };
  for (const std::uint64_t keyslots : {1, 2, 4, 8, 16, 32, 64, 256}) try_it(keyslots);
  while (true) {
    const auto next = next_keyslots(tried, metric);
    if (next.empty()) break;
    for (const std::uint64_t keyslots : next) try_it(keyslots);
  }
  found = smallest_good(tried, metric).keyslots;
  return tried.size();
}

TEST(KeyslotSearch, FindsTheSmallestNumberBetweenPowersOfTwo) {
  for (std::uint64_t needed = 1; needed <= 256; ++needed) {
    std::uint64_t found = 0;
    EXPECT_LE(search(needed, found), 8U + 2U * 5U);
    EXPECT_EQ(found, needed);
  }
}

TEST(KeyslotSearch, OfSeveralTracesHasTheMeanWhereAllHaveTried) {
  const auto means = mean_of({sweep({point(1, 100_us), point(2, 50_us)}), sweep({point(2, 100_us), point(4, 10_us)})});
  ASSERT_EQ(means.size(), 1U);
  EXPECT_EQ(means[0].keyslots, 2U);
  EXPECT_TRUE(means[0].value == (75_us).n);
}

TEST(KeyslotSearch, WithinIsAShareOfTheWhole) {
  const TriedKeyslots best{256, 1, 100};
  EXPECT_TRUE(is_good({4, 2, 100}, best, {})) << "of key cost a percent of the latency, not of the cost";
  EXPECT_FALSE(is_good({2, 3, 100}, best, {}));
}

}  // namespace
}  // namespace icesim
