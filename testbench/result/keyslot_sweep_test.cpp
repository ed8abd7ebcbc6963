// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/keyslot_sweep.hpp"

#include "icesim/base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim {
namespace {

using namespace literals;
using testing::ContainsRegex;
using testing::HasSubstr;

KeyslotPoint point(std::uint64_t keyslots, Picoseconds mean) {
  return {keyslots, 90, 10, 1234, mean, 2 * mean, 1_MiB, 1_s};
}

KeyslotSweep sweep() {
  KeyslotSweep result;
  result.references = 300;
  result.keys = 7;
  result.misses = {300, 200, 100, 7};
  result.points = {point(1, 200_us), point(2, 101'001_ns), point(4, 101_us), point(256, 100_us)};
  return result;
}

TEST(KeyslotAdvice, IsTheSmallestNumberWithinOnePercentOfTheReference) {
  const KeyslotAdvice advice = keyslot_advice(sweep());
  EXPECT_EQ(advice.keyslots, 4U);
  EXPECT_EQ(advice.reason,
            "4 keyslots give a mean latency of 101.00 us, within 1 % of the 100.00 us with 256; with 2 it is 1.0 % "
            "higher.");
}

TEST(KeyslotAdvice, SaysWhenNothingSmallerWasTried) {
  KeyslotSweep flat = sweep();
  flat.points = {point(1, 100_us), point(256, 100_us)};
  EXPECT_EQ(keyslot_advice(flat).keyslots, 1U);
  EXPECT_THAT(keyslot_advice(flat).reason, HasSubstr("no fewer were tried"));
  flat.points.clear();
  EXPECT_THROW(keyslot_advice(flat), Bug);
}

TEST(KeyslotAdvice, TakesASmallerNumberThatIsFasterThanTheReference) {
  KeyslotSweep odd = sweep();
  odd.points = {point(1, 90_us), point(256, 100_us)};
  EXPECT_EQ(keyslot_advice(odd).keyslots, 1U);
}

TEST(KeyslotSweepText, ShowsOneLinePerNumberOfKeyslots) {
  const std::string text = keyslot_sweep_text(sweep());
  EXPECT_THAT(text, HasSubstr("300 requests with one of 7 keys\n"));
  EXPECT_THAT(text, ContainsRegex("\n +2 +66.7 % +10.0 % +1,234 +101.00 +202.00 +1.0\n"));
  EXPECT_THAT(text, ContainsRegex("\n +256 +- +10.0 %"));
  EXPECT_THAT(text, HasSubstr("recommended: 4\n"));
}

TEST(KeyslotSweepText, ShowsTheFewestProgramsWhereTheyWereCounted) {
  EXPECT_THAT(keyslot_sweep_text(sweep()), testing::Not(HasSubstr("at best")));
  EXPECT_THAT(keyslot_sweep_json(sweep()), testing::Not(HasSubstr("fewest")));
  KeyslotSweep counted = sweep();
  for (KeyslotPoint& each : counted.points) each.fewest_programs = 9;
  const std::string text = keyslot_sweep_text(counted);
  EXPECT_THAT(text, HasSubstr("misses  at best  waits"));
  EXPECT_THAT(text, ContainsRegex("\n +2 +66.7 % +10.0 % +9.0 % +1,234 +101.00"));
  EXPECT_EQ(nlohmann::json::parse(keyslot_sweep_json(counted))["simulated"][0]["fewest_miss_rate"].dump(), "0.09");
}

TEST(KeyslotSweepJson, HoldsTheCurveThePointsAndTheAdvice) {
  using Json = nlohmann::ordered_json;
  const std::string text = keyslot_sweep_json(sweep());
  const Json json = Json::parse(text);
  EXPECT_EQ(json["miss_curve"]["2"].dump(), "0.666667");
  EXPECT_EQ(json["miss_curve"].size(), sweep().misses.size());
  EXPECT_EQ(json["misses"]["4"], 7);
  EXPECT_EQ(json["references"], 300);
  EXPECT_EQ(json["simulated"].size(), sweep().points.size());
  EXPECT_EQ(json["simulated"][0]["mean_ps"], (200_us).n);
  EXPECT_EQ(json["simulated"][0]["miss_rate"].dump(), "0.1");
  EXPECT_EQ(json["simulated"][0]["throughput_bytes_per_second"], (1_MiB).n);
  EXPECT_EQ(json["recommended"], 4);
  EXPECT_EQ(text, keyslot_sweep_json(sweep()));
}

TEST(KeyslotSweep, RecommendsNothingFromARunWithFailures) {
  KeyslotSweep failing = sweep();
  failing.points[1].failed = 6059;
  EXPECT_EQ(keyslot_advice(failing).keyslots, 0U);
  const std::string why = "With " + std::to_string(failing.points[1].keyslots) +
                          " keyslots 6,059 requests failed, and a run with failures says nothing about keyslots; 'icesim run' "
                          "tells what failed.";
  EXPECT_EQ(keyslot_advice(failing).reason, why);
  EXPECT_THAT(keyslot_sweep_text(failing), HasSubstr("recommended: nothing\n" + why + "\n"));
  EXPECT_THAT(keyslot_sweep_text(failing), HasSubstr("MB/s  failed\n"));
  EXPECT_THAT(keyslot_sweep_text(sweep()), testing::Not(HasSubstr("failed")));
  failing.warnings = {"a\x1b[31m"};
  EXPECT_THAT(keyslot_sweep_text(failing), HasSubstr("  a\\x1b[31m\n"));
  const auto json = nlohmann::json::parse(keyslot_sweep_json(failing));
  EXPECT_TRUE(json["recommended"].is_null());
  EXPECT_EQ(json["reason"], why);
  EXPECT_EQ(json["simulated"][1]["failed"], 6059);
}

}  // namespace
}  // namespace icesim
