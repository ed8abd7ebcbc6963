// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/block/merge_replay.hpp"

#include "testbench/support/recorded_checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using test::RecordedAnswers;
using test::ReplayResult;

ReplayResult replay(const std::string& text) { return test::replay_merges(RecordedAnswers::of(text)); }

std::string error_of(const std::string& text) { return test::refusal_of(text, test::replay_merges); }

class MergeReplay : public testing::TestWithParam<const char*> {};

TEST_P(MergeReplay, AnswersAsLinuxDoes) { test::expect_linux_answers(GetParam(), 3'000, test::replay_merges); }

INSTANTIATE_TEST_SUITE_P(Recorded, MergeReplay,
                         testing::Values("testbench/golden/linux-6.12-merges-4k-segments.csv.zst",
                                         "testbench/golden/linux-6.12-merges-64k-segments.csv.zst",
                                         "../shared/vectors/merge/merge_4k_segments.csv.zst",
                                         "../shared/vectors/merge/merge_64k_segments.csv.zst"));

/// Bios that meet a rule each, with Linux's answers.
struct Case {
  const char* rule;
  const char* bios;
};
constexpr Case cases[]{
    {"the next blocks join, then those in front",
     "0,read,80,8,1,10,0,-,1,none,80,8,10,0,1\n0,read,88,8,1,11,0,R,1,back,80,16,10,0,2\n"
     "0,read,72,8,1,9,0,S,1,front,72,24,9,0,3\n"},
    {"another plug is empty", "0,read,80,8,0,0,0,-,1,none,80,8,0,0,1\n1,read,88,8,0,0,0,-,1,none,88,8,0,0,1\n"},
    {"a forced write joins nothing, and nothing joins it",
     "0,write,80,8,0,0,0,-,1,none,80,8,0,0,1\n0,write,88,8,0,0,0,F,1,none,88,8,0,0,1\n"
     "0,write,96,8,0,0,0,F,1,none,96,8,0,0,1\n0,write,104,8,0,0,0,-,1,none,104,8,0,0,1\n"},
    {"a flush leaves the request before it open",
     "0,write,80,8,0,0,0,-,1,none,80,8,0,0,1\n0,write,0,0,0,0,0,P,0,none,80,8,0,0,1\n"
     "0,write,88,8,0,0,0,PF,1,none,80,8,0,0,1\n0,write,88,8,0,0,0,-,1,back,80,16,0,0,2\n"},
    {"a flush leaves an empty plug empty", "0,write,0,0,0,0,0,P,0,none,-,-,-,-,-\n"},
    {"discards join up to 2 GiB, with one segment",
     "0,discard,80,4194296,0,0,0,-,1,none,80,4194296,0,0,1\n0,discard,4194376,8,0,0,0,-,1,back,80,4194304,0,0,1\n"
     "0,discard,72,8,0,0,0,-,1,none,72,8,0,0,1\n"},
    {"no more than 128 segments, however few sectors they are",
     "0,read,80,1016,0,0,0,-,127,none,80,1016,0,0,127\n0,read,1096,8,0,0,0,-,1,back,80,1024,0,0,128\n"
     "0,read,1104,8,0,0,0,-,1,none,1104,8,0,0,1\n"},
    {"no more than 1 MiB, however few segments that is",
     "0,read,80,2040,0,0,0,-,4,none,80,2040,0,0,4\n0,read,72,8,0,0,0,-,1,front,72,2048,0,0,5\n"
     "0,read,64,8,0,0,0,-,1,none,64,8,0,0,1\n"},
    {"data unit numbers carry into the next word",
     "0,read,80,8,1,18446744073709551615,0,-,1,none,80,8,18446744073709551615,0,1\n"
     "0,read,88,8,1,0,1,-,1,back,80,16,18446744073709551615,0,2\n"
     "1,read,80,8,1,18446744073709551615,0,-,1,none,80,8,18446744073709551615,0,1\n"
     "1,read,88,8,1,0,0,-,1,none,88,8,0,0,1\n"
     "2,read,80,8,1,0,1,-,1,none,80,8,0,1,1\n2,read,72,8,1,18446744073709551615,0,-,1,front,72,16,18446744073709551615,"
     "0,2\n"
     "3,read,80,8,1,5,1,-,1,none,80,8,5,1,1\n3,read,88,8,1,6,0,-,1,none,88,8,6,0,1\n"
     "4,read,80,16,1,18446744073709551615,18446744073709551615,-,2,none,80,16,18446744073709551615,"
     "18446744073709551615,2\n"
     "4,read,96,8,1,1,0,-,1,none,96,8,1,0,1\n"},
    {"keys and operations do not mix",
     "0,read,80,8,1,10,0,-,1,none,80,8,10,0,1\n0,read,88,8,2,11,0,-,1,none,88,8,11,0,1\n"
     "0,read,96,8,0,0,0,-,1,none,96,8,0,0,1\n0,write,104,8,0,0,0,-,1,none,104,8,0,0,1\n"},
};

TEST(MergeReplay, FollowsTheRulesThatTheBiosTell) {
  for (const Case& each : cases) {
    const ReplayResult result = replay(each.bios);
    EXPECT_EQ(result.differences, 0u) << each.rule << ", bio " << result.first;
  }
}

TEST(MergeReplay, SeesAnotherAnswerInEveryColumn) {
  const std::string first = "0,read,80,8,1,10,0,-,1,none,80,8,10,0,1\n";
  for (const char* answer : {"none,80,16,10,0,2", "front,80,16,10,0,2", "back,88,16,10,0,2", "back,80,8,10,0,2",
                             "back,80,16,11,0,2", "back,80,16,10,1,2", "back,80,16,10,0,1", "back,-,-,-,-,-"}) {
    const ReplayResult result = replay(first + "0,read,88,8,1,11,0,-,1," + answer + "\n");
    EXPECT_EQ(result.differences, 1u) << answer;
    EXPECT_EQ(result.first, 2u);
  }
}

TEST(MergeReplay, TakesLimitsThatTheFileStates) {
  const std::string limits =
      "# Limits: max_sectors 24 (12 KiB), max_segments 2, max_segment_size 256 KiB, max_discard_sectors 16, "
      "max_discard_segments 1,\n";
  const char* few_segments =
      "0,read,80,8,0,0,0,-,1,none,80,8,0,0,1\n0,read,88,8,0,0,0,-,1,back,80,16,0,0,2\n0,read,96,8,0,0,0,-,1,none,96,8,"
      "0,0,1\n";
  const char* few_sectors = "0,read,80,16,0,0,0,-,1,none,80,16,0,0,1\n0,read,96,16,0,0,0,-,1,none,96,16,0,0,1\n";
  const char* discards = "0,discard,80,16,0,0,0,-,1,none,80,16,0,0,1\n0,discard,96,8,0,0,0,-,1,none,96,8,0,0,1\n";
  for (const char* bios : {few_segments, few_sectors, discards}) {
    EXPECT_EQ(replay(limits + bios).differences, 0u) << bios;
    EXPECT_GT(replay(bios).differences, 0u) << bios;
  }
}

TEST(MergeReplay, RefusesWhatIsNoRecordingAndNamesTheLine) {
  EXPECT_THAT(error_of(""), testing::HasSubstr("no recorded answers"));
  for (const char* bad :
       {"state,0,0 0,0 0,0 1", "0,read,80,8,1,10,0,-,1,none,80,8,10,0", "x,read,80,8,1,10,0,-,1,none,80,8,10,0,1",
        "0,trim,80,8,1,10,0,-,1,none,80,8,10,0,1", "0,read,81,8,1,10,0,-,1,none,80,8,10,0,1",
        "0,read,80,4,1,10,0,-,1,none,80,8,10,0,1", "0,read,80,8,1,10,0,X,1,none,80,8,10,0,1",
        "0,read,80,8,1,10,0,-,1,joined,80,8,10,0,1", "0,read,80,8,1,10,0,-,1,none,80,8,-,0,1",
        "0,read,80,0,0,0,0,P,0,none,-,-,-,-,-", "0,write,80,0,0,0,0,-,0,none,-,-,-,-,-",
        "0,discard,80,8,1,10,0,-,1,none,80,8,10,0,1", "0,read,80,8,1,-10,0,-,1,none,80,8,10,0,1",
        "0,read,80,8,1,18446744073709551616,0,-,1,none,80,8,10,0,1"}) {
    EXPECT_THAT(error_of("# a comment\n" + std::string(bad) + "\n"), testing::StartsWith("text:2: ")) << bad;
  }
}

}  // namespace
}  // namespace icesim
