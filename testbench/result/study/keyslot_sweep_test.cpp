// SPDX-License-Identifier: Apache-2.0
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

KeyslotPoint point(std::uint64_t keyslots, Picoseconds mean) {
  KeyslotPoint result;
  result.keyslots = keyslots;
  result.hits = 90;
  result.programs = 10;
  result.waits = 1234;
  result.mean = mean;
  result.p99 = 2 * mean;
  result.measured_mean = mean + 1_us;
  result.measured_p99 = 2 * mean;
  result.moved = 1_MiB;
  result.simulated_time = 1_s;
  result.value = result.whole = result.measured_mean.n;
  return result;
}

KeyslotSizing sizing() {
  KeyslotSweep sweep;
  sweep.trace = "t.icetrace";
  sweep.keys_text = "keys      recorded";
  sweep.references = 300;
  sweep.keys = 7;
  sweep.misses = {300, 200, 100, 7};
  sweep.points = {point(1, 200_us), point(2, 100_us), point(256, 99_us)};
  sweep.advice = {2, "Because.", {"A remark."}};
  KeyslotSizing all;
  all.traces.push_back(std::move(sweep));
  return all;
}

KeyslotSizing two() {
  KeyslotSizing all = sizing();
  all.traces.push_back(all.traces[0]);
  all.traces[1].trace = "u\x1b.icetrace";
  all.traces[0].warnings = all.traces[1].warnings = {"a\x1b[31m"};
  all.every = {4, "Most.", {}};
  all.mean = {3, "Mean.", {}};
  return all;
}

TEST(KeyslotSizingText, ShowsOneLinePerNumberOfKeyslots) {
  const std::string text = keyslot_sizing_text(sizing());
  EXPECT_THAT(text, HasSubstr("300 requests with one of 7 keys; latencies are of encrypted requests\n"));
  EXPECT_THAT(text, ContainsRegex("\n +2 +66.7 % +10.0 % +1,234 +101.00 +200.00 +1.0\n"));
  EXPECT_THAT(text, ContainsRegex("\n +256 +- +10.0 %"));
  EXPECT_THAT(text, HasSubstr("recommended: 2\nBecause.\nA remark.\n"));
  EXPECT_THAT(text, Not(HasSubstr("trace ")));
}

TEST(KeyslotSizingText, OfSeveralTracesHasATableForEach) {
  const std::string text = keyslot_sizing_text(two());
  EXPECT_THAT(text, HasSubstr("trace     t.icetrace\nkeys      recorded\n"));
  EXPECT_THAT(text, HasSubstr("trace     u\\x1b.icetrace\n"));
  EXPECT_THAT(text, HasSubstr("\nrecommended for every trace: 4\nMost.\nrecommended for their mean: 3\nMean.\n"));
  EXPECT_THAT(text, HasSubstr("\nwarnings\n  a\\x1b[31m\n"));
  EXPECT_EQ(text.find("\\x1b[31m"), text.rfind("\\x1b[31m")) << "once, though two traces say it";
  KeyslotSizing told = two();
  told.traces[0].warnings = {"trace: 2 times lay before"};
  EXPECT_THAT(keyslot_sizing_text(told), HasSubstr("\nwarnings\n  trace t.icetrace: 2 times lay before\n  a"));
}

TEST(KeyslotSizingText, ShowsWhatWasCountedAndWhatIsMeasured) {
  EXPECT_THAT(keyslot_sizing_text(sizing()), Not(HasSubstr("at best")));
  EXPECT_THAT(keyslot_sizing_json(sizing()), Not(HasSubstr("fewest")));
  KeyslotSizing counted = sizing();
  counted.metric.name = "key-cost";
  for (KeyslotPoint& each : counted.traces[0].points) each.fewest_programs = 9;
  const std::string text = keyslot_sizing_text(counted);
  EXPECT_THAT(text, HasSubstr("misses  at best  waits"));
  EXPECT_THAT(text, HasSubstr("MB/s  key-cost us\n"));
  EXPECT_THAT(text, ContainsRegex("\n +2 +66.7 % +10.0 % +9.0 % +1,234 +101.00 +200.00 +1.0 +101.00\n"));
  EXPECT_EQ(Json::parse(keyslot_sizing_json(counted))["simulated"][0]["fewest_miss_rate"].dump(), "0.09");
}

