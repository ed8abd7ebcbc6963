// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/compare/recorded_results.hpp"

#include "icesim/base/error.hpp"
#include "icesim/result/compare/golden_index.hpp"
#include "testbench/result/sample_results.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using testing::HasSubstr;

std::string refusal_of(const std::string& json) {
  try {
    read_results(json, "r.json");
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

std::string with_statistic(const std::string& body) {
  return "{\"icesim\": \"1\", \"statistics\": {\"a\": " + body + "}}";
}

TEST(RecordedResults, AreWhatWasWritten) {
  Results written = sample::results();
  written.trace.sha256 = "ab";
  written.trace.files = {{"a", "1"}, {"b", "2"}};
  written.command = "icesim run 'a b'";
  written.statistics.push_back({"huge", 5, Unit::picojoules, "Beyond 64 bits", 3});
  for (const bool descriptions : {true, false}) {
    const RecordedResults read = read_results(results_json(written, descriptions), "r.json");
    EXPECT_EQ(read.version, written.version);
    EXPECT_EQ(read.trace.name, written.trace.name);
    EXPECT_EQ(read.trace.format, written.trace.format);
    EXPECT_EQ(read.trace.requests, written.trace.requests);
    EXPECT_EQ(read.trace.sha256, "ab");
    ASSERT_EQ(read.trace.files.size(), 2U);
    EXPECT_EQ(read.trace.files[1].name + read.trace.files[1].sha256, "b2");
    EXPECT_EQ(read.command, written.command);
    ASSERT_EQ(read.statistics.size(), written.statistics.size());
    for (std::size_t i = 0; i < read.statistics.size(); ++i) {
      EXPECT_EQ(read.statistics[i].path, written.statistics[i].path);
      EXPECT_EQ(read.statistics[i].unit == written.statistics[i].unit, true) << read.statistics[i].path;
      EXPECT_EQ(read.statistics[i].whole() == written.statistics[i].whole(), true) << read.statistics[i].path;
      EXPECT_EQ(read.statistics[i].description, descriptions ? written.statistics[i].description : "");
    }
    EXPECT_EQ(read.warnings, all_warnings(written));
    for (const Setting& each : settings_of(written.config)) EXPECT_EQ(read.setting(each.path), each.value) << each.path;
    EXPECT_EQ(read.config.size(), settings_of(written.config).size());
    EXPECT_EQ(read.setting("no.such"), "");
  }
}

TEST(RecordedResults, HaveTheRangesOfThePlatformAndWhatMovesThem) {
  const RecordedResults read = read_results(
      R"({"icesim": "1", "ranges": {"a.b": {"range": ["5us", 20], "source": "why"}}, "statistics": {}, "sensitivity": {
         "metrics": [{"name": "mean", "requests": "all", "unit": "ps", "value": 5}], "still": 3,
         "moved": [{"assumption": "a.b", "base": "9us", "low": "5us", "high": "20us", "at_low": [4], "at_high": null}]}})",
      "r.json");
  ASSERT_EQ(read.ranges.size(), 1U);
  EXPECT_EQ(read.ranges[0].path + " " + read.ranges[0].low + " " + read.ranges[0].high + " " + read.ranges[0].source, "a.b 5us 20 why");
  const RecordedSensitivity& study = read.sensitivity;
  EXPECT_EQ(study.requests, "all");
  EXPECT_EQ(study.metrics, std::vector<std::string>{"mean"});
  EXPECT_EQ(study.values, std::vector<Wide>{5});
  EXPECT_EQ(study.still, 3U);
  ASSERT_EQ(study.moved.size(), 1U);
  EXPECT_EQ(study.moved[0].assumption + study.moved[0].base + study.moved[0].low + study.moved[0].high, "a.b9us5us20us");
  EXPECT_EQ(study.moved[0].at_low, std::vector<Wide>{4});
  EXPECT_EQ(study.moved[0].at_high, std::vector<Wide>{});
  EXPECT_EQ(refusal_of(R"({"icesim": "1", "statistics": {}, "sensitivity": {"still": "x"}})"),
            "r.json:/sensitivity/still: expected a whole number from 0 to 1267650600228229401496703205375, not x");
}

TEST(RecordedResults, OtherDocumentsAreRefusedInOneLine) {
  EXPECT_THAT(refusal_of("{}"), HasSubstr("r.json: these are no results of a run; "));
  EXPECT_THAT(refusal_of("[1]"), HasSubstr("these are no results"));
  EXPECT_THAT(refusal_of("{\"miss_curve\": [], \"simulated\": []}"),
              HasSubstr("r.json: this is what 'icesim slots' writes"));
}

