// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "testbench/cli/program.hpp"
#include "testbench/cli/running_program.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>

namespace icesim::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Json = nlohmann::ordered_json;

const std::string per_policy = ICESIM_SOURCE_DIR "/traces/k612-f2fs-key-per-policy.icetrace";

class SweepCommand : public testing::Test {
 protected:
  /// The words of a sweep of the bundled trace's beginning.
  static std::vector<std::string> sweep(std::vector<std::string> more) {
    more.insert(more.begin(), {"sweep", trace, "-s", "replay.limit=300"});
    return more;
  }
  Json json(std::vector<std::string> more) const {
    more.insert(more.end(), {"-o", "-"});
    const Outcome outcome = icesim(sweep(std::move(more)));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.err, IsEmpty());
    return Json::parse(outcome.out);
  }
  std::string file(const std::string& name) const { return directory_.path(name); }
  /// Expects one line that has this in it.
  static void expect_refused(const std::vector<std::string>& words, const std::string& why) {
    const Outcome outcome = icesim(words);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_THAT(outcome.err, testing::StartsWith("icesim: "));
    EXPECT_THAT(outcome.err, HasSubstr(why));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }

  Directory directory_;
};

TEST_F(SweepCommand, IsWhatRunSaysOfEachPoint) {
  const Json all = json({"--over", "keyslots.num_keyslots=1,8", "--over", "crypto.path=registers,firmware", "-m", "mean,keyslots.hits"});
  EXPECT_EQ(all["traces"][0]["name"], "k61-f2fs-key-per-file.icetrace");
  EXPECT_EQ(all["platform"], "phone-ufs31, replay.limit=300");
  EXPECT_EQ(all["command"], "icesim sweep " + trace + " --set replay.limit=300 --over keyslots.num_keyslots=1,8 --over crypto.path=registers,firmware --measure mean,keyslots.hits");
  ASSERT_EQ(all["points"].size(), 4U);
  for (const Json& point : all["points"]) {
    const Json& values = point["values"];
    const std::string keyslots = values["keyslots.num_keyslots"], path = values["crypto.path"];
    const Json run = Json::parse(icesim({"run", trace, "-s", "replay.limit=300", "-s", "keyslots.num_keyslots=" + keyslots, "-s", "crypto.path=" + path, "-o", "-"}).out);
    EXPECT_EQ(point["measures"]["mean"], run["statistics"]["latency.all.mean"]["value"]);
    EXPECT_EQ(point["measures"]["keyslots.hits"], run["statistics"]["keyslots.hits"]["value"]);
  }
}

TEST_F(SweepCommand, VariesTracesPlatformsEnginesAndKeys) {
  const Json all = json({"--over", "platform=phone-ufs31,phone-ufs40", "--over", "keys=recorded,single", "-m", "keys.keys,p99.encrypted"});
  EXPECT_EQ(all["keys"], "");
  ASSERT_EQ(all["points"].size(), 4U);
  EXPECT_EQ(all["points"][1]["measures"]["keys.keys"], 1);
  EXPECT_NE(all["points"][0]["measures"]["p99.encrypted"], all["points"][2]["measures"]["p99.encrypted"]);
  const Outcome traces = icesim({"sweep", trace, per_policy, "--over", "engine=xts-aes256-w5", "-s", "replay.limit=300", "-o", "-"});
  EXPECT_EQ(Json::parse(traces.out)["traces"].size(), 2U) << traces.err;
  const Outcome over = icesim({"sweep", "--over", "trace=" + trace + "," + per_policy, "--over", "engine=xts-aes256-w5", "-s", "replay.limit=300", "-o", "-"});
  Json named = Json::parse(over.out), listed = Json::parse(traces.out);
  named.erase("command"), listed.erase("command");
  EXPECT_EQ(named, listed);
}

TEST_F(SweepCommand, TakesAListOfPoints) {
  const std::string points = directory_.file("points", "keyslots.num_keyslots=1\ncrypto.path=firmware crypto.call.time=20us # slow\n");
  const Json all = json({"--points", points});
  ASSERT_EQ(all["points"].size(), 2U);
  EXPECT_EQ(all["points"][0]["values"].dump(), R"({"keyslots.num_keyslots":"1"})");
  EXPECT_EQ(all["points"][1]["values"].dump(), R"({"crypto.path":"firmware","crypto.call.time":"20us"})");
}