TEST(KeyslotSizingText, ShowsFailures) {
  KeyslotSizing failing = sizing();
  EXPECT_THAT(keyslot_sizing_text(failing), Not(HasSubstr("failed")));
  failing.traces[0].points[1].failed = 6059;
  failing.traces[0].advice = {0, "It failed.", {}};
  EXPECT_THAT(keyslot_sizing_text(failing), HasSubstr("MB/s  failed\n"));
  EXPECT_THAT(keyslot_sizing_text(failing), HasSubstr("recommended: nothing\nIt failed.\n"));
  EXPECT_TRUE(Json::parse(keyslot_sizing_json(failing))["recommended"].is_null());
}

TEST(KeyslotSizingJson, HoldsTheCurveThePointsAndTheAdvice) {
  const std::string text = keyslot_sizing_json(sizing());
  const Json json = Json::parse(text);
  EXPECT_EQ(json["trace"], "t.icetrace");
  EXPECT_EQ(json["miss_curve"]["2"].dump(), "0.666667");
  EXPECT_EQ(json["miss_curve"].size(), 4U);
  EXPECT_EQ(json["misses"]["4"], 7);
  EXPECT_EQ(json["references"], 300);
  EXPECT_EQ(json["simulated"].size(), 3U);
  EXPECT_EQ(json["simulated"][0]["mean_ps"], (200_us).n) << "of all requests, whatever is measured";
  EXPECT_EQ(json["simulated"][0]["value"], (201_us).n);
  EXPECT_EQ(json["simulated"][0]["miss_rate"].dump(), "0.1");
  EXPECT_EQ(json["simulated"][0]["throughput_bytes_per_second"], (1_MiB).n);
  EXPECT_EQ(json["recommended"], 2);
  EXPECT_EQ(json["reason"], "Because.");
  EXPECT_EQ(json["remarks"][0], "A remark.");
  EXPECT_EQ(json["metric"].dump(), R"({"name":"mean","requests":"encrypted","unit":"ps","within_ppm":10000})");
  EXPECT_EQ(text, keyslot_sizing_json(sizing()));
}

TEST(KeyslotSizingJson, OfSeveralTracesHasThemAll) {
  const Json json = Json::parse(keyslot_sizing_json(two()));
  EXPECT_EQ(json["traces"].size(), 2U);
  EXPECT_EQ(json["traces"][0]["recommended"], 2);
  EXPECT_EQ(json["recommended"], 4);
  EXPECT_EQ(json["mean"]["recommended"], 3);
}

TEST(KeyslotMetric, SaysWhatIsMeasured) {
  KeyslotMetric metric;
  EXPECT_EQ(metric.text(), "mean latency of encrypted requests");
  EXPECT_EQ(metric.value_text(71'713'076), "71.71 us");
  EXPECT_EQ(metric.within_text(), "within 1 % of the best");
  metric = {"p99", "read", 2'500};
  EXPECT_EQ(metric.text(), "99th percentile of the latency of reads");
  EXPECT_EQ(metric.within_text(), "within 0.25 % of the best");
  metric = {"throughput", "all", 0};
  EXPECT_EQ(metric.value_text(12'400'000), "12.4 MB/s");
  EXPECT_TRUE(metric.more_is_better());
  metric.name = "misses";
  EXPECT_EQ(metric.value_text(123'456), "12.3 %");
  EXPECT_EQ(metric.within_text(), "within 0 % of the requests of the best");
}

}  // namespace
}  // namespace icesim
