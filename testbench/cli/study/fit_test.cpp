// SPDX-License-Identifier: Apache-2.0
// What is hidden in a trace that was simulated comes back from it.
#include "icesim/base/file.hpp"
#include "testbench/cli/program.hpp"

#include <algorithm>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <thread>

namespace icesim::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using Json = nlohmann::ordered_json;

const std::string hidden_in = ICESIM_SOURCE_DIR "/traces/k612-f2fs-key-per-policy.icetrace";
const std::vector<std::string> hidden{"-s", "flash.read_time=95us", "-s", "device.write_firmware_latency=42us", "-s",
                                      "device.control_firmware_latency=370us"};
const std::vector<std::string> varied{"--vary", "flash.read_time", "--vary", "device.write_firmware_latency", "--vary",
                                      "device.control_firmware_latency"};

std::vector<std::string> joined(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::vector<std::vector<std::string>> cells_of(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    rows.emplace_back();
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
  }
  return rows;
}

std::size_t column_of(const std::vector<std::string>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  EXPECT_NE(found, names.end()) << name;
  return static_cast<std::size_t>(found - names.begin());
}

/// The beginning of the bundled trace, as a device with other times would have recorded it.
class FitCommand : public testing::Test {
 protected:
  static constexpr std::size_t requests = 2400;

  static void SetUpTestSuite() {
    const Directory directory;
    const std::string log = directory.path("log.csv"), text = directory.path("trace.csv");
    ASSERT_EQ(icesim(joined({"run", hidden_in, "-s", "replay.limit=2400", "--requests", log}, hidden)).exit_code, 0);
    ASSERT_EQ(icesim({"trace", "text", hidden_in, "-o", text}).exit_code, 0);
    std::map<std::string, std::uint64_t> latencies;
    const auto simulated = cells_of(read_text_file(log));
    const std::size_t id = column_of(simulated[0], "id"), latency = column_of(simulated[0], "latency_ps");
    for (std::size_t i = 1; i < simulated.size(); ++i) latencies[simulated[i][id]] = std::stoull(simulated[i][latency]);
    const auto all = cells_of(read_text_file(text));
    std::string recorded = "time_ns,operation,offset,length,process,key,latency_ns\n";
    for (std::size_t i = 1; i <= requests; ++i) {
      for (const char* name : {"time_ns", "operation", "offset", "length", "process", "key"}) recorded += all[i][column_of(all[0], name)] + ",";
      const std::uint64_t ps = latencies.at(std::to_string(i));
      recorded += std::to_string(ps / 1000) + "." + std::to_string(1000 + ps % 1000).substr(1) + "\n";
    }
    recorded_ = new std::string(recorded);
  }
  static void TearDownTestSuite() {
    delete recorded_;
    recorded_ = nullptr;
  }
  void SetUp() override { write_file_atomically(file("recorded.csv"), *recorded_); }

  std::string file(const std::string& name) const { return directory_.path(name); }
  std::vector<std::string> fit(const std::vector<std::string>& more) const { return joined(joined({"fit", file("recorded.csv")}, varied), more); }
  Json json(const std::vector<std::string>& more) const {
    const Outcome outcome = icesim(joined(fit(more), {"--json", "-"}));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.err, IsEmpty());
    return Json::parse(outcome.out);
  }
  /// One line that has this in it.
  static void refuses(const std::vector<std::string>& words, const std::string& why) {
    const Outcome outcome = icesim(words);
    EXPECT_EQ(outcome.exit_code, 2) << why;
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_THAT(outcome.err, testing::AllOf(StartsWith("icesim: "), HasSubstr(why)));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }
  static double microseconds(const std::string& text) {
    const double number = std::stod(text);
    const std::string unit = text.substr(text.find_first_not_of("0123456789."));
    return unit == "us" ? number : unit == "ms" ? number * 1000 : unit == "ns" ? number / 1000 : number / 1e6;
  }

  Directory directory_;

 private:
  inline static std::string* recorded_ = nullptr;
};

