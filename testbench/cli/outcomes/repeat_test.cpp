// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "icesim/crypto/sha256.hpp"
#include "testbench/cli/program.hpp"

#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim::cli {
namespace {

using testing::HasSubstr;

using Words = std::vector<std::string>;

const std::string bytes_of_trace = sha256_hex(read_text_file(trace));

std::string written_by(Words arguments, const std::string& input = "/dev/null") {
  arguments.insert(arguments.end(), {"-o", "-"});
  const Outcome outcome = icesim(arguments, input);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return outcome.out;
}

nlohmann::json results_told(const Words& arguments, const std::string& input = "/dev/null") { return nlohmann::json::parse(written_by(arguments, input)); }

TEST(Repeat, ResultsTellTheVersionWithItsCommit) {
  EXPECT_EQ("icesim " + results_told({"run", trace, "-s", "replay.limit=50"})["icesim"].get<std::string>() + "\n", icesim({"--version"}).out);
}

TEST(Repeat, ResultsTellTheHashOfTheTracesBytes) {
  EXPECT_EQ(results_told({"run", trace})["trace"]["sha256"], bytes_of_trace);
  EXPECT_EQ(results_told({"run", "-"}, trace)["trace"]["sha256"], bytes_of_trace);
}

TEST(Repeat, TheHashIsOfTheWholeFileWhereTheReplayEndsEarlier) {
  EXPECT_EQ(results_told({"run", trace, "-s", "replay.limit=50"})["trace"]["sha256"], bytes_of_trace);
}

TEST(Repeat, APipeIsHashedWhereItIsReadToItsEnd) {
  const auto through_pipe = [](const std::string& more) {
    const Directory directory;
    const std::string out = directory.path("r.json");
    EXPECT_EQ(std::system(("cat " + trace + " | " ICESIM_PROGRAM " run - " + more + " -o " + out + " > /dev/null").c_str()), 0);
    return nlohmann::json::parse(read_text_file(out))["trace"];
  };
  EXPECT_EQ(through_pipe("")["sha256"], bytes_of_trace);
}

TEST(Repeat, AnEndlessPipeIsLeftWhereTheReplayEndsAndHasNoHash) {
  const Directory directory;
  const std::string out = directory.path("r.json"), lines = directory.file("one", "a-1 [000] ..... 1.000000: block_rq_issue: 8,0 R 4096 () 800 + 8 [a]\n");
  const std::string command = "( while cat " + lines + " 2> /dev/null; do :; done ) 2> /dev/null | timeout 60 " ICESIM_PROGRAM
                              " run - --format ftrace -s replay.limit=3 -o " + out + " > /dev/null";
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_FALSE(nlohmann::json::parse(read_text_file(out))["trace"].contains("sha256"));
}

TEST(Repeat, ResultsTellTheCommandThatRepeatsThem) {
  const Directory directory;
  const std::string copy = directory.file("it's a trace", read_text_file(trace));
  const Words arguments{"run", copy, "-s", "replay.limit=50", "--set=keyslots.num_keyslots=3", "--by", "operation", "-q"};
  const std::string first = written_by(arguments);
  const std::string command = nlohmann::json::parse(first)["command"];
  EXPECT_THAT(command, HasSubstr("icesim run '"));
  EXPECT_THAT(command, HasSubstr("' --set replay.limit=50 --set keyslots.num_keyslots=3 --by operation"));
  const std::string again = directory.path("again.json");
  ASSERT_EQ(std::system((std::string(ICESIM_PROGRAM) + command.substr(6) + " -o " + again + " > /dev/null").c_str()), 0);
  EXPECT_EQ(read_text_file(again), first);
}

TEST(Repeat, OutputsAreNotPartOfTheCommand) {
  const Directory directory;
  const Words arguments{"run", trace, "-s", "replay.limit=50"};
  Words watched = arguments;
  watched.insert(watched.end(), {"--requests", directory.path("a.csv"), "--waves", directory.path("a.vcd"), "--waves-from", "0s", "--waves-to", "1ns"});
  EXPECT_EQ(written_by(watched), written_by(arguments));
}

TEST(Repeat, AWordThatLooksLikeAnOptionIsStillATrace) {
  const Directory directory;
  write_file_atomically(directory.path("-t"), read_text_file(trace));
  const std::string run = "cd " + directory.path("") + " && " ICESIM_PROGRAM " run -o a.json -s replay.limit=50 -- -t > /dev/null";
  ASSERT_EQ(std::system(run.c_str()), 0);
  EXPECT_EQ(nlohmann::json::parse(read_text_file(directory.path("a.json")))["command"], "icesim run --set replay.limit=50 -- -t");
}

}  // namespace
}  // namespace icesim::cli