TEST(RecordedResults, BrokenTextIsNamedWithItsPlace) {
  const std::string whole = results_json(sample::results());
  for (std::size_t size = 0; size + 2 < whole.size(); size += 97)
    EXPECT_THAT(refusal_of(whole.substr(0, size)), HasSubstr("r.json:"));
  EXPECT_THAT(refusal_of("{\n  \"icesim\": }"), HasSubstr("r.json:2:13: malformed JSON: "));
  EXPECT_THAT(refusal_of(std::string("{}\0 ", 4)), HasSubstr("r.json:1:3: malformed JSON: a NUL byte"));
  EXPECT_THAT(refusal_of("{\"icesim\": 1e999}"), HasSubstr("malformed JSON"));
  EXPECT_THAT(refusal_of("{\"icesim\": \"\xff\"}"), HasSubstr("malformed JSON"));
  EXPECT_THAT(refusal_of("{} {}"), HasSubstr("malformed JSON"));
  EXPECT_THAT(refusal_of(with_statistic("{\"value\": 1, \"value\": 2}")),
              HasSubstr("r.json:/statistics/a/value: this key is repeated"));
}

TEST(RecordedResults, NestingAndSizeHaveBounds) {
  EXPECT_THAT(refusal_of(std::string(2'000'000, '[')), HasSubstr("levels deep"));
  std::string many = "[0";
  for (int i = 0; i < 300'000; ++i) many += ",0";
  EXPECT_THAT(refusal_of(many + "]"), HasSubstr("more than 200000 values"));
}

TEST(RecordedResults, AStatisticIsANumberWithItsUnit) {
  const std::string large = "1267650600228229401496703205375";
  EXPECT_EQ(refusal_of(with_statistic("{\"value\": " + large + ", \"unit\": \"pJ\"}")), "");
  for (const char* value : {"-1", "1.5", "\"1\"", "null", "[]", "1267650600228229401496703205376", "1e3",
                            "99999999999999999999999999999999999999999999"})
    EXPECT_THAT(refusal_of(with_statistic(std::string("{\"value\": ") + value + ", \"unit\": \"ps\"}")),
                HasSubstr("r.json:/statistics/a/value: expected a whole number from 0 to " + large))
        << value;
  EXPECT_THAT(refusal_of(with_statistic("{\"value\": 1}")), HasSubstr("r.json:/statistics/a: unit is missing"));
  EXPECT_THAT(refusal_of(with_statistic("{\"unit\": \"ps\"}")), HasSubstr("r.json:/statistics/a: value is missing"));
  EXPECT_THAT(refusal_of(with_statistic("{\"value\": 1, \"unit\": \"miles\"}")),
              HasSubstr("/statistics/a/unit: 'miles' is not one of"));
  EXPECT_THAT(refusal_of(with_statistic("7")), HasSubstr("r.json:/statistics/a: expected value, unit"));
  EXPECT_THAT(refusal_of("{\"icesim\": \"1\", \"statistics\": {}, \"config\": {\"a\": null}}"),
              HasSubstr("r.json:/config/a: expected"));
}

TEST(RecordedResults, MembersOfOtherVersionsAreLeftAlone) {
  EXPECT_EQ(refusal_of("{\"icesim\": \"9\", \"later\": [{\"x\": -1.5}], \"statistics\": {\"a\": {\"value\": 1, "
                       "\"unit\": \"ps\", \"more\": null}}}"),
            "");
}

TEST(GoldenIndex, IsReadAsItWasWritten) {
  const GoldenIndex written{
      "0.1.0", "phone", {{"a", "1", "2", "3"}, {"b", "4", "5", "6"}}, {{"0.1.0", "first"}, {"0.2.0", "second"}}};
  const GoldenIndex read = read_golden_index(golden_index_json(written), "golden.json");
  EXPECT_EQ(golden_index_json(read), golden_index_json(written));
  EXPECT_EQ(read.traces.at(1).requests_sha256, "6");
  EXPECT_EQ(read.accepted.at(1).reason, "second");
}

TEST(GoldenIndex, NamesOutsideOfTheDirectoryAreRefused) {
  for (const std::string name : {"../x", "/etc/passwd", ".", "..", "", "a"}) {
    const GoldenIndex index{"", "", {{"a", "", "", ""}, {name, "", "", ""}}, {}};
    EXPECT_THROW(read_golden_index(golden_index_json(index), "golden.json"), UserError) << name;
  }
  EXPECT_THROW(read_golden_index("{}", "golden.json"), UserError);
  EXPECT_THROW(read_golden_index("{\"icesim_golden\": \"2\"}", "golden.json"), UserError);
  EXPECT_THROW(read_golden_index("{\"icesim_golden\": \"1\", \"traces\": [{}]}", "golden.json"), UserError);
}

}  // namespace
}  // namespace icesim