TEST_F(SweepCommand, NamesWhatIsRefusedAndGoesOn) {
  const Outcome outcome = icesim(sweep({"--over", "keyslots.num_keyslots=8,999", "--over", "crypto.path=registers,firmware", "-s", "crypto.call.time=9us"}));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("refused: 3 of 4 points\n"));
  EXPECT_THAT(outcome.out, HasSubstr("keyslots.num_keyslots=8 crypto.path=registers: --set crypto.call.time has no effect: "));
  EXPECT_THAT(outcome.out, HasSubstr("999 is outside 1..256"));
  expect_refused(sweep({"--over", "keyslots.num_keyslots=998,999"}), "all points are refused; the first: --set keyslots.num_keyslots=998: 998 is outside 1..256");
}

TEST_F(SweepCommand, SeesFailuresAndTellsWarningsOnce) {
  const std::vector<std::string> words = sweep({"--over", "keyslots.num_keyslots=8,16", "--over", "crypto.failing_program=1,2", "--fail-on", "errors"});
  const Outcome outcome = icesim(words);
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.out, HasSubstr("in 4 of 4 points; 'icesim run' tells what failed"));
  const Json warned = json({"--over", "keyslots.num_keyslots=8,16", "-s", "keys.life=trace"});
  EXPECT_THAT(warned["warnings"].dump(), testing::Not(HasSubstr("assumption")));
  EXPECT_EQ(warned["warnings"].size(), std::set<std::string>(warned["warnings"].begin(), warned["warnings"].end()).size());
}

TEST_F(SweepCommand, NamesTheTraceThatAWarningIsAbout) {
  const std::string line = "a-1 [000] ..... 2.000000: block_rq_issue: 8,0 R 4096 () 800 + 8 [a]\n";
  const std::string back = line + "a-1 [000] ..... 1.000000: block_rq_issue: 8,0 R 4096 () 1600 + 8 [a]\n";
  const auto warnings = [](const std::vector<std::string>& traces) {
    std::vector<std::string> words{"sweep", "--over", "keyslots.num_keyslots=1,4", "-o", "-"};
    words.insert(words.begin() + 1, traces.begin(), traces.end());
    const Outcome outcome = icesim(words);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return Json::parse(outcome.out)["warnings"].dump();
  };
  const std::string bad = directory_.file("b.txt", back);
  EXPECT_THAT(warnings({bad}), HasSubstr("\"trace: 1 time"));
  EXPECT_THAT(warnings({directory_.file("a.txt", line), bad}), HasSubstr("\"trace b.txt: 1 time"));
}

TEST_F(SweepCommand, ShardsMergeToTheSameBytes) {
  const std::vector<std::string> what{"--over", "keyslots.num_keyslots=1..32:x2", "--over", "crypto.path=registers,firmware", "--pareto", "keyslots.num_keyslots,mean", "--knee"};
  const auto with = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = sweep(what);
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  ASSERT_EQ(icesim(with({"-o", file("whole"), "--csv", file("whole.csv"), "-j", "1"})).exit_code, 0);
  for (const char* shard : {"1/3", "2/3", "3/3"})
    ASSERT_EQ(icesim(with({"-o", file(std::string("shard-") + shard[0]), "--shard", shard, "-j", "3"})).exit_code, 0);
  const Outcome merged = icesim({"merge", file("shard-2"), file("shard-1"), file("shard-3"), "-o", file("merged"), "--csv", file("merged.csv")});
  EXPECT_EQ(merged.exit_code, 0) << merged.err;
  EXPECT_THAT(merged.out, HasSubstr("knee: "));
  EXPECT_EQ(read_text_file(file("merged")), read_text_file(file("whole")));
  EXPECT_EQ(read_text_file(file("merged.csv")), read_text_file(file("whole.csv")));
  expect_refused({"merge", file("shard-1"), file("shard-3")}, "4 of 12 points are missing, the first is number 2; they are of 2/3");
}

TEST_F(SweepCommand, DoesNotRunAPointThatTheStoreHas) {
  const std::vector<std::string> words = sweep({"--over", "keyslots.num_keyslots=1,2,4", "--store", file("store"), "-o", file("json")});
  ASSERT_EQ(icesim(words).exit_code, 0);
  const std::string first = read_text_file(file("json"));
  ASSERT_EQ(std::distance(std::filesystem::directory_iterator(file("store")), {}), 3);
  const std::string kept = std::filesystem::directory_iterator(file("store"))->path().string();
  EXPECT_EQ(icesim({"compare", kept, kept}).exit_code, 0) << "each is a results file";
  // What is kept is believed: proof that it was not simulated again.
  std::string text = read_text_file(kept);
  const std::size_t at = text.find("\"value\": ", text.find("latency.all.p99\"")) + 9;
  text.replace(at, text.find(',', at) - at, "777");
  write_file_atomically(kept, text);
  ASSERT_EQ(icesim(words).exit_code, 0);
  EXPECT_THAT(read_text_file(file("json")), HasSubstr("\"p99\": 777"));
  std::filesystem::remove(kept);
  ASSERT_EQ(icesim(words).exit_code, 0);
  EXPECT_EQ(read_text_file(file("json")), first);
  write_file_atomically(kept, first.substr(0, 100));
  expect_refused(words, kept + ":");
}

