// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/compare/comparison.hpp"

#include "sides.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using test::compare;
using test::count;
using test::side;
using test::time;
using testing::ElementsAre;
using testing::IsEmpty;
using Kind = StatisticDifference::Kind;

TEST(Comparison, OfTheSameIsEqual) {
  const Comparison same = compare(side({time("a", 5), count("b", 6)}), side({time("a", 5), count("b", 6)}));
  EXPECT_FALSE(same.differs());
  EXPECT_THAT(same.names, ElementsAre("a", "b"));
  EXPECT_THAT(same.statistics, IsEmpty());
}

TEST(Comparison, OnePicosecondAndOneCountAreDifferences) {
  const Comparison moved =
      compare(side({time("a", 5), count("b", 6), count("c", 7)}), side({time("a", 6), count("b", 5), count("c", 7)}));
  EXPECT_TRUE(moved.differs());
  ASSERT_EQ(moved.statistics.size(), 2U);
  EXPECT_EQ(moved.statistics[0].path, "a");
  EXPECT_EQ(moved.statistics[0].difference(), "+1");
  EXPECT_EQ(moved.statistics[0].percent(), "+20.00 %");
  EXPECT_EQ(moved.statistics[1].difference(), "-1");
  EXPECT_EQ(moved.statistics[1].percent(), "-16.67 %");
}

TEST(Comparison, BeyondSixtyFourBitsNothingIsLost) {
  const StatisticValue before{"a", 5, Unit::picojoules, "", 1}, after{"a", 5, Unit::picojoules, "", 2};
  const Comparison moved = compare(side({before}), side({after}));
  ASSERT_EQ(moved.statistics.size(), 1U);
  EXPECT_EQ(moved.statistics[0].difference(), "+18446744073709551616");
}

