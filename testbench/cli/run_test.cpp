// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "program.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Json = nlohmann::ordered_json;

/// The bundled trace, but only its beginning.
std::vector<std::string> run(std::vector<std::string> more, const std::string& command = "run") {
  std::vector<std::string> arguments{command, trace, "--set", "replay.limit=300"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

class RunTest : public testing::Test {
 protected:
  /// The user's fault: exit code 2, this line, and no file besides those given.
  void expect_user_error(const std::vector<std::string>& arguments, const std::string& line) {
    const std::vector<std::string> before = directory_.files();
    const Outcome outcome = icesim(arguments);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_EQ(outcome.err, "icesim: " + line + "\n");
    EXPECT_EQ(directory_.files(), before);
  }
  Json results(std::vector<std::string> more) {
    more.insert(more.end(), {"-o", "-"});
    const Outcome outcome = icesim(run(more));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return Json::parse(outcome.out);
  }

  Directory directory_;
};

TEST_F(RunTest, ShowsTheFewestProgramsWhenAsked) {
  EXPECT_THAT(icesim(run({"--set", "keys.optimum=true"})).out, HasSubstr(" (at best "));
  EXPECT_THAT(icesim(run({"--set", "keys.optimum=true"}, "slots")).out, HasSubstr("misses  at best  waits"));
  EXPECT_FALSE(results({})["statistics"].contains("keyslots.fewest_programs"));
}

TEST_F(RunTest, ReportsOnTheScreenAndWritesResults) {
  const std::string file = directory_.path("results.json");
  const Outcome outcome = icesim(run({"-o", file}));
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err, IsEmpty());
  EXPECT_THAT(outcome.out, HasSubstr("k61-f2fs-key-per-file.icetrace"));
  EXPECT_THAT(outcome.out, HasSubstr("latency, us"));
  EXPECT_THAT(outcome.out, HasSubstr("requests per second of wall time"));
  EXPECT_THAT(directory_.files(), ElementsAre("results.json"));
  const Json json = Json::parse(read_text_file(file));
  EXPECT_EQ(json["trace"]["name"], "k61-f2fs-key-per-file.icetrace");
  EXPECT_GT(json["statistics"]["driver.requests_completed"]["value"], 0);
}

TEST_F(RunTest, WritesTheSameBytesEveryTime) {
  const std::string first = icesim(run({"-o", "-"})).out;
  EXPECT_EQ(icesim(run({"-o", "-"})).out, first);
  EXPECT_THAT(first, testing::Not(HasSubstr("wall")));
}

TEST_F(RunTest, RepeatsARunFromItsResults) {
  const std::string first = icesim(run({"-s", "keyslots.num_keyslots=3", "-o", "-"})).out;
  const std::string file = directory_.file("first.json", first);
  EXPECT_EQ(without_command(icesim({"run", trace, "--platform", file, "-o", "-"}).out), without_command(first));
}

TEST_F(RunTest, StagesAddUpToTheLatencyOfAllRequests) {
  const Json json = results({});
  std::uint64_t total = 0;
  for (const Json& stage : json["stages"]) total += stage["total_ps"].get<std::uint64_t>();
  const Json& statistics = json["statistics"];
  const auto count = statistics["latency.all.count"]["value"].get<std::uint64_t>();
  ASSERT_GT(count, 0U);
  EXPECT_EQ(total / count, statistics["latency.all.mean"]["value"].get<std::uint64_t>());
}

TEST_F(RunTest, AppliesPlatformThenOptionsThenSettings) {
  const std::string file =
      directory_.file("p.json", R"({"keyslots": {"num_keyslots": 2}, "replay": {"queue_depth": 5}})");
  const Json config = results({"-p", file, "--time-scale", "50", "--mode", "closed", "-s", "keyslots.num_keyslots=4", "-s",
                               "keyslots.num_keyslots=7"})["config"];
  EXPECT_EQ(config["keyslots"]["num_keyslots"], 7);
  EXPECT_EQ(config["replay"]["queue_depth"], 5);
  EXPECT_EQ(config["replay"]["time_scale"], 50);
  EXPECT_EQ(config["replay"]["mode"], "closed");
  const Json asap = results({"-p", file, "--queue-depth", "6", "--mode", "asap"})["config"];
  EXPECT_EQ(asap["replay"]["queue_depth"], 6);
  EXPECT_EQ(asap["replay"]["mode"], "asap");
}

TEST_F(RunTest, RefusesWrongSettings) {
  const std::string out = directory_.path("out.json");
  expect_user_error(run({"-o", out, "--set", "keyslots.num_keyslots=300"}),
                    "--set keyslots.num_keyslots=300: 300 is outside 1..256");
  expect_user_error(run({"-o", out, "--set", "keyslots.num_keyslot=3"}),
                    "--set keyslots.num_keyslot=3: keyslots.num_keyslot is not a parameter; did you mean "
                    "keyslots.num_keyslots? 'icesim describe parameters' lists all");
  expect_user_error(run({"-o", out, "--mode", "fast"}), "--mode: 'fast' is not one of open, closed, asap");
  expect_user_error(run({"-o", out, "--queue-depth", "0"}), "--queue-depth: 0 is outside 1..65536");
}

TEST_F(RunTest, RefusesWrongPlatforms) {
  const std::string bad = directory_.file("bad.json", R"({"keyslots": {"num_keyslots": 300}})");
  expect_user_error(run({"-p", bad}), bad + ":/keyslots/num_keyslots: 300 is outside 1..256");
  const std::string missing = directory_.path("missing.json");
  expect_user_error(run({"-p", missing}), missing + ": cannot read: No such file or directory");
  EXPECT_THAT(icesim(run({"-p", "xyzzy"})).err, HasSubstr("--platform xyzzy: no such platform or file"));
}

TEST_F(RunTest, RefusesWrongTraces) {
  const std::string out = directory_.path("out.json");
  const Outcome missing = icesim({"run", directory_.path("missing"), "-o", out});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(missing.err, HasSubstr(directory_.path("missing")));
  const std::string text = directory_.file("letter", "Dear Sir or Madam\n");
  const Outcome letter = icesim({"run", text, "-o", out});
  EXPECT_EQ(letter.exit_code, 2);
  EXPECT_THAT(letter.err, HasSubstr(text));
  EXPECT_THAT(directory_.files(), ElementsAre("letter"));
}

TEST_F(RunTest, RefusesATraceThatEndsEarlyAndLeavesNoFile) {
  const std::string whole = read_text_file(trace);
  const std::string cut = directory_.file("cut.icetrace", whole.substr(0, whole.size() / 2));
  const Outcome outcome = icesim({"run", cut, "-o", directory_.path("out.json")});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr(cut));
  EXPECT_THAT(directory_.files(), ElementsAre("cut.icetrace"));
}

