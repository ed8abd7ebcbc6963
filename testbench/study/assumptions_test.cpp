// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/assumptions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using testing::ElementsAre;

struct Power {
  std::uint64_t low = 1;
  void describe(Fields& f) { f("low", low, {0, 9}, assumption("Low", "nobody says")); }
};

struct Energy {
  std::uint64_t low = 1;
  Power standing;
  void describe(Fields& f) {
    f("low", low, {0, 9}, assumption("Low", "nobody says"));
    f.group("standing", standing, "Powers");
  }
};

struct Assumed {
  Picoseconds call{50'000'000};
  std::uint64_t depth = 1;
  std::uint64_t known = 4;
  bool flag = false;
  Energy energy;

  void describe(Fields& f) {
    f("call", call, {Picoseconds{5'000'000}, Picoseconds{200'000'000}}, assumption("Call", "nobody says"));
    f("depth", depth, {1, 32}, assumption("Depth", "nobody says"));
    f("known", known, {1, 8}, fact("Known", "a data sheet"));
    f("flag", flag, assumption("Flag", "nobody says"));
    f.group("energy", energy, "Energies");
  }
};

TEST(Assumptions, HaveTwoEndsButWhereTheirValueLies) {
  Assumed config;
  std::vector<std::string> ends;
  for (const AssumptionEnd& end : assumption_ends(list_parameters(parameters_of(config)))) ends.push_back(end.parameter.path + "=" + end.text());
  EXPECT_THAT(ends, ElementsAre("call=5us", "call=200us", "depth=32"));
}

Parameter parameter(Unit unit, std::uint64_t step = 1) {
  Parameter result;
  result.unit = unit;
  result.range.step = step;
  return result;
}

TEST(Assumptions, AreHalvedByTheirFactorWhereTheyAreFarApart) {
  const Parameter time = parameter(Unit::picoseconds);
  EXPECT_EQ(value_between(time, 1'000, 100'000), 10'000U);
  EXPECT_EQ(value_between(time, 100'000, 1'000), 10'000U);
  EXPECT_EQ(value_between(time, 0, 100'000), 50'000U) << "nothing is a factor of 0";
  EXPECT_EQ(value_between(time, 10'000, 20'000), 15'000U);
  EXPECT_EQ(value_between(time, 50'000, 10'000'000), 700'000U) << "707107, with two digits";
  EXPECT_EQ(value_between(parameter(Unit::bytes), 4096, 2 << 20) % 1024, 0U);
  EXPECT_EQ(value_between(parameter(Unit::count, 4), 4, 16), 8U);
}

TEST(Assumptions, ThatAreNeighboursHaveNothingBetween) {
  EXPECT_EQ(value_between(parameter(Unit::count), 3, 4), 3U);
  EXPECT_EQ(value_between(parameter(Unit::count), 4, 3), 4U);
  for (std::uint64_t from = 0, to = 1'000'000'007; ;) {
    const std::uint64_t between = value_between(parameter(Unit::count), from, to);
    if (between == from || between == to) break;
    ASSERT_GT(between, from);
    ASSERT_LT(between, to);
    to = between;
  }
}

}  // namespace
}  // namespace icesim