TEST(Comparison, CyclesAreThoseOfTheClockThatTheTimeIsCountedIn) {
  const auto cycles_of = [](const std::string& path, std::uint64_t moved) {
    const Comparison comparison = compare(side({time(path, 1'000'000)}), side({time(path, 1'000'000 + moved)}));
    return comparison.statistics.at(0).cycles + " " + std::string(comparison.statistics.at(0).clock);
  };
  EXPECT_EQ(cycles_of("latency.all.mean", 3333), "+1 bus");
  EXPECT_EQ(cycles_of("latency.all.mean", 3334), "+1 bus") << "edges lie on whole picoseconds";
  EXPECT_EQ(cycles_of("stages.fetch", 33'333), "+10 bus");
  EXPECT_EQ(cycles_of("stages.crypto", 5000), "+1 ice");
  EXPECT_EQ(cycles_of("ice.to_host.busy", 2500), "+0.5 ice");
  EXPECT_EQ(cycles_of("stages.device", 2000), "+1 device");
  EXPECT_EQ(cycles_of("device.firmware_busy", 2020), "+1.01 device");
  EXPECT_EQ(cycles_of("stages.flash", 1406), "+1 nand");
  EXPECT_EQ(cycles_of("flash.die_busy", 1406), "+1 nand");
}

TEST(Comparison, AtALowGearTheEngineHasItsLowClock) {
  ComparedSide before = side({time("stages.crypto", 0)}), after = side({time("stages.crypto", 13'333)});
  for (Setting& each : before.results.config)
    if (each.path == "clocks.ice_low_gears") each.value = "4";
  EXPECT_EQ(compare(before, after).statistics.at(0).cycles, "+1");
  EXPECT_EQ(compare(before, after).statistics.at(0).clock, "ice_low");
}

TEST(Comparison, WithoutAClockThereAreNoCycles) {
  ComparedSide before = side({time("a", 0)});
  before.results.config.clear();
  EXPECT_EQ(compare(before, side({time("a", 1)})).statistics.at(0).cycles, "");
}

TEST(Comparison, WhatIsNewAndZeroIsNoDifferenceWhatIsGoneIs) {
  EXPECT_FALSE(compare(side({}), side({count("a", 0)})).differs());
  const Comparison added = compare(side({}), side({count("a", 1)}));
  EXPECT_TRUE(added.differs());
  EXPECT_EQ(added.statistics.at(0).kind, Kind::added);
  const Comparison gone = compare(side({count("a", 0)}), side({}), {});
  EXPECT_TRUE(gone.differs());
  EXPECT_EQ(gone.statistics.at(0).kind, Kind::gone);
  EXPECT_THAT(gone.names, ElementsAre("a"));
}

TEST(Comparison, AnotherUnitIsAnotherStatistic) {
  const Comparison comparison = compare(side({count("a", 5)}), side({time("a", 5)}), {"*=10000%"});
  EXPECT_TRUE(comparison.differs());
  EXPECT_EQ(comparison.statistics.size(), 2U);
}

TEST(Comparison, WhatIsWithinToleranceIsToldAndNoDifference) {
  const Comparison within =
      compare(side({count("a", 100), count("b", 1)}), side({count("a", 101), count("b", 1)}), {"a=1%"});
  EXPECT_FALSE(within.differs());
  EXPECT_EQ(within.count(Kind::within), 1U);
  EXPECT_TRUE(compare(side({count("a", 100)}), side({count("a", 98)}), {"a=1%"}).differs());
}

TEST(Comparison, ParametersThatDifferAreToldAndNoDifference) {
  ComparedSide before = side({}), after = side({});
  before.results.config.push_back({"old.way", "3"});
  before.results.config.push_back({"old.default", "3"});
  after.results.config.push_back({"new.default", "1"});
  after.results.config.push_back({"new.other", "2"});
  after.results.config[0].value = "400MHz";
  const Comparison comparison =
      compare(before, after, {}, {{"new.default", "1"}, {"new.other", "1"}, {"old.default", "3"}});
  EXPECT_FALSE(comparison.differs());
  std::vector<std::string> told;
  for (const SettingDifference& each : comparison.settings)
    told.push_back(each.path + " " + each.before + " " + each.after);
  EXPECT_THAT(told, ElementsAre("clocks.bus 300MHz 400MHz", "new.other  2", "old.way 3 "));
}

TEST(Comparison, TextsVersionsAndWarningsAreNoDifference) {
  ComparedSide before = side({count("a", 1)}), after = side({count("a", 1)});
  after.results.statistics[0].description = "in other words";
  after.results.version = "0.2.0";
  after.results.warnings = {"new"};
  before.results.warnings = {"old"};
  const Comparison comparison = compare(before, after);
  EXPECT_FALSE(comparison.differs());
  EXPECT_THAT(comparison.new_warnings, ElementsAre("new"));
  EXPECT_THAT(comparison.gone_warnings, ElementsAre("old"));
}

TEST(Comparison, OtherBytesOfATraceAreSaidAndAreNoDifference) {
  ComparedSide before = side({}), after = side({});
  before.results.trace.sha256 = "1";
  EXPECT_THAT(compare(before, after).other_trace, IsEmpty()) << "one side does not tell";
  after.results.trace.sha256 = "2";
  before.results.command = "icesim run a";
  after.results.command = "icesim run b";
  EXPECT_THAT(compare(before, after).other_trace, ElementsAre("SHA-256 1 -> 2"));
  EXPECT_FALSE(compare(before, after).differs());
  after.results.trace.sha256.clear();
  after.results.trace.files = {{"a", "3"}, {"b", "4"}};
  EXPECT_THAT(compare(before, after).other_trace, ElementsAre("SHA-256 1 -> 3, 4"));
}

TEST(Comparison, AnotherTraceIsSaidAndCountsWhereItIsSure) {
  ComparedSide before = side({}), after = side({});
  after.results.trace.name = "b.icetrace";
  EXPECT_FALSE(compare(before, after).differs());
  EXPECT_THAT(compare(before, after).other_trace, ElementsAre("name a.icetrace -> b.icetrace"));
  after = side({});
  after.results.trace.requests = 11;
  EXPECT_TRUE(compare(side({}), after).differs());
}

const std::string head = "id,arrived_ps,ended_ps,latency_ps,operation,keyslot,vm,cpu_ps,device_ps,flash_ps\n";

Comparison compare_logs(const std::string& before, const std::string& after,
                        std::initializer_list<const char*> tolerances = {}) {
  ComparedSide old = side({count("a", 100)}), fresh = side({count("a", 100)});
  old.requests = before;
  old.requests_name = "old.csv";
  fresh.requests = after;
  fresh.requests_name = "new.csv";
  return compare(old, fresh, tolerances);
}

TEST(RequestDifference, IsTheFirstRequestAndItsFirstStage) {
  const std::string first = "1,0,10,10,read,,0,1,4,5\n";
  EXPECT_FALSE(compare_logs(head + first, head + first).differs());
  const Comparison moved =
      compare_logs(head + first + "2,0,30,30,write,3,0,10,10,10\n3,0,99,99,read,,0,1,1,97\n",
                   head + first + "2,0,2033,2033,write,4,0,10,2010,13\n3,0,98,98,read,,0,1,1,96\n");
  EXPECT_TRUE(moved.differs()) << "though no statistic moved";
  ASSERT_TRUE(moved.request);
  EXPECT_EQ(moved.request->id, "2");
  EXPECT_EQ(moved.request->first.column, "device_ps");
  EXPECT_EQ(moved.request->difference(), "+2000");
  EXPECT_EQ(moved.request->cycles, "+1");
  EXPECT_EQ(moved.request->clock, "device");
  std::vector<std::string> others;
  for (const auto& each : moved.request->others) others.push_back(each.column);
  EXPECT_THAT(others, ElementsAre("ended_ps", "latency_ps", "keyslot", "flash_ps"));
}

TEST(RequestDifference, IsNoneOfItsOwnWhereTolerancesWereGiven) {
  const Comparison moved =
      compare_logs(head + "1,0,10,10,read,,0,1,4,5\n", head + "1,0,11,11,read,,0,1,5,5\n", {"a=1%"});
  EXPECT_TRUE(moved.request);
  EXPECT_FALSE(moved.differs());
}

TEST(RequestDifference, FindsARequestThatEndedLaterThere) {
  const Comparison moved = compare_logs(head + "1,0,10,10,read,,0,1,4,5\n2,0,12,12,read,,0,1,4,7\n",
                                        head + "2,0,12,12,read,,0,1,4,7\n1,0,13,13,read,,0,1,4,8\n");
  EXPECT_EQ(moved.request->id, "1");
  EXPECT_EQ(moved.request->first.column, "flash_ps");
}

TEST(RequestDifference, OneThatIsMissingIsSaid) {
  const std::string first = "1,0,10,10,read,,0,1,4,5\n", second = "2,0,12,12,write,,0,1,4,7\n";
  EXPECT_EQ(compare_logs(head + first + second, head + first).request->only_in, "old");
  EXPECT_EQ(compare_logs(head + first, head + first + second).request->only_in, "new");
  EXPECT_EQ(compare_logs(head + first, head + first + second).request->id, "2");
}

TEST(RequestDifference, AColumnThatIsNewAndZeroIsNone) {
  const std::string longer =
      "id,arrived_ps,ended_ps,latency_ps,operation,keyslot,vm,cpu_ps,device_ps,flash_ps,dream_ps\n";
  EXPECT_FALSE(compare_logs(head + "1,0,10,10,read,,0,1,4,5\n", longer + "1,0,10,10,read,,0,1,4,5,0\n").differs());
  const Comparison moved = compare_logs(head + "1,0,10,10,read,,0,1,4,5\n", longer + "1,0,10,10,read,,0,1,3,5,1\n");
  EXPECT_EQ(moved.request->first.column, "device_ps");
  EXPECT_TRUE(compare_logs(head + "1,0,10,10,read,,0,1,4,5\n", head + "1,0,10,10,read,0,0,1,4,5\n").differs())
      << "keyslot 0 is not the same as no keyslot";
}

TEST(RequestDifference, WhatIsNoLogIsNamed) {
  const auto refusal = [](const std::string& before, const std::string& after) -> std::string {
    try {
      compare_logs(before, after);
    } catch (const std::exception& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(refusal("", head), "old.csv:1: not the columns of 'icesim run --requests'");
  EXPECT_EQ(refusal(head, "a,b\n1,2\n"), "new.csv:1: not the columns of 'icesim run --requests'");
  EXPECT_THAT(refusal(head + "1,2\n", head + "1,0,10,10,read,,0,1,4,5\n"),
              testing::HasSubstr("old.csv:2: 2 values in a log of 10 columns"));
  EXPECT_THAT(refusal(head + "1,0,10,10,read,,0,1,4,5\n", head + "1,0,10,10,read,,0,1,4,x\n"), "");
  EXPECT_EQ(refusal(head + "1,0,10,10,read,,0,1,4,99999999999999999999999\n", head),
            "old.csv:2: flash_ps: the value is too long");
}

}  // namespace
}  // namespace icesim