TEST_F(RunTest, RefusesAnOutputThatCannotBeWritten) {
  const std::string out = directory_.path("missing/out.json");
  expect_user_error(run({"-o", out}), out + ": cannot write: No such file or directory");
}

TEST_F(RunTest, WarnsWhenNothingIsEncrypted) {
  const std::string warning = "no request had a key";
  EXPECT_THAT(icesim(run({"--keys", "none"})).out, HasSubstr(warning));
  for (const std::string path : {"registers", "prdt", "none"})
    EXPECT_THAT(icesim(run({"-s", "crypto.path=" + path})).out, testing::Not(HasSubstr(warning))) << path;
}

TEST_F(RunTest, SlotsComparesNumbersOfKeyslots) {
  const std::string file = directory_.path("slots.json");
  const Outcome outcome = icesim(run({"-j", "2", "-o", file}, "slots"));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\nrecommended: "));
  const Json json = Json::parse(read_text_file(file));
  EXPECT_EQ(json["miss_curve"].size(), 256U);
  std::vector<std::uint64_t> counts;
  for (const Json& point : json["simulated"]) counts.push_back(point["keyslots"]);
  EXPECT_THAT(counts, testing::IsSupersetOf({1, 2, 4, 8, 16, 32, 64, 256}));
  EXPECT_TRUE(std::is_sorted(counts.begin(), counts.end()));
  for (std::size_t i = 1; i < 256; ++i) {
    EXPECT_LE(json["misses"][std::to_string(i + 1)], json["misses"][std::to_string(i)]);
  }
}

TEST_F(RunTest, SlotsDoesNotDependOnTheNumberOfProcesses) {
  const std::string one = icesim(run({"-j", "1", "-o", "-"}, "slots")).out;
  EXPECT_THAT(one, HasSubstr("recommended"));
  EXPECT_EQ(icesim(run({"-j", "5", "-o", "-"}, "slots")).out, one);
}

TEST_F(RunTest, SlotsRefusesWhatItCannotAnswer) {
  const std::string out = directory_.path("out.json");
  expect_user_error(run({"-j", "0", "-o", out}, "slots"), "--jobs: 0 is outside 1..1024");
  expect_user_error(run({"-j", "many"}, "slots"), "--jobs: 'many' is not a count; write a plain integer");
  const std::string plain =
      directory_.file("plain.txt", "a-1 [000] ..... 1.000000: block_rq_issue: 8,0 R 4096 () 800 + 8 [a]\n");
  expect_user_error({"slots", plain, "-o", out}, plain + ": no request has a key; --keys gives requests keys");
}

TEST_F(RunTest, ImportMakesATraceThatRuns) {
  const std::string in = directory_.file("in.txt",
                                         "a-1 [000] ..... 1.000000: block_rq_issue: 8,0 R 4096 () 800 + 8 [a]\n"
                                         "a-1 [000] ..... 2.000000: block_rq_issue: 8,0 W 4096 () 1600 + 8 [a]\n");
  const std::string csv =
      directory_.file("owners.csv", "timestamp,rw,sector,nsect,comm,inodes\n1.0,R,800,8,a,30\n2.0,W,1600,8,a,31\n");
  const std::string out = directory_.path("out.icetrace");
  const Outcome import = icesim({"import", in, out, "--keys", "per_file", "--inodes", csv});
  EXPECT_EQ(import.exit_code, 0) << import.err;
  EXPECT_THAT(import.out, HasSubstr("2 records of 2 requests, 2 with one of 2 keys"));
  EXPECT_EQ(icesim({"run", out}).exit_code, 0);
}

TEST_F(RunTest, ImportRefusesWrongInputAndLeavesNoFile) {
  const std::string in = directory_.file("in.txt", "Dear Sir or Madam\n");
  const std::string out = directory_.path("out.icetrace");
  expect_user_error(
      {"import", in, out, "--keys", "some"},
      "--keys: 'some' is not one of recorded, none, single, per-process, per-file-synthetic, per-file, per-policy, "
      "android");
  EXPECT_EQ(icesim({"import", in, out}).exit_code, 2);
  EXPECT_EQ(icesim({"import", directory_.path("missing"), out}).exit_code, 2);
  EXPECT_THAT(directory_.files(), ElementsAre("in.txt"));
}

}  // namespace
}  // namespace icesim::cli
