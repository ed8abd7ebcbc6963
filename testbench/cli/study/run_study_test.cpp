// SPDX-License-Identifier: Apache-2.0
#include "testbench/cli/program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::ordered_json;

Outcome run(std::vector<std::string> more) {
  std::vector<std::string> words{"run", trace, "-s", "replay.limit=150"};
  words.insert(words.end(), more.begin(), more.end());
  return icesim(words);
}

/// Picoseconds, as a study with one point has them.
std::uint64_t mean_with(const std::string& setting) {
  const Outcome outcome = icesim({"sweep", trace, "-s", "replay.limit=150", "--over", setting, "-m", "mean.encrypted", "-o", "-"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return Json::parse(outcome.out)["points"][0]["measures"]["mean.encrypted"];
}

TEST(RunSensitivityCommand, TellsWhatEachEndDoesToTheMean) {
  const Outcome outcome = run({"--sensitivity", "-o", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json results = Json::parse(outcome.out);
  const Json& study = results["sensitivity"];
  EXPECT_EQ(study["metrics"][0]["name"], "mean");
  EXPECT_EQ(study["metrics"][0]["requests"], "encrypted");
  EXPECT_GT(study["ends"], 100);
  ASSERT_GT(study["moved"].size(), 5U);
  bool platform = false;
  for (const Json& each : study["moved"]) {
    if (each["assumption"] != "device.command_occupancy") continue;
    platform = true;
    EXPECT_EQ(each["low"], "5us") << "of the platform; declared is 0ps..100us";
    EXPECT_EQ(each["high"], "20us");
    EXPECT_EQ(each["at_low"][0], mean_with("device.command_occupancy=5us"));
    EXPECT_EQ(each["at_high"][0], mean_with("device.command_occupancy=20us"));
  }
  EXPECT_TRUE(platform);
  EXPECT_EQ(results["ranges"]["flash.program_time"]["range"][1], "400us");
  // Beside that and the command, the run is as it is without.
  Json alone = Json::parse(run({"-o", "-"}).out), without = results;
  without.erase("sensitivity");
  without["command"] = alone["command"];
  EXPECT_EQ(without, alone);
  EXPECT_THAT(alone["warnings"].dump(), HasSubstr("flash.program_time = 195us is an assumption and stage flash holds"));
  for (const char* off : {"hesitation", "suspension", "wordline", "flash.retry", "skew", "unmap_latency"})
    EXPECT_THAT(alone["warnings"].dump(), Not(HasSubstr(off))) << "which is nothing at 0";
}

TEST(RunSensitivityCommand, IsOfAllRequestsWhereNoneIsEncrypted) {
  const Outcome outcome = run({"--sensitivity", "--keys", "none", "-q"});
  EXPECT_THAT(outcome.out, HasSubstr("mean latency of all requests: "));
  EXPECT_THAT(outcome.out, Not(HasSubstr("assumed")));
}

TEST(RunSensitivityCommand, IsNamedWhereItWasNotAsked) {
  EXPECT_THAT(run({}).out, HasSubstr("--sensitivity"));
  EXPECT_THAT(run({}).out, Not(HasSubstr("is an assumption and stage")));
  EXPECT_EQ(run({"-j", "2"}).err, "icesim: --jobs has no effect: only --sensitivity runs more than one simulation\n");
  EXPECT_EQ(run({"--sensitivity", "--fault", "lost-answer@3", "-s", "block_layer.profile=linux-6.12"}).err,
            "icesim: --sensitivity has no effect: what --fault does to a run is no assumption\n");
  EXPECT_THAT(icesim({"run", "-", "--sensitivity"}).err, HasSubstr("a study reads the trace once per point"));
}

TEST(RunSensitivityCommand, DescribeShowsTheRangesOfAPlatform) {
  const Outcome here = icesim({"describe", "flash.program_time", "-p", "phone-ufs31"});
  EXPECT_THAT(here.out, HasSubstr("flash.program_time = 195us   (75us..400us; time)"));
  EXPECT_THAT(here.out, HasSubstr("assumption: fitted to 1200 MB/s"));
  EXPECT_THAT(icesim({"describe", "flash.program_time"}).out, HasSubstr("(1ns..100ms; time)"));
  EXPECT_EQ(Json::parse(icesim({"describe", "parameters", "--json", "-p", "server"}).out)["parameters"]["host.cores"]["maximum"], 64);
  EXPECT_EQ(icesim({"describe", "registers", "-p", "server"}).err, "icesim: describe: --platform is for parameters, as text or JSON\n");
  EXPECT_THAT(icesim({"describe", "IS", "-p", "server"}).err, HasSubstr("no parameter is called 'IS'"));
}

TEST(RunSensitivityCommand, RefusesARangeInItsPlace) {
  const Directory directory;
  const std::string file = directory.file("p.json", R"({"based_on": "phone-ufs31", "flash": {"program_time": {"value": "1ms", "range": ["1ms", "1s"], "source": "x"}}})");
  const Outcome outcome = run({"-p", file});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(outcome.err, "icesim: " + file + ":/flash/program_time/range: 1s is outside 1ns..100ms\n");
}

}  // namespace
}  // namespace icesim::cli
