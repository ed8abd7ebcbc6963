// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/report/recorded_study.hpp"

#include "icesim/base/error.hpp"
#include "testbench/result/report/slots_json.hpp"
#include "testbench/result/sample_results.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using testing::HasSubstr;

KeyslotSweep sweep() {
  KeyslotSweep sweep;
  sweep.references = 1000;
  sweep.keys = 7;
  sweep.misses = {300, 100, 50, 7};
  sweep.warnings = {"something was left out"};
  sweep.points = {{1, 700, 300, 5, 60_us, 500_us, Bytes{1}, 1_s, 0, 0},
                  {4, 993, 7, 0, 50_us, 400_us, Bytes{1}, 1_s, 0, 0}};
  sweep.advice = {4, "4 keyslots give a mean latency of 50.00 us."};
  return sweep;
}

RecordedStudy read_study(const std::string& json, const std::string& file) {
  return std::get<RecordedStudy>(read_run_or_study(json, file));
}

std::string refusal_of(const std::string& json) {
  try {
    read_study(json, "s.json");
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(RecordedStudy, IsWhatSlotsWrote) {
  const std::string json = sample::slots_json(sweep());
  const RecordedStudy study = read_study(json, "s.json");
  EXPECT_EQ(study.references, 1000U);
  EXPECT_EQ(study.keys, 7U);
  EXPECT_THAT(study.misses, testing::ElementsAre(300, 100, 50, 7));
  EXPECT_THAT(study.warnings, testing::ElementsAre("something was left out"));
  ASSERT_EQ(study.points.size(), 2U);
  EXPECT_EQ(study.points[0].miss_ppm, 300'000U);
  EXPECT_EQ(study.points[0].waits, 5U);
  EXPECT_EQ(study.points[1].mean, 50_us);
  EXPECT_EQ(study.points[1].p99, 400_us);
  EXPECT_EQ(study.recommended, 4U);
  EXPECT_THAT(study.reason, HasSubstr("4 keyslots give a mean latency of 50.00 us"));
}

TEST(RecordedStudy, MembersOfOtherVersionsAreLeftAlone) {
  const std::string json =
      replaced(sample::slots_json(sweep()), "\"references\"", "\"more\": {\"a\": [1, {\"b\": null}]}, \"references\"");
  EXPECT_EQ(read_study(json, "s.json").keys, 7U);
}

TEST(RecordedStudy, TellsWhereTheAnswerFlips) {
  KeyslotSizing sizing;
  sizing.traces = {sweep()};
  sizing.metric = {"p99", "read", 20'000};
  sizing.sensitivity.wanted = true;
  sizing.sensitivity.ends = 137;
  sizing.sensitivity.all.resize(2);
  Sensitivity& first = sizing.sensitivity.all[0];
  first.path = "host.x";
  first.keyslots = 5;
  first.from = "140ns";
  const RecordedStudy study = read_study(keyslot_sizing_json(sizing), "s.json");
  EXPECT_EQ(study.metric, "p99 of read requests");
  EXPECT_EQ(study.within_ppm, 20'000U);
  EXPECT_TRUE(study.has_sensitivity);
  EXPECT_EQ(study.ends, 137U);
  ASSERT_EQ(study.moved.size(), 2U);
  EXPECT_EQ(study.moved[0].assumption, "host.x");
  EXPECT_EQ(study.moved[0].recommended, 5U);
  EXPECT_EQ(study.moved[0].from, "140ns");
  EXPECT_EQ(study.moved[1].recommended, 0U);
  EXPECT_EQ(study.moved[1].from, "");
}

TEST(RecordedStudy, WhereNothingIsRecommendedItIsZero) {
  KeyslotSweep failed = sweep();
  failed.points[0].failed = 3;
  failed.advice = {0, "Requests failed."};
  const RecordedStudy study = read_study(sample::slots_json(failed), "s.json");
  EXPECT_EQ(study.recommended, 0U);
  EXPECT_EQ(study.points[0].failed, 3U);
}

TEST(RecordedStudy, BrokenOnesAreNamedWithTheirPlace) {
  const std::string json = sample::slots_json(sweep());
  EXPECT_THAT(refusal_of(replaced(json, "60000000", "-1")),
              HasSubstr("s.json:/simulated/0/mean_ps: expected a whole number"));
  EXPECT_THAT(refusal_of(replaced(json, "0.3,\n      \"waits\"", "1.5,\n      \"waits\"")),
              HasSubstr("s.json:/simulated/0/miss_rate: expected a number from 0 to 1"));
  EXPECT_THAT(refusal_of(replaced(json, "\"keyslots\": 4", "\"keyslots\": 1")),
              HasSubstr("s.json:/simulated/1: expected ascending keyslots"));
  EXPECT_THAT(refusal_of(replaced(json, "\"2\": 100", "\"2\": 400")),
              HasSubstr("s.json:/misses/2: more misses than with fewer keyslots"));
  EXPECT_THAT(refusal_of(json.substr(0, json.size() / 2)), HasSubstr("malformed JSON"));
}

TEST(RecordedStudy, TellsWhoWroteAFile) {
  const auto run = read_run_or_study(results_json(sample::results()), "r.json");
  ASSERT_TRUE(std::holds_alternative<RecordedResults>(run));
  EXPECT_EQ(std::get<RecordedResults>(run).version, sample::results().version);
  EXPECT_THAT(refusal_of("{}"),
              HasSubstr("s.json: these are no results that a report shows; 'icesim run TRACE -o FILE'"));
  EXPECT_THAT(refusal_of("{\"misses\": {}, \"simulated\": []}"),
              HasSubstr("s.json:/simulated: there is no simulation"));
}

}  // namespace
}  // namespace icesim
