// SPDX-License-Identifier: Apache-2.0
#include "testbench/cli/program.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim::cli {
namespace {

using testing::HasSubstr;
using Json = nlohmann::ordered_json;

Outcome slots_of(std::vector<std::string> more, const std::string& limit = "500") {
  std::vector<std::string> words{"slots", trace, "-s", "replay.limit=" + limit};
  words.insert(words.end(), more.begin(), more.end());
  return icesim(words);
}

Json json_of(std::vector<std::string> more, const std::string& limit = "500") {
  more.insert(more.end(), {"-o", "-"});
  const Outcome outcome = slots_of(more, limit);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return Json::parse(outcome.out);
}

Json point_with(const Json& sweep, std::uint64_t keyslots) {
  for (const Json& point : sweep["simulated"])
    if (point["keyslots"] == keyslots) return point;
  return {};
}

TEST(SlotsOver, AnswersForEachPathAsAlone) {
  const Json all = json_of({"--over", "crypto.path=registers,firmware,prdt,none"});
  ASSERT_EQ(all["alternatives"].size(), 4U);
  for (std::size_t i = 0; i < 2; ++i) {
    const Json& row = all["alternatives"][i];
    const Json alone = json_of({"-s", "crypto.path=" + row["values"][0].get<std::string>()});
    EXPECT_EQ(row["recommended"], alone["recommended"]);
    EXPECT_EQ(row["simulated"], point_with(alone, alone["recommended"]));
  }
  EXPECT_GT(all["alternatives"][1]["recommended"], all["alternatives"][0]["recommended"]);
  for (std::size_t i = 2; i < 4; ++i) {
    const Json& row = all["alternatives"][i];
    EXPECT_EQ(row["has_keyslots"], false);
    EXPECT_TRUE(row["recommended"].is_null());
    const Json run = Json::parse(icesim({"run", trace, "-s", "replay.limit=500", "-s", "crypto.path=" + row["values"][0].get<std::string>(), "-o", "-"}).out);
    EXPECT_EQ(row["simulated"]["mean_ps"], run["statistics"]["latency.all.mean"]["value"]);
    EXPECT_EQ(row["simulated"]["key_bits"], 0);
  }
  EXPECT_THAT(slots_of({"--over", "crypto.path=registers,prdt"}).out, testing::ContainsRegex("\nprdt +no keyslots "));
}

TEST(SlotsOver, CombinesAndTellsWhatCannotBe) {
  const Json all = json_of({"--over", "crypto.path=registers,prdt", "--over", "keys.replacement=lru,fifo", "--counts", "4"});
  EXPECT_EQ(all["over"].dump(), R"(["crypto.path","keys.replacement"])");
  EXPECT_EQ(all["alternatives"].size(), 4U);
  // The whole trace has a virtual machine here, without which there are no shares.
  const Outcome outcome = slots_of({"--over", "crypto.path=registers,none", "--vm", "android=process:*", "-s", "keyslots.partition=host:16,android:16"});
  EXPECT_EQ(outcome.exit_code, 2) << outcome.out;
  EXPECT_THAT(outcome.err, HasSubstr("all alternatives are refused; the first: "));
}

TEST(SlotsOver, RefusesWhatDoesNotGoWithIt) {
  const auto error = [](std::vector<std::string> more) { return slots_of(std::move(more)).err; };
  EXPECT_EQ(error({"--over", "keyslots.num_keyslots=1,2"}), "icesim: --over keyslots.num_keyslots: slots tries its own numbers of keyslots\n");
  EXPECT_EQ(error({"--over", "crypto.path=registers", "-s", "crypto.path=firmware"}),
            "icesim: --set crypto.path has no effect: the study tries its own values\n");
  EXPECT_EQ(error({"--over", "crypto.path=registers", "--sensitivity"}), "icesim: --sensitivity has no effect: --over compares systems\n");
  EXPECT_THAT(error({"--over", "crypto.paths=registers"}), HasSubstr("did you mean crypto.path?"));
  EXPECT_EQ(icesim({"slots", trace, trace, "--over", "crypto.path=registers"}).err, "icesim: --over goes with one trace\n");
}

TEST(SlotsSpread, IsOfWindowsOfHalfTheTrace) {
  const Json whole = json_of({"-p", "phone-qcom"});
  ASSERT_TRUE(whole.contains("spread"));
  const std::uint64_t fewer = whole["spread"]["fewer"], keyslots = whole["spread"]["keyslots"];
  EXPECT_EQ(keyslots, whole["recommended"]);
  ASSERT_EQ(whole["spread"]["parts_ppm"].size(), 8U);
  const auto difference = [&](const Json& sweep) {
    const double less = point_with(sweep, fewer)["value"], more = point_with(sweep, keyslots)["value"];
    return (less - more) / more * 1e6;
  };
  EXPECT_NEAR(whole["spread"]["whole_ppm"].get<double>(), difference(whole), 1);
  // The first window is the first half, which can be had without windows.
  const Json half = json_of({"--counts", std::to_string(fewer) + "," + std::to_string(keyslots), "-p", "phone-qcom"}, "250");
  EXPECT_NEAR(whole["spread"]["parts_ppm"][0].get<double>(), difference(half), 1);
  const Json& parts = whole["spread"]["parts_ppm"];
  EXPECT_NE(parts[0], parts[7]) << "the second half is another one";
  EXPECT_THAT(slots_of({"-p", "phone-qcom"}).out, HasSubstr("\nspread: with " + std::to_string(fewer) + " it is "));
  EXPECT_FALSE(half.contains("spread")) << "whoever names numbers gets these";
}

}  // namespace
}  // namespace icesim::cli
