// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "testbench/cli/program.hpp"
#include "testbench/cli/running_program.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

namespace icesim::cli {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using Json = nlohmann::ordered_json;

const std::string k61 = ICESIM_SOURCE_DIR "/traces/k61-f2fs-key-per-file.icetrace";
const std::string k612 = ICESIM_SOURCE_DIR "/traces/k612-f2fs-key-per-policy.icetrace";
const std::string slower = "controller.dma.read_latency=46";

class GoldenTest : public testing::Test {
 protected:
  Outcome golden(const std::string& name, const std::vector<std::string>& traces,
                 std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"golden"};
    words.insert(words.end(), traces.begin(), traces.end());
    words.insert(words.end(), {"-o", directory_.path(name), "-s", "replay.limit=200"});
    words.insert(words.end(), more.begin(), more.end());
    return icesim(words);
  }
  Outcome compare(const std::string& before, const std::string& after) const {
    return icesim({"compare", directory_.path(before), directory_.path(after)});
  }
  /// Names and bytes of a golden directory.
  std::map<std::string, std::string> bytes(const std::string& name) const {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::directory_iterator(directory_.path(name)))
      all[entry.path().filename().string()] = read_text_file(entry.path().string());
    return all;
  }
  Json index(const std::string& name) const {
    return Json::parse(read_text_file(directory_.path(name + "/golden.json")));
  }
  void expect_refused(const Outcome& outcome, const std::string& line) const {
    EXPECT_EQ(outcome.exit_code, 2) << outcome.out;
    EXPECT_THAT(outcome.err, HasSubstr(line));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }

  Directory directory_;
};

TEST_F(GoldenTest, KeepsResultsLogHashAndVersion) {
  const Outcome outcome = golden("g", {k61, k612});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "made " + directory_.path("g") + ": 2 traces\n");
  const auto files = bytes("g");
  EXPECT_EQ(files.size(), 5U);
  const Json json = index("g");
  EXPECT_EQ(json["traces"][0]["name"], "k61-f2fs-key-per-file.icetrace");
  EXPECT_EQ(json["traces"][0]["sha256"].get<std::string>().size(), 64U);
  EXPECT_EQ(json["platform"], "phone-ufs31, replay.limit=200");
  EXPECT_THAT(json["accepted"], IsEmpty());
  golden("again", {k61, k612});
  EXPECT_EQ(bytes("again"), files);
  EXPECT_EQ(compare("g", "again").exit_code, 0);
  EXPECT_THAT(compare("g", "again").out, StartsWith("EQUAL: 2 traces\n"));
}

TEST_F(GoldenTest, AreTheResultsOfRun) {
  golden("g", {k612, k61});
  const std::string results = directory_.path("r.json");
  ASSERT_EQ(
      icesim({"run", k61, "-s", "replay.limit=200", "-o", results, "--requests", directory_.path("r.csv")}).exit_code,
      0);
  EXPECT_EQ(icesim({"compare", directory_.path("g"), results}).exit_code, 0)
      << "a second simulation in the process is as the first";
  EXPECT_EQ(
      icesim({"compare", results, directory_.path("g") + "/k61-f2fs-key-per-file.icetrace.results.json", "--requests",
              directory_.path("r.csv"), directory_.path("g") + "/k61-f2fs-key-per-file.icetrace.requests.csv.zst"})
          .exit_code,
      0);
  EXPECT_EQ(without_command(icesim({"run", k61, "-o", "-", "-p", directory_.path("g") + "/k61-f2fs-key-per-file.icetrace.results.json"}).out),
            without_command(read_text_file(results)));
}

TEST_F(GoldenTest, DoNotChangeWithoutAReason) {
  golden("g", {k61});
  const auto before = bytes("g");
  EXPECT_EQ(golden("g", {k61}).exit_code, 0);
  const Outcome outcome = golden("g", {k61}, {"-s", slower});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, StartsWith("DIFFERENT: "));
  EXPECT_THAT(outcome.out, HasSubstr("is the first that differs: stage fetch "));
  EXPECT_THAT(outcome.out, testing::EndsWith("stays as it is; --accept \"reason\" renews it\n"));
  EXPECT_EQ(bytes("g"), before);
  expect_refused(golden("g", {k61}, {"-s", slower, "--accept", " "}), "--accept: a reason is needed");
  EXPECT_EQ(golden("g", {k61}, {"--accept", "nothing moved"}).exit_code, 0);
  EXPECT_EQ(bytes("g"), before);
}

