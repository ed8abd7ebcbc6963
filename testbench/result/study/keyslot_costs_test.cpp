// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/study/keyslot_alternatives.hpp"
#include "icesim/result/study/keyslot_sweep.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim {
namespace {

using namespace literals;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::ordered_json;

KeyslotPoint costly_point(std::uint64_t keyslots, std::uint64_t built) {
  KeyslotPoint result;
  result.keyslots = keyslots;
  result.built = built;
  result.hits = 9;
  result.programs = 1;
  result.measured_mean = 72_us;
  result.measured_p99 = 300_us;
  result.key_cost = Picoseconds{1'250'000};
  result.keys_low = EnergySum{44'520'000};
  result.keys_high = EnergySum{2'230'000'000};
  return result;
}

KeyslotSizing costly() {
  KeyslotSizing all;
  all.traces.resize(1);
  all.traces[0].points = {costly_point(2, 2), costly_point(3, 3)};
  all.traces[0].advice = {3, "Because.", {}};
  return all;
}

TEST(KeyslotCosts, AreToldOfTheRecommendedNumber) {
  KeyslotSizing all = costly();
  EXPECT_THAT(keyslot_sizing_text(all), HasSubstr("\n3 keyslots hold 1,536 bits of keys, 11,520 with all round keys; the CPU's work with keys takes 44.52 uJ to 2.23 mJ\n"));
  all.traces[0].points[1].built = 5;
  EXPECT_THAT(keyslot_sizing_text(all), HasSubstr("\n5 keyslots, those left alone included, hold 2,560 bits of keys, 19,200 with"));
  const Json json = Json::parse(keyslot_sizing_json(costly()))["simulated"][1];
  EXPECT_EQ(json["key_bits"], 1536);
  EXPECT_EQ(json["expanded_key_bits"], 11520);
  EXPECT_EQ(json["key_cost_ps"], 1'250'000);
  EXPECT_EQ(json["key_energy_low_pj"], 44'520'000);
  EXPECT_EQ(json["key_energy_high_pj"], 2'230'000'000);
}

TEST(KeyslotSpread, SaysWhetherADifferenceIsNoise) {
  KeyslotSizing all = costly();
  EXPECT_THAT(keyslot_sizing_text(all), Not(HasSubstr("spread")));
  EXPECT_FALSE(Json::parse(keyslot_sizing_json(all)).contains("spread"));
  KeyslotSpread& spread = all.traces[0].spread;
  spread = {2, 3, 10'000, {2'000, 20'000, -1'000}};
  EXPECT_THAT(keyslot_sizing_text(all), HasSubstr("\nspread: with 2 it is 1.0 % worse than with 3, in 3 windows of half the trace -0.1 % to 2.0 %: 2 is within the "
                                                  "spread of the trace's parts: 2.1 %\n"));
  EXPECT_EQ(Json::parse(keyslot_sizing_json(all))["spread"].dump(),
            R"({"fewer":2,"keyslots":3,"whole_ppm":10000,"parts_ppm":[2000,20000,-1000],"is_noise":true})");
  spread.parts_ppm = {8'000, 12'000};
  EXPECT_THAT(keyslot_sizing_text(all), HasSubstr("0.8 % to 1.2 %: 2 is beyond the spread of the trace's parts: 0.4 %\n"));
  spread.parts_ppm = {0, 10'000};
  EXPECT_FALSE(spread.is_noise()) << "as large as the spread";
  spread.whole_ppm = -9'999;
  EXPECT_TRUE(spread.is_noise());
  spread.parts_ppm = {10'000};
  EXPECT_FALSE(spread.is_noise());
  EXPECT_THAT(keyslot_sizing_text(all), HasSubstr("; no two parts of the trace have requests that are measured\n"));
}

KeyslotAlternatives alternatives() {
  KeyslotAlternatives all;
  all.trace = "t.icetrace";
  all.keys_text = "keys      recorded";
  all.names = {"crypto.path"};
  all.rows = {{{"registers"}, "", true, {3, "Because.", {}}, costly_point(3, 3)},
              {{"prdt"}, "", false, {0, "There are no keyslots.", {}}, costly_point(0, 0)},
              {{"pfk"}, "", true, {0, "With 1 keyslot 2 requests failed.", {}}, costly_point(256, 256)},
              {{"drained"}, "it cannot\x1b be", true, {}, {}}};
  all.warnings = {"careful"};
  return all;
}

TEST(KeyslotAlternatives, HaveARowEach) {
  const std::string text = keyslot_alternatives_text(alternatives());
  EXPECT_THAT(text, HasSubstr("keys      recorded\nthe smallest number of keyslots whose mean latency of encrypted requests is within 1 % of the best; "
                              "latencies are of encrypted requests\n"));
  EXPECT_THAT(text, ContainsRegex("\nregisters +3 +72.00 +300.00 +1.25 +44.52 uJ to 2.23 mJ +1,536 +11,520\n"));
  EXPECT_THAT(text, ContainsRegex("\nprdt +no keyslots +72.00 +300.00 +1.25 +44.52 uJ to 2.23 mJ +- +-\n"));
  EXPECT_THAT(text, ContainsRegex("\npfk +nothing +72.00"));
  EXPECT_THAT(text, ContainsRegex("\ndrained +refused\n"));
  EXPECT_THAT(text, HasSubstr("\n\ncrypto.path=pfk: With 1 keyslot 2 requests failed.\ncrypto.path=drained: it cannot\\x1b be\n"));
  EXPECT_THAT(text, HasSubstr("\nwarnings\n  careful\n"));
}

TEST(KeyslotAlternatives, AreWholeInJson) {
  const Json json = Json::parse(keyslot_alternatives_json(alternatives()));
  EXPECT_EQ(json["over"].dump(), R"(["crypto.path"])");
  EXPECT_EQ(json["alternatives"][0]["recommended"], 3);
  EXPECT_EQ(json["alternatives"][0]["simulated"]["key_bits"], 1536);
  EXPECT_EQ(json["alternatives"][1]["has_keyslots"], false);
  EXPECT_TRUE(json["alternatives"][1]["recommended"].is_null());
  EXPECT_EQ(json["alternatives"][3]["values"][0], "drained");
  EXPECT_TRUE(json["alternatives"][3].contains("refused"));
  EXPECT_FALSE(json["alternatives"][3].contains("simulated"));
}

}  // namespace
}  // namespace icesim