TEST_F(SweepCommand, GoesOnWhereItWasInterrupted) {
  const std::string longer = file("long.icetrace");
  ASSERT_EQ(icesim({"generate", longer, "--requests", "30000", "--interval", "100us", "--keys", "100"}).exit_code, 0);
  const std::vector<std::string> words{"sweep", longer, "--over", "keyslots.num_keyslots=1..64:x2", "-j", "1", "--store", file("store"), "-o", file("json")};
  std::filesystem::create_directory(file("store"));
  const auto kept = [&] {
    std::vector<std::string> names;
    for (const auto& each : std::filesystem::directory_iterator(file("store"))) names.push_back(each.path().string());
    return names;
  };
  RunningProgram program(words);
  ASSERT_TRUE(wait_until([&] { return !kept().empty(); }));
  program.send(SIGTERM);
  const Outcome outcome = program.wait();
  if (outcome.exit_code != 0) {
    EXPECT_EQ(outcome.exit_code, 128 + SIGTERM);
    EXPECT_EQ(outcome.err, "icesim: interrupted by SIGTERM; the study is not finished; the points that --store has are not run again\n");
    EXPECT_FALSE(std::filesystem::exists(file("json")));
  }
  for (const std::string& name : kept()) EXPECT_THAT(name, testing::EndsWith(".json")) << "nothing half written";
  const auto time = std::filesystem::last_write_time(kept().front());
  const std::string first = kept().front();
  ASSERT_EQ(icesim(words).exit_code, 0);
  EXPECT_EQ(std::filesystem::last_write_time(first), time);
  EXPECT_EQ(kept().size(), 7U);
}

TEST_F(SweepCommand, SaysWhatHasNoEffectOrCannotBe) {
  const std::string over = "keyslots.num_keyslots=1,2";
  expect_refused(sweep({"--over", over, "-s", "keyslots.num_keyslots=8"}), "--set keyslots.num_keyslots has no effect: the study tries its own values");
  expect_refused(sweep({"--over", "platform=phone-ufs40", "-p", "phone-ufs31"}), "--platform has no effect: the study tries its own values");
  expect_refused(sweep({"--over", "replay.mode=range", "--mode", "asap"}), "--mode has no effect: the study tries its own values");
  expect_refused(sweep({"--over", over, "--over", over}), "keyslots.num_keyslots is varied twice");
  expect_refused(sweep({"--over", over, "--points", trace}), "--over has no effect: --points has the points");
  expect_refused(sweep({"--over", "trace=x"}), "trace is varied; the one in front has no effect");
  expect_refused(sweep({"--over", over, "--knee"}), "--knee has no effect: --pareto says of which front");
  expect_refused(sweep({"--over", over, "--pareto", "mean,men"}), "--pareto: 'men' is neither measured nor varied");
  expect_refused(sweep({"--over", over, "-m", "men"}), "--measure: 'men' is no measure");
  expect_refused(sweep({"--over", over, "--shard", "3/2"}), "--shard: there is no shard 3 of 2");
  expect_refused(sweep({"--over", "keyslots.num_keyslot=1"}), "--over keyslots.num_keyslot=1: keyslots.num_keyslot is not a parameter; did you mean");
  expect_refused({"sweep", file("none"), "--over", over}, file("none") + ": cannot read: No such file or directory");
  expect_refused({"sweep", "-", "--over", over}, "a study reads the trace once per point; give a file, not the standard input");
}

TEST_F(SweepCommand, AsksTheSchedulerForItsShard) {
  ::setenv("SLURM_ARRAY_TASK_ID", "1", 1);
  const Json all = json({"--over", "keyslots.num_keyslots=1,2,4", "--shard", "auto/2"});
  ::unsetenv("SLURM_ARRAY_TASK_ID");
  EXPECT_EQ(all["shard"], "2/2");
  ASSERT_EQ(all["points"].size(), 1U);
  EXPECT_EQ(all["points"][0]["number"], 2);
}

}  // namespace
}  // namespace icesim::cli