TEST_F(GoldenTest, AreRenewedWithReasonsThatStay) {
  golden("g", {k61});
  EXPECT_EQ(golden("g", {k61}, {"-s", slower, "--accept", "memory is a cycle slower"}).exit_code, 0);
  EXPECT_EQ(golden("g", {k61}, {"--accept", "and back"}).exit_code, 0);
  const Json accepted = index("g")["accepted"];
  ASSERT_EQ(accepted.size(), 2U);
  EXPECT_EQ(accepted[0]["reason"], "memory is a cycle slower");
  EXPECT_EQ(accepted[1]["reason"], "and back");
  golden("new", {k61});
  EXPECT_EQ(compare("g", "new").exit_code, 0);
}

TEST_F(GoldenTest, AParameterThatMovesNothingIsAnotherConfiguration) {
  golden("g", {k61});
  EXPECT_EQ(golden("g", {k61}, {"-s", "seed=2"}).exit_code, 1);
  EXPECT_EQ(golden("g", {k61}, {"-s", "seed=2", "--accept", "seed"}).exit_code, 0);
}

TEST_F(GoldenTest, ATraceOfOneSideIsADifference) {
  golden("two", {k61, k612});
  golden("one", {k61});
  EXPECT_EQ(compare("two", "one").exit_code, 1);
  EXPECT_THAT(compare("two", "one").out, StartsWith("DIFFERENT: 1 of 2 traces\ngone: k612-"));
  EXPECT_THAT(compare("one", "two").out, HasSubstr("\nnew: k612-"));
  EXPECT_EQ(golden("two", {k61}).exit_code, 1);
  EXPECT_EQ(golden("two", {k61}, {"--accept", "one is enough"}).exit_code, 0);
  EXPECT_EQ(bytes("two").size(), 3U) << "what is not there any more is removed";
}

TEST_F(GoldenTest, AChangedFileIsNoticed) {
  golden("g", {k61});
  const std::string results = directory_.path("g") + "/k61-f2fs-key-per-file.icetrace.results.json";
  std::string text = read_text_file(results);
  text.replace(text.find("\"value\": "), 9, "\"value\": 1");
  write_file_atomically(results, text);
  expect_refused(compare("g", "g"), results + ": not what golden.json tells of");
}

TEST_F(GoldenTest, ATruncatedOrForeignDirectoryIsRefusedAndLeftAlone) {
  golden("g", {k61});
  fs::remove(directory_.path("g") + "/k61-f2fs-key-per-file.icetrace.requests.csv.zst");
  expect_refused(compare("g", "g"), ".requests.csv.zst");
  fs::create_directory(directory_.path("other"));
  write_file_atomically(directory_.path("other/mine"), "x");
  expect_refused(golden("other", {k61}), "a directory without golden.json");
  expect_refused(golden("other/mine", {k61}), "is not a directory");
  EXPECT_EQ(bytes("other").size(), 1U);
  expect_refused(golden("no/where", {k61}), "no/where: cannot make this directory: No such file or directory");
}

TEST_F(GoldenTest, WhatFailsLeavesNothing) {
  const std::string bad = directory_.file("bad.icetrace", "no trace");
  EXPECT_EQ(golden("g", {k61, bad}).exit_code, 2);
  EXPECT_FALSE(fs::exists(directory_.path("g")));
  expect_refused(golden("g", {k61, k61}), "two traces are called k61");
  expect_refused(golden("g", {"-"}), "golden reads each trace twice");
  expect_refused(icesim({"golden", k61}), "--output DIR is missing");
  expect_refused(icesim({"golden", "-o", directory_.path("g")}), "TRACE is missing");
}

TEST_F(GoldenTest, ASignalLeavesThemAsTheyWere) {
  const std::string endless = directory_.path("long.icetrace");
  ASSERT_EQ(icesim({"generate", endless, "--requests", "300000", "--interval", "100us"}).exit_code, 0);
  golden("g", {k61});
  const auto before = bytes("g");
  for (const char* name : {"g", "none"}) {
    RunningProgram program({"golden", endless, "-o", directory_.path(name), "--accept", "all of it"});
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    program.send(SIGTERM);
    EXPECT_EQ(program.wait().exit_code, 128 + SIGTERM);
  }
  EXPECT_EQ(bytes("g"), before);
  EXPECT_THAT(directory_.files(), testing::ElementsAre("g", "long.icetrace"));
}

TEST_F(GoldenTest, AnotherTraceOfTheSameNameIsNoticed) {
  const std::string copy = directory_.path("k61-f2fs-key-per-file.icetrace");
  ASSERT_EQ(icesim({"generate", copy, "--requests", "300"}).exit_code, 0);
  golden("g", {k61});
  const Outcome outcome = golden("g", {copy});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, StartsWith("DIFFERENT: "));
  EXPECT_THAT(outcome.out, HasSubstr("NOT THE SAME TRACE: SHA-256 "));
}

}  // namespace
}  // namespace icesim::cli
