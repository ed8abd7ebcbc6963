// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/study/sweep.hpp"

#include "icesim/base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

Sweep sweep() {
  Sweep all;
  all.version = "0.1.0";
  all.platform = "phone";
  all.keys = "recorded";
  all.traces = {{"t.icetrace", "abc"}};
  all.names = {"keyslots.num_keyslots", "crypto.path"};
  all.measures = {{"mean", "ps", false}, {"throughput", "B/s", true}, {"misses", "ppm", false}, {"energy.all.high", "pJ", false}, {"keyslots.waits", "count", false}};
  all.count = 3;
  all.points.resize(3);
  all.points[0] = {1, {"1", "registers"}, "", 0, {Wide{71'713'076}, Wide{10'417'309}, Wide{400'000}, Wide{1} << 70, Wide{1234}}, false, false};
  all.points[1] = {2, {"2", ""}, "", 0, {Wide{0}, std::nullopt, Wide{5}, Wide{12'345'678}, Wide{0}}, false, false};
  all.points[2] = {3, {"4", "prdt"}, "no keyslots, \"none\"", 0, {}, false, false};
  all.points[2].measures.resize(5);
  return all;
}

TEST(SweepText, IsATableWithWhatWasRefusedBelow) {
  const std::string text = sweep_text(sweep());
  EXPECT_THAT(text, HasSubstr("platform  phone\ntrace     t.icetrace\nkeys      recorded\n"));
  EXPECT_THAT(text, HasSubstr("keyslots.num_keyslots  crypto.path  mean us  throughput MB/s  misses         energy.all.high  keyslots.waits\n"));
  EXPECT_THAT(text, ContainsRegex("\n +1 +registers +71.71 +10.4 +40.0 % +1180591620717411303424 +1,234\n"));
  EXPECT_THAT(text, ContainsRegex("\n +2 +- +0 +- +0.0 % +12.35 uJ +0\n"));
  EXPECT_THAT(text, ContainsRegex("\n +4 +prdt +refused +- +- +- +-\n"));
  EXPECT_THAT(text, HasSubstr("\nrefused: 1 of 3 points\n  keyslots.num_keyslots=4 crypto.path=prdt: no keyslots, \"none\"\n"));
  EXPECT_THAT(text, Not(HasSubstr("failed")));
}

TEST(SweepText, CountsFailuresAndEqualRefusals) {
  Sweep all = sweep();
  all.points[0].failed = 12;
  all.points[1].refused = all.points[2].refused;
  all.warnings.assign(25, "w\x1b");
  const std::string text = sweep_text(all);
  EXPECT_THAT(text, HasSubstr("keyslots.waits  failed\n"));
  EXPECT_THAT(text, HasSubstr("refused: 2 of 3 points\n  keyslots.num_keyslots=2 and 1 more: no keyslots"));
  EXPECT_THAT(text, HasSubstr("\nFAILED: 12 requests in 1 of 3 points; 'icesim run' tells what failed\n"));
  EXPECT_THAT(text, HasSubstr("  w\\x1b\n  and 5 more\n"));
}

TEST(SweepText, ShowsFrontAndKneeOfAWholeSweep) {
  Sweep all = sweep();
  all.pareto = {"keyslots.num_keyslots", "mean"};
  all.knee = true;
  all.points[0].on_front = true;
  EXPECT_THAT(sweep_text(all), HasSubstr("1,234      *\n"));
  EXPECT_THAT(sweep_text(all), HasSubstr("front: 1 point, marked *; no other is better in keyslots.num_keyslots or mean"));
  EXPECT_THAT(sweep_text(all), HasSubstr("knee: none, the front has no bend\n"));
  all.points[0].is_knee = true;
  EXPECT_THAT(sweep_text(all), HasSubstr("knee: keyslots.num_keyslots=1 crypto.path=registers; "));
  all.shard = "1/2";
  EXPECT_THAT(sweep_text(all), HasSubstr("shard     1/2, 3 of 3 points\n"));
  EXPECT_THAT(sweep_text(all), Not(HasSubstr("front")));
}

TEST(SweepCsv, HasExactNumbersAndQuotedTexts) {
  EXPECT_EQ(sweep_csv(sweep()),
            "number,keyslots.num_keyslots,crypto.path,mean ps,throughput B/s,misses ppm,energy.all.high pJ,keyslots.waits,failed_requests,refused\n"
            "1,1,registers,71713076,10417309,400000,1180591620717411303424,1234,0,\n"
            "2,2,,0,,5,12345678,0,0,\n"
            "3,4,prdt,,,,,,,\"no keyslots, \"\"none\"\"\"\n");
}

TEST(SweepJson, IsReadBackToTheSameBytes) {
  Sweep all = sweep();
  all.pareto = {"keyslots.num_keyslots", "mean"};
  all.knee = true;
  all.points[0].on_front = all.points[0].is_knee = true;
  all.warnings = {"a", "b"};
  for (const char* shard : {"", "2/8"}) {
    all.shard = shard;
    const std::string text = sweep_json(all);
    EXPECT_EQ(sweep_json(read_sweep(text, "s.json")), text);
  }
  const auto json = nlohmann::json::parse(sweep_json(all));
  EXPECT_EQ(json["points"][0]["measures"]["mean"], 71'713'076);
  EXPECT_EQ(json["points"][1]["values"].size(), 1U);
  EXPECT_FALSE(json["points"][2].contains("measures"));
}

TEST(SweepJson, ThatIsNoneIsRefused) {
  const auto refusal = [](const std::string& text) {
    try {
      read_sweep(text, "s.json");
    } catch (const UserError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(refusal("{}"), "s.json: not the results of a sweep, which 'icesim sweep -o' writes");
  EXPECT_THAT(refusal("{"), HasSubstr("s.json:1:2: malformed JSON"));
  EXPECT_THAT(refusal(R"({"icesim_sweep": "7"})"), HasSubstr("s.json:/icesim_sweep: '7' is not '1'"));
  EXPECT_EQ(refusal(R"({"icesim_sweep": "1", "count": "x"})"), "s.json:/count: expected a whole number");
  EXPECT_EQ(refusal(R"({"icesim_sweep": "1", "points": [{"values": {"x": "1"}}]})"), "s.json:/points/0/values/x: 'x' is not one of /names");
  EXPECT_EQ(refusal(R"({"icesim_sweep": "1", "count": 1, "points": [{"number": 2}]})"),
            "s.json:/points/0/number: 2 is not above the one before it and at most /count, 1");
  EXPECT_EQ(refusal(R"({"icesim_sweep": "1", "pareto": ["a"]})"), "s.json:/pareto: expected two names");
}

}  // namespace
}  // namespace icesim
