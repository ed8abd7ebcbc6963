// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/axis.hpp"

#include "icesim/base/error.hpp"
#include "icesim/study/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A number, a time in steps, a flag and a choice.
struct Config {
  std::uint64_t slots = 32;
  Picoseconds time{200'000'000};
  bool flag = false;
  enum class Colour { red, green } colour = Colour::red;

  void describe(Fields& f) {
    static constexpr std::array<Choice, 2> colours{{{"red", "Red"}, {"green", "Green"}}};
    f("slots", slots, {1, 256}, choice("Slots"));
    f("time", time, {Picoseconds{0}, Picoseconds{1'000'000'000}, Picoseconds{1'000}}, choice("Time"));
    f("flag", flag, choice("Flag"));
    f("colour", colour, colours, choice("Colour"));
  }
};

std::vector<ParameterGroup> parameters() {
  static Config config;
  return list_parameters(parameters_of(config));
}

std::vector<std::string> values(const std::string& text) { return read_axis(text, parameters()).values; }

std::string refusal(const std::string& text) {
  try {
    read_axis(text, parameters());
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(Axis, IsAListOfValuesAsTheyAreWritten) {
  EXPECT_EQ(read_axis("slots=1,2,32", parameters()).name, "slots");
  EXPECT_THAT(values("slots=1,2,2,32"), ElementsAre("1", "2", "32"));
  EXPECT_THAT(values("colour=green,red"), ElementsAre("green", "red"));
  EXPECT_THAT(values("time=5us,1ms"), ElementsAre("5us", "1ms"));
  EXPECT_THAT(values("trace=a..b,c"), ElementsAre("a..b", "c")) << "of files nothing is a range";
}

TEST(Axis, HasStepsOfEqualDistanceWithBothEnds) {
  EXPECT_THAT(values("slots=1..9:5"), ElementsAre("1", "3", "5", "7", "9"));
  EXPECT_THAT(values("slots=1..2:5"), ElementsAre("1", "2")) << "numbers that come twice count once";
  EXPECT_THAT(values("time=0..1us:4"), ElementsAre("0ps", "333ns", "666ns", "1us")) << "on the steps of the range";
  EXPECT_THAT(values("slots=4,10..12:2"), ElementsAre("4", "10", "12"));
}

TEST(Axis, HasStepsThatGrow) {
  EXPECT_THAT(values("slots=1..64:x2"), ElementsAre("1", "2", "4", "8", "16", "32", "64"));
  EXPECT_THAT(values("slots=1..50:x4"), ElementsAre("1", "4", "16", "50"));
  EXPECT_THAT(values("time=1us..1ms:x10"), ElementsAre("1us", "10us", "100us", "1ms"));
}

TEST(Axis, KnowsTheDeclaredRange) {
  EXPECT_THAT(values("slots=range"), ElementsAre("1", "32", "256"));
  EXPECT_THAT(values("time=range"), ElementsAre("0ps", "200us", "1ms"));
  EXPECT_THAT(values("flag=range"), ElementsAre("false", "true"));
  EXPECT_THAT(values("colour=range"), ElementsAre("red", "green"));
}

TEST(Axis, RefusesWhatCannotBe) {
  EXPECT_EQ(refusal("slots"), "expected path=values");
  EXPECT_THAT(refusal("slotz=1"), HasSubstr("slotz is not a parameter; did you mean slots?"));
  EXPECT_EQ(refusal("slots=1,,2"), "a value is missing");
  EXPECT_THAT(refusal("slots=1..8"), HasSubstr("'1..8' does not say its steps"));
  EXPECT_EQ(refusal("slots=8..1:2"), "'8..1:2' begins above its end");
  EXPECT_EQ(refusal("slots=0..8:2"), "0 is outside 1..256");
  EXPECT_EQ(refusal("slots=1..8:1"), "'1..8:1': 1 values are not 2 to 100000");
  EXPECT_EQ(refusal("slots=1..8:x1"), "'1..8:x1': steps of x1 from 1 lead nowhere");
  EXPECT_EQ(refusal("time=0..1us:x2"), "'0..1us:x2': steps of x2 from 0ps lead nowhere");
}

TEST(Plan, IsEveryValueWithEveryOther) {
  const Plan plan = cross_product({{"a", {"1", "2"}}, {"b", {"x", "y"}}});
  EXPECT_THAT(plan.names, ElementsAre("a", "b"));
  EXPECT_THAT(plan.points, ElementsAre(ElementsAre("1", "x"), ElementsAre("1", "y"), ElementsAre("2", "x"), ElementsAre("2", "y")));
  EXPECT_THROW(cross_product({{"a", {"1"}}, {"a", {"2"}}}), UserError);
  const std::vector<std::string> many(1000, "1");
  EXPECT_THROW(cross_product({{"a", many}, {"b", many}}), UserError);
}

TEST(Plan, IsAListOfPoints) {
  const Plan plan = read_points("slots=1 time=5us # fast\n\n# all\ncolour=red slots=2\n", "p.txt", parameters());
  EXPECT_THAT(plan.names, ElementsAre("slots", "time", "colour"));
  EXPECT_THAT(plan.points, ElementsAre(ElementsAre("1", "5us", ""), ElementsAre("2", "", "red")));
  const auto refused = [](const std::string& text) {
    try {
      read_points(text, "p.txt", parameters());
    } catch (const UserError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(refused("slots=1\nslots\n"), "p.txt:2: 'slots' is not path=value");
  EXPECT_EQ(refused("slots=1 slots=2\n"), "p.txt:1: slots is there twice");
  EXPECT_THAT(refused("slotz=1\n"), HasSubstr("p.txt:1: slotz is not a parameter"));
  EXPECT_EQ(refused("# nothing\n"), "p.txt: has no point; a line is one: path=value path=value");
}

}  // namespace
}  // namespace icesim