TEST_F(FitCommand, FindsWhatWasHidden) {
  const Json found = json({"-o", file("fitted.json")});
  const std::map<std::string, double> truth{{"flash.read_time", 95}, {"device.write_firmware_latency", 42}, {"device.control_firmware_latency", 370}};
  ASSERT_EQ(found["parameters"].size(), 3U);
  for (const Json& each : found["parameters"]) {
    const double value = microseconds(each["value"]), hidden_value = truth.at(each["path"]);
    EXPECT_NEAR(value, hidden_value, hidden_value / 20) << each;
    EXPECT_TRUE(each["told"]) << each;
    EXPECT_LE(microseconds(each["as_good"][0]), hidden_value * 1.001) << each;
    EXPECT_GE(microseconds(each["as_good"][1]), hidden_value * 0.999) << each;
    EXPECT_GT(each["loss_as_before_ppb"], found["loss_ppb"]["as_good"]) << each;
  }
  EXPECT_GT(found["loss_ppb"]["before"], 400'000'000);
  EXPECT_LT(found["loss_ppb"]["fitted"], 2'000'000);
  EXPECT_LT(found["loss_ppb"]["tested_fitted"], 5'000'000) << "on the half that it did not see";
  EXPECT_GT(found["loss_ppb"]["tested_before"], 400'000'000);

  // The platform that it writes is one, and does what was recorded.
  const Json platform = Json::parse(read_text_file(file("fitted.json")));
  EXPECT_EQ(platform["based_on"], "phone-ufs31");
  EXPECT_EQ(platform["flash"]["read_time"]["value"], found["parameters"][0]["value"]);
  EXPECT_THAT(platform["flash"]["read_time"]["source"], HasSubstr("fitted to recorded.csv"));
  EXPECT_EQ(platform.size(), 3U) << "nothing else: " << platform;
  const Json run = Json::parse(icesim({"run", file("recorded.csv"), "-p", file("fitted.json"), "-o", "-"}).out);
  for (const std::string kind : {"read", "write", "flush"}) {
    const double simulated = run["statistics"]["latency." + kind + ".p50"]["value"], recorded = run["statistics"]["recorded_latency." + kind + ".p50"]["value"];
    EXPECT_NEAR(simulated, recorded, recorded / 100) << kind;
  }
  EXPECT_EQ(run["ranges"]["flash.read_time"]["range"], found["parameters"][0]["as_good"]);
}

/// A time that nothing in the trace depends on is not told, and no one is told otherwise.
TEST_F(FitCommand, SaysWhatTheTraceCannotTell) {
  const Json found = json({"--vary", "flash.erase_time", "--holdout", "0"});
  const Json& erase = found["parameters"][3];
  EXPECT_EQ(erase["path"], "flash.erase_time");
  EXPECT_EQ(erase["told"], false);
  EXPECT_EQ(erase["as_good"], erase["moved_in"]);
  EXPECT_EQ(found["requests"]["tested"], 0);
  EXPECT_FALSE(found["loss_ppb"].contains("tested_fitted"));
  const Outcome screen = icesim(fit({"--vary", "flash.erase_time"}));
  EXPECT_THAT(screen.out, HasSubstr("\nthe trace cannot tell: flash.erase_time\n"));
  EXPECT_THAT(screen.out, HasSubstr("\ntested    on the last 50 % of the trace, "));
}

