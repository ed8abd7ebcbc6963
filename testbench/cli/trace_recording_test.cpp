// SPDX-License-Identifier: Apache-2.0
// What every command says of how a trace was recorded: devices, completions, what was left out.
#include "program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::ordered_json;

const std::string recordings = ICESIM_SOURCE_DIR "/testbench/workload/inputs/pairing/";

Json info(const std::string& file, std::vector<std::string> more = {}) {
  more.insert(more.begin(), {"trace", "info", file, "--json"});
  const Outcome outcome = icesim(more);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return Json::parse(outcome.out);
}

TEST(Devices, AreNamedByEveryCommandWhenTheFirstIsNotTheBusiest) {
  const Directory directory;
  const std::string loop = recordings + "loop-first.txt";
  const std::string note =
      "trace: 50 requests of other devices were left out, though the one of the first request, 7,96, is not the one "
      "with "
      "the most (7,96 has 1, 8,0 has 50); see --device";
  for (const std::vector<std::string>& command : {std::vector<std::string>{"run", loop, "--keys", "single"},
                                                  {"slots", loop, "--keys", "single"},
                                                  {"import", loop, directory.path("out.icetrace")}}) {
    const Outcome outcome = icesim(command);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr(note)) << command.front();
  }
  EXPECT_THAT(icesim({"trace", "info", loop}).out,
              HasSubstr("devices   7,96 has 1, 8,0 has 50 requests\n"
                        "          the first, 7,96, is read, which has not the most: see --device\n"));
  const Json json = info(loop);
  EXPECT_EQ(json["devices"], Json::parse(R"({"7,96": 1, "8,0": 50})"));
  EXPECT_THAT(json["notes"].get<std::vector<std::string>>(), testing::Contains(note));
  EXPECT_THAT(Json::parse(icesim({"slots", loop, "--keys", "single", "-o", "-"}).out)["warnings"].dump(),
              HasSubstr(note));
  EXPECT_THAT(Json::parse(icesim({"run", loop, "-o", "-"}).out)["warnings"].dump(), HasSubstr(note));
  EXPECT_THAT(icesim({"trace", "info", loop, "--device", "8,0"}).out, Not(HasSubstr("has not the most")));
}

TEST(Recording, WhatFitsNothingIsOnTheScreenAndInTheJson) {
  const Directory directory;
  const std::string text =
      "a-1 [000] ..... 1.000000: block_rq_issue: 8,0 R 4096 () 800 + 8 [a]\n"
      "a-1 [000] ..... 1.000010: block_rq_requeue: 8,0 R () 800 + 8 [0]\n"
      "a-1 [000] ..... 1.050000: block_rq_issue: 8,0 R 4096 () 800 + 8 [a]\n"
      "a-1 [000] ..... 1.060000: block_rq_issue: 8,0 R 4096 () 900 + 8 [a]\n"
      "a-1 [000] ..... 1.050300: block_rq_complete: 8,0 R () 800 + 8 [0]\n"
      "a-1 [000] ..... 1.070000: block_rq_complete: 8,0 R () 900 + 16 [0]\n"
      "a-1 [000] ..... 1.080000: block_rq_complete: 8,0 W () 100 + 8 [0]\n"
      "a-1 [000] ..... 1.080004: block_rq_issue: 8,0 W 4096 () 100 + 8 [a]\n";
  const std::string in = directory.file("t.txt", text);
  const Json json = info(in);
  EXPECT_EQ(json["requests"]["read"], 2);
  EXPECT_EQ(json["requeued"], 1);
  EXPECT_EQ(json["unordered_completions"], 1);
  EXPECT_EQ(json["orphans"], 1);
  EXPECT_EQ(json["early_completions"], 1);
  EXPECT_EQ(json["unfinished"], 1);
  EXPECT_EQ(json["recorded_latency"]["read"]["max"], 50'300'000'000);
  const std::string screen = icesim({"trace", "info", in}).out;
  const std::string run = icesim({"run", in}).out;
  for (const char* sentence :
       {"Completion events behind events of later times", "Completion events in front of their issue",
        "put back by the driver before", "Completion events without an issue"}) {
    EXPECT_THAT(screen, HasSubstr(sentence));
  }
  for (const char* sentence :
       {"1 issue is of a request that the driver had put back", "1 completion stands behind events of later times",
        "1 completion stands in front of its request", "1 completion has no request",
        "1 request has no completion"}) {
    EXPECT_THAT(run, HasSubstr(sentence));
  }
}

TEST(Recording, OfAnImportIsThatOfItsInput) {
  const Directory directory;
  for (const char* name :
       {"loop-first.txt", "lost.txt", "mispair.txt", "order.txt", "requeue-blkparse.txt", "idle-cap.txt"}) {
    const std::string out = directory.path("out.icetrace");
    ASSERT_EQ(icesim({"import", recordings + name, out}).exit_code, 0);
    const Json before = info(recordings + name);
    const Json after = info(out);
    for (const char* member : {"timeline", "depth_known", "deepest_queue", "recorded_latency", "completions", "orphans",
                               "unfinished", "unordered_completions", "requests", "sizes", "span"}) {
      EXPECT_EQ(after[member], before[member]) << name << ": " << member;
    }
    EXPECT_EQ(before["depth_known"], true);
  }
}

TEST(Recording, TheBytesOfTheTimelineAreThoseOfTheTrace) {
  for (const char* name : {"k61-f2fs-key-per-file", "k612-f2fs-key-per-policy"}) {
    const Json json = info(std::string(ICESIM_SOURCE_DIR "/traces/") + name + ".icetrace");
    std::uint64_t timeline = 0;
    for (const Json& row : json["timeline"]) timeline += row["bytes"].get<std::uint64_t>();
    std::uint64_t bytes = 0;
    for (const Json& each : json["bytes"]) bytes += each.get<std::uint64_t>();
    EXPECT_EQ(timeline, bytes) << name;
  }
}

TEST(IssuedAgain, IsSaidAndCollapsedOnlyWhenAsked) {
  const std::string only = recordings + "issue-only.txt";
  EXPECT_THAT(icesim({"run", only}).out, HasSubstr("19 requests equal one just before and look issued again"));
  EXPECT_EQ(info(only)["repeated"], 19);
  EXPECT_EQ(info(only, {"--reissue-window", "10000"})["collapsed"], 13);
}

}  // namespace
}  // namespace icesim::cli
