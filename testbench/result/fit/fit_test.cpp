// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/fit/fit.hpp"

#include "icesim/base/error.hpp"
#include "icesim/result/report/recorded_study.hpp"
#include "icesim/result/report/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim {
namespace {

using testing::HasSubstr;
using testing::Not;

Fit sample_fit() {
  Fit fit;
  fit.origin = {"0.1.0", "icesim fit a.csv"};
  fit.trace = "a.csv";
  fit.sha256 = std::string(64, 'a');
  fit.platform = "phone-ufs31";
  fit.requests = 70;
  fit.tested = 60;
  fit.tested_percent = 50;
  fit.left_out = 5;
  fit.budget = 100, fit.points = 90, fit.rounds = 7;
  fit.before = 812'400'000, fit.fitted = 12'345'678, fit.most = 15'000'000;
  fit.tested_before = 900'000'000, fit.tested_fitted = 20'000'000;
  fit.quantiles = {100, 500, 900};
  fit.shares = {200, 600, 200};
  fit.moved = {{"flash.read_time", "40us", "95us", "94us", "96.5us", "1ns", "10ms", 300'000'000, true, true},
               {"flash.erase_time", "3.5ms", "1ms", "1ns", "1s", "1ns", "1s", 0, false, false}};
  fit.left = {{"link.phy_latency", "like device.response_latency"}, {"host.costs.ipi", "changes nothing"}, {"clocks.nand", "as good as before"}};
  fit.classes = {{"read up to 4 KiB, depth 1", 40, {100'000'000, 110'000'000, 200'000'000}, {60'000'000, 61'000'000, 62'000'000}, {100'000'000, 121'000'000, 150'000'000}, 0, {}, {}},
                 {"flush, depth 1", 30, {1'000'000, 2'000'000, 3'000'000}, {1'000'000, 2'000'000, 3'000'000}, {1'000'000, 2'000'000, 3'000'000}, 30, {1'000'000, 2'000'000, 3'000'000}, {1'000'000, 2'200'000, 3'000'000}}};
  fit.warnings = {"the budget was used up"};
  return fit;
}

TEST(FitJson, ComesBack) {
  const std::string json = fit_json(sample_fit());
  EXPECT_EQ(fit_json(read_fit(json, "fit.json")), json);
  Fit without = sample_fit();
  without.tested_before.reset(), without.tested_fitted.reset();
  EXPECT_EQ(fit_json(read_fit(fit_json(without), "fit.json")), fit_json(without));
}

TEST(FitJson, SaysWhereItIsWrong) {
  const auto refused = [](const std::function<void(nlohmann::ordered_json&)>& change) -> std::string {
    auto json = nlohmann::ordered_json::parse(fit_json(sample_fit()));
    change(json);
    try {
      read_fit(json.dump(), "fit.json");
    } catch (const UserError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(refused([](auto& json) { json.erase("quantiles"); }), "fit.json:/quantiles: is missing");
  EXPECT_EQ(refused([](auto& json) { json["quantile_shares"].erase(1); }), "fit.json:/quantile_shares: expected one for each of 'quantiles'");
  EXPECT_EQ(refused([](auto& json) { json["quantiles"] = nlohmann::ordered_json::array(); }), "fit.json:/quantiles: expected some");
  EXPECT_EQ(refused([](auto& json) { json["quantiles"][1] = 50; }), "fit.json:/quantiles: expected ascending thousandths");
  EXPECT_EQ(refused([](auto& json) { json["classes"][1]["name"] = 3; }), "fit.json:/classes/1/name: expected a text");
  EXPECT_EQ(refused([](auto& json) { json["classes"][0]["fitted_ps"][2] = 0; }), "fit.json:/classes/0/fitted_ps: a latency of 0");
  EXPECT_EQ(refused([](auto& json) { json["classes"][0]["before_ps"].erase(0); }), "fit.json:/classes/0/before_ps: expected as many times as /quantiles has");
  EXPECT_EQ(refused([](auto& json) { json["parameters"][0]["as_good"].erase(0); }), "fit.json:/parameters/0/as_good: expected two ends");
  EXPECT_EQ(refused([](auto& json) { json["loss_ppb"] = 1; }), "fit.json:/loss_ppb: expected an object");
  EXPECT_THAT(refused([](auto& json) { json["icesim_fit"] = "1"; }), HasSubstr("another version of icesim"));
  EXPECT_THAT(refused([](auto& json) { json.erase("icesim_fit"); }), HasSubstr("not the results of a fit"));
}

TEST(FitText, SaysOnTheFirstScreenHowGoodItIs) {
  const std::string text = fit_text(sample_fit());
  EXPECT_THAT(text, HasSubstr("loss      0.812 before, 0.012 fitted: "));
  EXPECT_THAT(text, HasSubstr("percentiles, the median counting 60 %\n"));
  EXPECT_THAT(text, HasSubstr("medians   within 10 % of the recorded ones in classes with 100.0 % of the requests, within 25 % with 100.0 %\n"));
  EXPECT_THAT(text, HasSubstr("tested    on the last 50 % of the trace, 60 requests: 0.900 before, 0.020 fitted\n"));
  EXPECT_THAT(text, HasSubstr("flash.read_time     40us    95us  94us to 96.5us                0.300\n"));
  EXPECT_THAT(text, HasSubstr("flash.erase_time   3.5ms     1ms  1ns to 1s, not told               -\n"));
  EXPECT_THAT(text, HasSubstr("the trace cannot tell: flash.erase_time, link.phy_latency (like device.response_latency), clocks.nand (as good as before), 1 that changes nothing in it\n"));
  EXPECT_THAT(text, HasSubstr("100.00 110.00 200.00  100.00 121.00 150.00  +0.0 %, +10.0 %, -25.0 %\n"));
  EXPECT_THAT(text, HasSubstr("5 in smaller classes left out"));
  EXPECT_THAT(text, HasSubstr("\nwarnings\n  the budget was used up\n"));
}

TEST(FittedPlatform, SaysWhatWasFittedAndWhatElseDiffers) {
  Parameter read_time;
  read_time.path = "flash.read_time";
  read_time.unit = Unit::picoseconds;
  read_time.range = {1000, 10'000'000'000};
  read_time.value = 40'000'000;
  Parameter lanes;
  lanes.path = "link.lanes";
  lanes.unit = Unit::count;
  lanes.range = {1, 4};
  lanes.value = 1;
  Parameter limit = lanes;
  limit.path = "replay.limit";
  const std::vector<ParameterGroup> present{{"", "", {read_time, lanes, limit}}};
  std::vector<ParameterGroup> base = present;
  base[0].parameters[1].value = base[0].parameters[2].value = 2;
  const auto json = nlohmann::ordered_json::parse(fitted_platform_json(sample_fit(), "phone-ufs31", present, base));
  EXPECT_EQ(json.dump(), R"({"based_on":"phone-ufs31","flash":{"read_time":{"value":"95us","range":["94us","96.5us"],"source":"fitted to a.csv, SHA-256 aaaaaaaaaaaa"}},"link":{"lanes":1}})");
}

TEST(FitReport, DrawsBothDistributionsOfEachClass) {
  ReportInput input{"0.1.0", {}, {}, {}};
  const auto read = read_run_or_study(fit_json(sample_fit()), "fit.json");
  input.fits.push_back({{"fit.json", "1234"}, std::get<Fit>(read)});
  const std::string page = report_html(input);
  EXPECT_THAT(page, HasSubstr("<title>icesim report: fit</title>"));
  EXPECT_THAT(page, HasSubstr("from 0.812 to 0.012."));
  EXPECT_THAT(page, HasSubstr("which the fit did not see, it is 0.020, and was 0.900."));
  EXPECT_THAT(page, HasSubstr("<section id=\"fit\">"));
  EXPECT_THAT(page, HasSubstr("class=\"curve s1\""));
  EXPECT_THAT(page, HasSubstr("class=\"curve s2\""));
  EXPECT_THAT(page, HasSubstr("class=\"curve s3 dashed\""));
  EXPECT_THAT(page, HasSubstr("recorded: 110.00\u00a0µs at 50 %"));
  EXPECT_THAT(page, HasSubstr("the trace cannot tell it"));
  EXPECT_THAT(page, HasSubstr("the budget was used up"));
  EXPECT_THAT(page, HasSubstr("<code>icesim fit a.csv</code>"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
}

}  // namespace
}  // namespace icesim
