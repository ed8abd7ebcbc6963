// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "testbench/cli/program.hpp"
#include "testbench/cli/requests/sample.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::ordered_json;

Json run_json(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "run");
  arguments.insert(arguments.end(), {"-o", "-"});
  const Outcome outcome = icesim(arguments);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return Json::parse(outcome.out);
}

class ByTest : public testing::Test {
 protected:
  const Directory directory_;
  const std::string sample_ = directory_.file("t.txt", sample_trace);
};

TEST_F(ByTest, RowsAddUpToTheRunAndTheRunIsTheSame) {
  const std::vector<std::string> plain{trace, "--set", "replay.limit=2000", "--set", "keyslots.num_keyslots=2"};
  std::vector<std::string> more = plain;
  more.insert(more.end(), {"--by", "process,key,file,policy", "--by", "class"});
  const Json without = run_json(plain), with = run_json(more);
  EXPECT_EQ(with["statistics"], without["statistics"]);
  EXPECT_EQ(with["stages"], without["stages"]);
  EXPECT_FALSE(without.contains("by"));
  EXPECT_EQ(with["by"].size(), 5U);
  for (const auto& [by, table] : with["by"].items()) {
    std::uint64_t requests = 0, time = 0, keys = 0;
    for (const Json& row : table["rows"]) {
      requests += row["requests"].get<std::uint64_t>();
      time += row["latency"]["sum_ps"].get<std::uint64_t>();
      keys += row["keys_ps"].get<std::uint64_t>();
    }
    EXPECT_EQ(requests, 2000U) << by;
    EXPECT_EQ(time, table["all"]["latency"]["sum_ps"]) << by;
    EXPECT_EQ(keys, without["statistics"]["keys.cost.all"]["value"]) << by;
    EXPECT_EQ(table["all"]["latency"]["p99_ps"], without["statistics"]["latency.all.p99"]["value"]) << by;
  }
}

TEST_F(ByTest, TheScreenSaysWhoAskedAndHowMuchIsNotShown) {
  const Outcome outcome = icesim({"run", trace, "--set", "replay.limit=2000", "--by", "file", "--top", "3"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("\nby file "));
  EXPECT_THAT(outcome.out, HasSubstr("\nof their time "));
  EXPECT_THAT(outcome.out, HasSubstr(" others "));
  EXPECT_THAT(outcome.out, Not(HasSubstr("rec. mean"))) << "this trace has no completions";
}

TEST_F(ByTest, NamesFilesAndRecordedLatenciesWhereTheTraceTells) {
  const Json by = run_json({sample_, "--keys", "per-file", "--by", "process,file,operation"})["by"];
  const Json& files = by["file"]["rows"];
  ASSERT_EQ(files.size(), 2U);
  const Json& named = files[0]["number"] == 30 ? files[0] : files[1];
  EXPECT_EQ(named["name"], "/user/0/a.db");
  EXPECT_EQ(named["recorded_latency"]["mean_ps"], 500'000'000);
  EXPECT_EQ(by["process"]["all"]["recorded_latency"]["count"], 2);
  const Outcome outcome = icesim({"run", sample_, "--by", "process,file"});
  EXPECT_THAT(outcome.out, HasSubstr("\n  a-1 "));
  EXPECT_THAT(outcome.out, HasSubstr("  30 /user/0/a.db ")) << "without keys per file, too";
  EXPECT_THAT(outcome.out, HasSubstr("rec. mean"));
}

TEST_F(ByTest, TraceInfoTellsTheSameWithoutSimulation) {
  const Outcome outcome = icesim({"trace", "info", sample_, "--json", "--by", "process"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json table = Json::parse(outcome.out)["by"]["process"];
  EXPECT_EQ(table["all"]["requests"], 3);
  EXPECT_EQ(table["rows"][0]["label"], "b-2") << "the most bytes first";
  EXPECT_EQ(table["rows"][0]["recorded_latency"]["mean_ps"], 200'000'000);
  EXPECT_FALSE(table["rows"][0].contains("latency"));
  if (!has_schema_checker()) GTEST_SKIP() << "no JSON Schema checker";
  EXPECT_TRUE(schema_accepts(directory_.file("schema.json", icesim({"describe", "schema", "trace"}).out),
                             directory_.file("info.json", outcome.out)));
}

TEST_F(ByTest, AnImportedTraceTellsTheSame) {
  const std::string native = directory_.path("t.icetrace");
  ASSERT_EQ(icesim({"import", sample_, native, "--keys", "per-file"}).exit_code, 0);
  const auto by = [](const std::string& file) {
    return Json::parse(icesim({"trace", "info", file, "--json", "--by", "process,class,key", "--keys", "per-file"}).out)["by"];
  };
  EXPECT_EQ(by(native), by(sample_));
}

TEST_F(ByTest, WhereCountsSomeRequestsOnly) {
  const Json run = run_json({sample_, "--where", "op=write"});
  EXPECT_EQ(run["by"]["where"], "op=write");
  EXPECT_EQ(run["by"]["operation"]["all"]["requests"], 1) << "by operation, unless asked for something else";
  EXPECT_EQ(run["statistics"]["driver.requests_completed"]["value"], 3);
  const Json info = Json::parse(icesim({"trace", "info", sample_, "--json", "--where", "from=50us,to=1s,process=b"}).out);
  EXPECT_EQ(info["by"]["operation"]["all"]["requests"], 1);
}

TEST_F(ByTest, AFilterThatMatchesNothingIsSaidAndWhatMayBeMeant) {
  const std::string note = "--where process=bb matches none of 3 requests; did you mean b?\n";
  EXPECT_THAT(icesim({"run", sample_, "--where", "process=bb"}).out, HasSubstr("\n  " + note));
  EXPECT_THAT(icesim({"trace", "info", sample_, "--where", "process=bb"}).out, HasSubstr("\n" + note));
  EXPECT_THAT(icesim({"trace", "info", directory_.file("p.csv", "0 0 0 8 0\n5 0 8 8 1\n"), "--by", "file"}).out,
              HasSubstr("--by file: nothing tells the files of these requests"));
}

TEST_F(ByTest, RefusesWhatMeansNothing) {
  expect_refused({"run", trace, "--by", "proces"},
                 "--by: 'proces' is not one of process, name, file, policy, key, operation, size, class; did you mean process?");
  expect_refused({"trace", "info", trace, "--where", "operation=read"},
                 "--where: 'operation' is not one of process, file, policy, key, op, size, from, to");
  expect_refused({"run", trace, "--top", "3"}, "--top has no effect: --by tells what to count");
  expect_refused({"run", trace, "--by", "key", "--top", "0"}, "--top: 0 is outside 1..100000");
}

}  // namespace
}  // namespace icesim::cli