TEST_F(FitCommand, FindsOutWhatTheTraceCanTell) {
  const Outcome outcome = icesim({"fit", file("recorded.csv"), "-s", "replay.limit=900", "--budget", "300", "--json", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json found = Json::parse(outcome.out);
  EXPECT_LT(found["loss_ppb"]["fitted"], 50'000'000);
  EXPECT_LT(found["parameters"].size(), 12U);
  std::set<std::string> moved, still;
  for (const Json& each : found["parameters"]) moved.insert(each["path"]);
  for (const Json& each : found["not_moved"]) {
    still.insert(each["path"]);
    EXPECT_TRUE(each["path"] != "flash.erase_time" || each["why"] == "changes nothing") << each;
  }
  EXPECT_EQ(still.count("flash.erase_time"), 1U);
  EXPECT_GT(moved.size() + still.size(), 20U);
  for (const std::string& each : moved) EXPECT_EQ(still.count(each), 0U) << each;
}

/// Whatever number of processes, a store that has some of it, and shards that take turns or run side by side: the same bytes.
TEST_F(FitCommand, IsTheSameHoweverItIsRun) {
  const auto written = [&](const std::string& name, const std::vector<std::string>& more) {
    const Outcome outcome = icesim(joined(fit(more), {"--budget", "90", "-o", file(name + ".platform"), "--json", file(name)}));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return outcome.out + read_text_file(file(name)) + read_text_file(file(name + ".platform"));
  };
  const std::string one = written("one", {"-j", "1"});
  EXPECT_EQ(written("two", {"-j", "2"}), one);
  const std::string store = file("store");
  ASSERT_EQ(icesim(joined(fit({"--store", store}), {"--budget", "40"})).exit_code, 0);
  EXPECT_EQ(written("resumed", {"--store", store}), one);
  std::string side, other_side;
  std::thread other([&] { other_side = written("shard-1", {"-j", "1", "--store", file("shared"), "--shard", "1/2"}); });
  side = written("shard-2", {"-j", "1", "--store", file("shared"), "--shard", "2/2"});
  other.join();
  EXPECT_EQ(side, one);
  EXPECT_EQ(other_side, one);
}

/// A shard that is alone does the others' work in the end.
TEST_F(FitCommand, WaitsForNoShardForEver) {
  const std::vector<std::string> small{"--budget", "30", "--holdout", "0"};
  const Json alone = json(joined(small, {"--store", file("store"), "--shard", "1/3"}));
  EXPECT_EQ(alone["parameters"], json(small)["parameters"]);
}

TEST_F(FitCommand, WritesWhatAReportDrawsAndASchemaTells) {
  ASSERT_EQ(icesim(fit({"--budget", "60", "--json", file("fit.json")})).exit_code, 0);
  const Outcome report = icesim({"report", file("fit.json"), "-o", file("report.html")});
  EXPECT_EQ(report.exit_code, 0) << report.err;
  const std::string page = read_text_file(file("report.html"));
  EXPECT_THAT(page, HasSubstr("<section id=\"fit\">"));
  EXPECT_THAT(page, HasSubstr("write up to 4 KiB, depth 1: recorded and simulated distributions"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  ASSERT_EQ(icesim({"run", file("recorded.csv"), "-o", file("run.json")}).exit_code, 0);
  EXPECT_EQ(icesim({"report", file("fit.json"), file("run.json"), "-o", file("both.html")}).exit_code, 0);
  if (!has_schema_checker()) GTEST_SKIP() << "no JSON Schema in Python";
  const std::string schema = directory_.file("schema.json", icesim({"describe", "schema", "fit"}).out);
  EXPECT_TRUE(schema_accepts(schema, file("fit.json")));
  EXPECT_FALSE(schema_accepts(schema, file("run.json")));
}

/// A platform file is named as seen from where the fitted one lies.
TEST_F(FitCommand, StandsOnThePlatformWhereverItIs) {
  std::filesystem::create_directory(file("sub"));
  directory_.file("mine.json", R"({"based_on": "phone-ufs31", "device": {"response_latency": "3us"}})");
  ASSERT_EQ(icesim(joined(fit({"--budget", "30", "-p", file("mine.json"), "-s", "link.lanes=1", "-o"}), {file("sub/fitted.json")})).exit_code, 0);
  const Json platform = Json::parse(read_text_file(file("sub/fitted.json")));
  EXPECT_EQ(platform["based_on"], "../mine.json");
  EXPECT_EQ(platform["link"]["lanes"], 1);
  const Outcome described = icesim({"run", file("recorded.csv"), "-p", file("sub/fitted.json"), "-s", "replay.limit=20", "-o", "-"});
  EXPECT_EQ(Json::parse(described.out)["config"]["device"]["response_latency"], "3us") << described.err;
}

TEST_F(FitCommand, RefusesWhatItCannotDo) {
  expect_refused({"fit", trace}, trace + ": the trace does not tell when its requests completed, and there is nothing to fit to");
  const std::string path = file("recorded.csv");
  refuses({"fit", path, "--vary", "flash.read_tim"}, "did you mean flash.read_time");
  refuses({"fit", path, "--vary", "flash.read_time=1us"}, "--vary flash.read_time=1us: '1us' is not a range");
  refuses({"fit", path, "--vary", "flash.read_time=0ps..1us"}, "0ps is outside 1ns..10ms");
  refuses({"fit", path, "--vary", "flash.read_time", "--vary", "flash.read_time"}, "it is moved already");
  refuses({"fit", path, "--vary", "device.write_cache"}, "only numbers are moved");
  refuses({"fit", path, "--vary", "replay.limit=1..9"}, "is no part of the device");
  refuses({"fit", path, "--mode", "asap"}, "fit: replay.mode=asap");
  refuses({"fit", path, "--time-scale", "50"}, "fit: replay.time_scale=50");
  refuses({"fit", path, "--fail-on", "errors"}, "--fail-on has no effect");
  refuses({"fit", path, "--holdout", "95"}, "--holdout");
  refuses({"fit", path, "--budget", "3"}, "--budget");
  refuses({"fit", path, "--budget", "30"}, "--budget 30: the round that finds out what the trace can tell takes");
  refuses({"fit", path, "--shard", "1/2"}, "--shard has no effect: --store names the directory");
  refuses({"fit", path, "-o", path}, "recorded.csv");
  refuses({"fit", "-"}, "a study reads the trace once per point");
  EXPECT_THAT(directory_.files(), testing::ElementsAre("recorded.csv"));
}

}  // namespace
}  // namespace icesim::cli
