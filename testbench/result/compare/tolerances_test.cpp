// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/compare/tolerances.hpp"

#include "icesim/base/error.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

Tolerances of(std::initializer_list<const char*> lines) {
  Tolerances tolerances;
  for (const char* line : lines) tolerances.add(line, "--tolerance");
  return tolerances;
}

std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

std::string refusal_of(const char* line) {
  return refusal([line] { of({line}); });
}

TEST(Tolerances, PatternsFitTheWholeName) {
  EXPECT_TRUE(fits("latency.*.p99", "latency.all.p99"));
  EXPECT_TRUE(fits("*", "a.b"));
  EXPECT_TRUE(fits("a*b*c", "a.b.b.c"));
  EXPECT_TRUE(fits("a**", "a"));
  EXPECT_FALSE(fits("latency.*.p99", "latency.all.p999"));
  EXPECT_FALSE(fits("latency", "latency.all"));
  EXPECT_FALSE(fits("", "a"));
  EXPECT_FALSE(fits("a*b", "a.c"));
}

TEST(Tolerances, WithoutALineNothingMayMove) {
  EXPECT_TRUE(of({}).permits("a", Unit::count, 7, 7));
  EXPECT_FALSE(of({}).permits("a", Unit::count, 7, 8));
  EXPECT_FALSE(of({"b=1%"}).permits("a", Unit::count, 700, 701));
}

TEST(Tolerances, ASharePermitsItUpAndDownAndNoMore) {
  const Tolerances one = of({"a=1.5%"});
  EXPECT_TRUE(one.permits("a", Unit::count, 1000, 1015));
  EXPECT_FALSE(one.permits("a", Unit::count, 1000, 1016));
  EXPECT_TRUE(one.permits("a", Unit::count, 1000, 985));
  EXPECT_FALSE(one.permits("a", Unit::count, 1000, 984));
  EXPECT_FALSE(one.permits("a", Unit::count, 0, 1)) << "a share of nothing is nothing";
  EXPECT_TRUE(of({"a=0.0001%"}).permits("a", Unit::count, 1'000'000, 1'000'001));
  EXPECT_FALSE(of({"a=0.0001%"}).permits("a", Unit::count, 999'999, 1'000'000));
  const Wide largest = (Wide{1} << 100) - 1;
  EXPECT_FALSE(of({"a=10000%"}).permits("a", Unit::count, 1, largest)) << "no product overflows";
  EXPECT_TRUE(of({"a=10000%"}).permits("a", Unit::count, largest, 0));
}

TEST(Tolerances, AnAmountIsInTheUnitOfTheStatisticOrHasOne) {
  EXPECT_TRUE(of({"a=5"}).permits("a", Unit::picoseconds, 100, 95));
  EXPECT_FALSE(of({"a=5"}).permits("a", Unit::picoseconds, 100, 106));
  EXPECT_TRUE(of({"a=5ns"}).permits("a", Unit::picoseconds, 0, 5000));
  EXPECT_FALSE(of({"a=5ns"}).permits("a", Unit::picoseconds, 0, 5001));
  EXPECT_EQ(refusal([] { of({"a=5ns"}).permits("a", Unit::count, 0, 1); }),
            "--tolerance: a: '5ns' is not a count; write a plain integer");
}

TEST(Tolerances, TheLastLineThatFitsHolds) {
  const Tolerances two = of({"*=10%", "a=0"});
  EXPECT_FALSE(two.permits("a", Unit::count, 100, 101));
  EXPECT_TRUE(two.permits("b", Unit::count, 100, 110));
}

TEST(Tolerances, WhatIsNoLineIsRefused) {
  for (const char* line : {"", "a", "=1%", "a=", "a=%", "a=x%", "a=-1%", "a=-1", "a=1e3%", "a=.5%", "a=1.%", "a=+1"})
    EXPECT_NE(refusal_of(line), "") << line;
  EXPECT_EQ(refusal_of("a=0.00001%"), "--tolerance: 'a=0.00001%': more than four decimals");
  EXPECT_EQ(refusal_of("a=10000.1%"), "--tolerance: 'a=10000.1%': more than 10000 %");
  EXPECT_EQ(refusal_of("a=99999999999999999999999%"), "--tolerance: 'a=99999999999999999999999%': more than 10000 %");
  EXPECT_EQ(refusal_of("a"),
            "--tolerance: 'a' is no tolerance; write a line such as latency.*.p99=1% or keyslots.hits=5");
}

TEST(Tolerances, AFileHasCommentsAndItsLinesAreNamed) {
  Tolerances tolerances;
  tolerances.add_lines("# all\n\n  a = 1 %  # why\r\nb=2", "gate.txt");
  EXPECT_TRUE(tolerances.permits("a", Unit::count, 100, 101));
  EXPECT_TRUE(tolerances.permits("b", Unit::count, 100, 102));
  EXPECT_EQ(refusal([&] { tolerances.add_lines("a=1%\n\nc\n", "gate.txt"); }).substr(0, 14), "gate.txt:3: 'c");
}

TEST(Tolerances, APatternThatFitsNothingIsRefusedWithNearOnes) {
  const std::vector<std::string> names{"keyslots.hits", "keyslots.waits"};
  EXPECT_EQ(refusal([&] { of({"keyslots.hit=1%"}).check_names(names); }),
            "--tolerance: no statistic fits 'keyslots.hit'; did you mean keyslots.hits?");
  EXPECT_EQ(refusal([&] { of({"*.xyzzyxyzzy=1%"}).check_names(names); }),
            "--tolerance: no statistic fits '*.xyzzyxyzzy'; 'icesim describe statistics' lists them");
  of({"*.hits=1%"}).check_names(names);
}

}  // namespace
}  // namespace icesim
