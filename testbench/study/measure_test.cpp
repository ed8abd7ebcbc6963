// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/measure.hpp"

#include "icesim/base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

RecordedResults results() {
  RecordedResults all;
  const auto add = [&](std::string path, std::uint64_t value, Unit unit) { all.statistics.push_back({std::move(path), value, unit, "", 0}); };
  add("latency.all.mean", 70, Unit::picoseconds);
  add("latency.read.p99", 99, Unit::picoseconds);
  add("latency.encrypted.count", 4, Unit::count);
  add("keys.cost.all", 10, Unit::picoseconds);
  add("driver.bytes_read", 300, Unit::bytes);
  add("driver.bytes_written", 700, Unit::bytes);
  add("simulated_time", 2'000'000'000'000, Unit::picoseconds);
  add("keyslots.hits", 3, Unit::count);
  add("keyslots.programs", 1, Unit::count);
  add("driver.failed", 5, Unit::count);
  all.statistics.push_back({"energy.all.high", 1, Unit::picojoules, "", 1});
  return all;
}

std::vector<Measure> read(const std::string& list) { return Measure::read(list, results().statistics); }
Wide value(const std::string& name) { return read(name).at(0).of(results()).value(); }

TEST(Measure, IsNamedOrAStatistic) {
  EXPECT_EQ(value("mean"), 70U);
  EXPECT_EQ(value("p99.read"), 99U);
  EXPECT_EQ(value("key-cost"), 3U) << "of four encrypted requests, rounded";
  EXPECT_EQ(value("throughput"), 500U);
  EXPECT_EQ(value("misses"), 250'000U);
  EXPECT_EQ(value("failed"), 5U);
  EXPECT_EQ(value("keyslots.hits"), 3U);
  EXPECT_TRUE(value("energy.all.high") == (Wide{1} << 64) + 1) << "longer than 64 bits";
}

TEST(Measure, HasAUnitAndADirection) {
  EXPECT_EQ(read("mean")[0].unit(), "ps");
  EXPECT_EQ(read("throughput")[0].unit(), "B/s");
  EXPECT_TRUE(read("throughput")[0].more_is_better());
  EXPECT_FALSE(read("misses")[0].more_is_better());
  EXPECT_EQ(read("driver.bytes_read")[0].unit(), "B");
}

TEST(Measure, IsNothingWhereResultsDoNotHaveIt) {
  EXPECT_FALSE(read("mean")[0].of({}));
  EXPECT_FALSE(read("misses")[0].of({}));
  RecordedResults idle = results();
  for (StatisticValue& each : idle.statistics) each.value = 0;
  EXPECT_FALSE(read("throughput")[0].of(idle)) << "no time passed";
}

TEST(Measure, OfAPatternAreAllThatFitOnce) {
  std::vector<std::string> names;
  for (const Measure& each : read("driver.*,keyslots.hits,mean,driver.bytes_read")) names.push_back(each.name());
  EXPECT_THAT(names, ElementsAre("driver.bytes_read", "driver.bytes_written", "driver.failed", "keyslots.hits", "mean"));
}

TEST(Measure, ThatIsNoneIsRefusedWithANearName) {
  const auto refusal = [](const std::string& list) {
    try {
      read(list);
    } catch (const UserError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(refusal("mena"), HasSubstr("'mena' is no measure and fits no statistic; did you mean mean?"));
  EXPECT_THAT(refusal("mean,"), HasSubstr("'' is no measure"));
  EXPECT_THAT(refusal("p99.nobody"), HasSubstr("'p99.nobody' is no measure"));
  EXPECT_THAT(refusal("nothing.*"), HasSubstr("fits no statistic"));
}

}  // namespace
}  // namespace icesim
