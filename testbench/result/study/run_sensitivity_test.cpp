// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/study/run_sensitivity.hpp"

#include "icesim/result/screen.hpp"
#include "testbench/result/sample_results.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr std::uint64_t us_ps = 1'000'000;

RunSensitivity run_study() {
  RunSensitivity study;
  study.wanted = true;
  study.metrics = {{"mean", "encrypted"}, {"p99", "encrypted"}};
  study.values = {50 * us_ps, 600 * us_ps};
  study.assumptions = 5;
  study.ends = 9;
  study.refused = {"d=9: no"};
  study.moved = {{"still", "1", "0", "2", {50 * us_ps, 600 * us_ps}, {50 * us_ps + us_ps / 40, 600 * us_ps}},
                 {"tail", "1", "0", "2", {50 * us_ps, 600 * us_ps}, {50 * us_ps, 601 * us_ps}},
                 {"host.mmio", "50ns", "50ns", "10us", {50 * us_ps, 600 * us_ps}, {61 * us_ps, 640 * us_ps}},
                 {"flash.program", "195us", "75us", "400us", {38 * us_ps, 400 * us_ps}, {}},
                 {"unknown", "9", "1", "9", {}, {50 * us_ps, 600 * us_ps}}};
  study.keep_what_moves();
  return study;
}

TEST(RunSensitivity, TellsByEffectWhatMovesTheResult) {
  const std::string text = run_sensitivity_text(run_study());
  EXPECT_THAT(text, HasSubstr("sensitivity: 5 assumptions, each alone at the ends of its range\n"
                              "  mean latency of encrypted requests: 50.00 us\n"
                              "  99th percentile of the latency of encrypted requests: 600.00 us\n"));
  EXPECT_THAT(text, ContainsRegex("flash.program +195us +75us..400us +38.00 to - +400.00 to -\n"
                                  " +host.mmio +50ns +50ns..10us +50.00 to 61.00 +600.00 to 640.00\n"
                                  " +tail "));
  EXPECT_THAT(text, HasSubstr("  1 others move nothing by 0.1 %\n  1 end cannot be, the first: d=9: no\n"));
  EXPECT_THAT(text, Not(HasSubstr("still"))) << "half a thousandth";
  EXPECT_THAT(text, Not(HasSubstr("unknown"))) << "one that cannot be moved does not count as one that moves nothing";
}

TEST(RunSensitivity, StandsInPlaceOfTheLineThatNamesIt) {
  Results results = sample::results();
  EXPECT_THAT(screen_text(results), HasSubstr("\nassumed   "));
  results.sensitivity = run_study();
  EXPECT_THAT(screen_text(results), HasSubstr("\n\nsensitivity: 5 assumptions"));
  EXPECT_THAT(screen_text(results), Not(HasSubstr("assumed")));
  results.sensitivity = {};
  results.sensitivity.wanted = true;
  results.sensitivity.why_not = "3 requests failed";
  EXPECT_THAT(screen_text(results), HasSubstr("\nsensitivity: 3 requests failed\n"));
  EXPECT_EQ(nlohmann::json::parse(results_json(results))["sensitivity"].dump(), R"({"why_not":"3 requests failed"})");
}

TEST(RunSensitivity, IsWholeInJsonWhereAskedFor) {
  Results results = sample::results();
  EXPECT_FALSE(nlohmann::json::parse(results_json(results)).contains("sensitivity"));
  results.sensitivity = run_study();
  const auto json = nlohmann::ordered_json::parse(results_json(results))["sensitivity"];
  EXPECT_EQ(json["metrics"][1].dump(), R"({"name":"p99","requests":"encrypted","unit":"ps","value":600000000})");
  EXPECT_EQ(json["moved"].size(), 3U);
  EXPECT_EQ(json["still"], 1);
  EXPECT_EQ(json["moved"][0].dump(),
            R"({"assumption":"flash.program","base":"195us","low":"75us","high":"400us","at_low":[38000000,400000000],"at_high":null})");
}

}  // namespace
}  // namespace icesim
