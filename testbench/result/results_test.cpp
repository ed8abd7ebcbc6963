// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/results.hpp"

#include "icesim/result/parameter_reader.hpp"
#include "icesim/result/parameter_writer.hpp"
#include "sample_results.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim {
namespace {

using testing::ElementsAre;
using Json = nlohmann::ordered_json;

TEST(Results, FindsStatisticsByPath) {
  const Results results = sample::results();
  ASSERT_NE(results.find("keyslots.hits"), nullptr);
  EXPECT_EQ(results.value("keyslots.hits"), results.find("keyslots.hits")->value);
  EXPECT_EQ(results.find("nothing"), nullptr);
  EXPECT_EQ(results.value("nothing"), 0U);
}

TEST(Results, SharesAreRoundedPartsPerMillionOfAllStages) {
  Results results;
  results.stages = {{"a", Picoseconds{1}}, {"b", Picoseconds{2}}};
  EXPECT_EQ(results.share_ppm(results.stages[0]), 333'333U);
  EXPECT_EQ(results.share_ppm(results.stages[1]), 666'667U);
  results.stages = {{"a", {}}};
  EXPECT_EQ(results.share_ppm(results.stages[0]), 0U);
  EXPECT_EQ(parts_per_million(~std::uint64_t{0}, ~std::uint64_t{0}), 1'000'000U);
}

TEST(AssumptionWarnings, NameAssumptionsOnlyWhenTheirStageHoldsATenth) {
  Results results = sample::results();
  results.stages = {{"ice", Picoseconds{99'999}}, {"flash", Picoseconds{900'001}}};
  EXPECT_THAT(assumption_warnings(results),
              ElementsAre("device.flash.read = 40us is an assumption and stage flash holds 90.0 % of the latency"));
  results.stages = {{"ice", Picoseconds{100'000}}, {"flash", Picoseconds{900'000}}};
  EXPECT_THAT(assumption_warnings(results),
              ElementsAre("ice.wake = 5us is an assumption and stage ice holds 10.0 % of the latency",
                          "device.flash.read = 40us is an assumption and stage flash holds 90.0 % of the latency"));
  results.stages.clear();
  EXPECT_TRUE(assumption_warnings(results).empty());
}

TEST(AssumptionsInShort, CountThoseWithARangeAndNameTheirStages) {
  Results results = sample::results();
  EXPECT_EQ(assumptions_in_short(results), "3 values without a source, in stages flash, ice") << "the longest first";
  results.stages[1].total = TimeSum{};
  EXPECT_EQ(assumptions_in_short(results), "3 values without a source, in stages ice");
  results.stages.clear();
  EXPECT_EQ(assumptions_in_short(results), "3 values without a source");
  results.config.clear();
  EXPECT_EQ(assumptions_in_short(results), "");
}

TEST(ResultsJson, HoldsEveryMemberInOrder) {
  const Results results = sample::results();
  const Json json = Json::parse(results_json(results));
  std::vector<std::string> keys;
  for (const auto& item : json.items()) keys.push_back(item.key());
  EXPECT_THAT(keys, ElementsAre("icesim", "trace", "config", "statistics", "stages", "warnings"));
  EXPECT_EQ(json["trace"]["name"], "phone.csv");
  EXPECT_FALSE(json["trace"].contains("sha256"));
  EXPECT_EQ(json["config"], Json::parse(parameters_json(results.config)));
  const Json& time = json["statistics"]["simulated_time"];
  EXPECT_EQ(time["value"], results.value("simulated_time"));
  EXPECT_EQ(time["unit"], "ps");
  EXPECT_EQ(time["description"], "Simulated time.");
  EXPECT_EQ(json["stages"][0]["share_ppm"], results.share_ppm(results.stages[0]));
  EXPECT_EQ(json["warnings"].size(), all_warnings(results).size());
}

TEST(ResultsJson, IsItselfAPlatform) {
  sample::Config used;
  used.ice.num_keyslots = 9;
  used.mode = sample::Mode::closed;
  Results results = sample::results();
  results.config = list_parameters(parameters_of(used));
  sample::Config again;
  read_parameters(results_json(results), "results.json", parameters_of(again));
  EXPECT_EQ(parameters_json(list_parameters(parameters_of(again))), parameters_json(results.config));
}

TEST(ResultsJson, HoldsSumsOfMoreThan64BitsWithAllTheirDigits) {
  Results results = sample::results();
  results.stages[0].total = Picoseconds{~std::uint64_t{0}};
  results.stages[0].total += Picoseconds{2};
  results.statistics.push_back({"stages.ice", 1, Unit::picoseconds, "x", 1});
  results.trace.name = "\x01" "12.csv";
  const std::string text = results_json(results);
  EXPECT_NE(text.find("\"total_ps\": 18446744073709551617,"), std::string::npos);
  EXPECT_NE(text.find("\"value\": 18446744073709551617,"), std::string::npos);
  EXPECT_EQ(Json::parse(text)["trace"]["name"], "\\x0112.csv") << "a text stays a text, and is printable";
  EXPECT_EQ(Json::parse(text)["stages"][1]["total_ps"], results.stages[1].total.mean(1).n);
}

TEST(ResultsJson, HasNoFloatingPointAndSurvivesBrokenText) {
  Results results = sample::results();
  results.trace.name = "broken \xff name";
  const Json json = Json::parse(results_json(results));
  const Json flat = json.flatten();
  for (const auto& item : flat.items()) EXPECT_FALSE(item.value().is_number_float()) << item.key();
  EXPECT_EQ(results_json(results), results_json(results));
}

}  // namespace
}  // namespace icesim
