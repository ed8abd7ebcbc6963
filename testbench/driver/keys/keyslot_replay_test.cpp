// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/keys/keyslot_replay.hpp"

#include "testbench/support/recorded_checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using test::RecordedAnswers;
using test::ReplayResult;

ReplayResult replay(const std::string& text) { return test::replay_keyslots(RecordedAnswers::of(text)); }

std::string error_of(const std::string& text) { return test::refusal_of(text, test::replay_keyslots); }

class KeyslotReplay : public testing::TestWithParam<const char*> {};

TEST_P(KeyslotReplay, AnswersAsLinuxDoes) { test::expect_linux_answers(GetParam(), 6'000, test::replay_keyslots); }

INSTANTIATE_TEST_SUITE_P(Recorded, KeyslotReplay,
                         testing::Values("testbench/golden/linux-6.12-keyslots-4.csv.zst",
                                         "testbench/golden/linux-6.12-keyslot-waiters.csv.zst",
                                         "../shared/vectors/keyslots/keyslot_s001_k003.csv.zst",
                                         "../shared/vectors/keyslots/keyslot_s004_k009.csv.zst",
                                         "../shared/vectors/keyslots/keyslot_s032_k070.csv.zst",
                                         "../shared/vectors/keyslots/keyslot_s100_k300.csv.zst"));

// Each line meets a rule of its own; what stands behind | is what Linux answers.
constexpr const char* operations[]{
    "state,0,0 0,0 0,0 1",
    "get,1,program,0,-,0,1",                     // the first idle keyslot
    "get,1,hit,0,-,0,0",                         // one more reference
    "get_with_failing_program,2,error,1,-,1,1",  // wakes; the keyslot stays empty
    "get,2,program,1,-,0,1",                     // and stays the next victim
    "get,3,sleep,-,-,0,0",                       // nothing idle: nothing changes
    "put,1,-,0,-,0,0",                           // not the last reference
    "evict,2,-,-,busy,0,0",                      // forgotten, although in use
    "reprogram_all,-,-,-,-,0,1",                 // so only key 1 is written again
    "put,2,-,1,-,1,0",                           // the last reference wakes
    "evict,2,-,-,not_found,0,0",                 //
    "get,2,program,1,-,0,1",                     // elsewhere none is idle
    "put,1,-,0,-,1,0",                           //
    "put,2,-,1,-,1,0",                           //
    "evict_with_failing_driver,1,-,0,io_error,0,0",
    "state,14,0 2,0 0,0 1",  // forgotten all the same, at its place among the idle
    "evict,2,-,1,evicted,0,0",
    "get_with_failing_program,5,error,0,-,1,1",
    "state,16,0 0,0 0,0 1",
};

std::string lines_of(std::size_t changed = ~std::size_t{0}, const std::string& with = {}) {
  std::string text = "# comment\n";
  for (std::size_t i = 0; i < std::size(operations); ++i)
    text += (i == changed ? with : std::string(operations[i])) + "\n";
  return text;
}

TEST(KeyslotReplay, FollowsTheRulesThatTheOperationsTell) {
  const ReplayResult result = replay(lines_of());
  EXPECT_EQ(result.lines, std::size(operations));
  EXPECT_EQ(result.differences, 0u) << "line " << result.first;
}

TEST(KeyslotReplay, SeesAnotherAnswerInEveryColumn) {
  const std::pair<std::size_t, const char*> changes[]{
      {1, "get,1,hit,0,-,0,1"},       {1, "get,1,program,1,-,0,1"}, {1, "get,1,program,0,-,1,1"},
      {1, "get,1,program,0,-,0,0"},   {5, "get,3,sleep,1,-,0,0"},   {7, "evict,2,-,1,busy,0,0"},
      {7, "evict,2,-,-,evicted,0,0"}, {9, "put,2,-,1,-,0,0"},       {8, "reprogram_all,-,-,-,-,0,2"},
      {15, "state,14,0 2,0 0,1 0"},   {15, "state,14,1 2,0 0,0 1"}, {15, "state,14,0 2,0 1,0 1"},
      {15, "state,15,0 2,0 0,0 1"},   {18, "state,16,0 0,0 0,0"},   {9, "put,2,-,1,-,1,1"},
      {2, "put,1,-,1,-,1,0"},  // no reference to put
  };
  for (const auto& [line, text] : changes) {
    const ReplayResult result = replay(lines_of(line, text));
    EXPECT_GT(result.differences, 0u) << text;
    EXPECT_EQ(result.first, line + 2) << text;
  }
}

TEST(KeyslotReplay, RefusesWhatIsNoRecordingAndNamesTheLine) {
  EXPECT_THAT(error_of(""), testing::HasSubstr("no recorded answers"));
  EXPECT_THAT(error_of("# only a comment\n"), testing::HasSubstr("no recorded answers"));
  EXPECT_THAT(error_of("0,read,8,8,0,0,0,-,1,none,8,8,0,0,1\n"), testing::StartsWith("text:1: "));
  EXPECT_THAT(error_of("get,1,program,0,-,0,1\n"), testing::StartsWith("text:1: "));
  EXPECT_THAT(error_of("state,0,,,\n"), testing::StartsWith("text:1: "));
  EXPECT_THAT(error_of("state,0,0 x,0 0,0 1\n"), testing::HasSubstr("\"x\""));
  for (const char* bad :
       {"get,1,program,0,-,0", "get,1,program,0,-,0,1,1", "got,1,program,0,-,0,1", "get,0,sleep,-,-,0,0",
        "get,1,programmed,0,-,0,1", "get,1,program,2,-,0,1", "get,1,program,0,-,2,1", "get,1,program,-1,-,0,1",
        "get,99999999999999999999,program,0,-,0,1", "put,1,-,-,-,1,0", "evict,1,-,-,gone,0,0", "put,1,hit,0,-,0,0",
        "ok,1,1,got,0,0,0", "state,1,0 0,0 0", "get,1, program,0,-,0,1"}) {
    EXPECT_THAT(error_of(lines_of(1, bad)), testing::StartsWith("text:3: ")) << bad;
  }
  EXPECT_THAT(error_of("scenario,0,1,1,1,x\nget,1,1,program,0,0,-\n"), testing::HasSubstr("no end"));
  for (const char* bad : {"get,2,1,program,0,0,-", "get,0,1,program,0,0,-", "get,1,1,programs,0,0,-",
                          "get,1,1,program,1,0,-", "get,1,1,program,0,0", "scenario,1,1,1,1,y", "end,0,0"}) {
    EXPECT_THAT(error_of("scenario,0,1,1,1,x\n" + std::string(bad) + "\n"), testing::StartsWith("text:2: ")) << bad;
  }
}

TEST(KeyslotReplay, LetsAWokenSleeperSleepOnAlthoughItsKeyIsThere) {
  const std::string story =
      "scenario,3,1,3,1,name, with a comma\n"
      "get,1,1,program,0,0,-\nget,2,1,lock,-,0,-\nok,1,1,got,0,0,0\nrun,2,1,hit,0,0,0\nget,3,1,hit,0,0,0\n"
      "put,1,1,shared,0,0,0\nput,2,1,shared,0,0,0\nput,3,1,idle,0,1,0\nend,1,0,0\n"
      "scenario,4,1,3,3,x\n"
      "get,1,1,program,0,0,-\nok,1,1,got,0,0,0\nget,2,2,sleep,-,0,-\nget,3,2,sleep,-,0,-\nput,1,1,idle,0,1,0\n"
      "run,2,2,program,0,0,-\nok,2,2,got,0,0,0\nrun,3,2,sleep,-,0,0\nput,2,2,idle,0,1,0\nrun,3,2,hit,0,0,0\n"
      "put,3,2,idle,0,1,0\nend,2,0,0\n";
  EXPECT_EQ(replay(story).differences, 0u) << replay(story).first;
  std::string impatient = story;
  impatient.replace(impatient.find("run,3,2,sleep,-,0,0"), 19, "run,3,2,hit,0,0,0  ")
      .erase(impatient.find("hit,0,0,0  ") + 9, 2);
  EXPECT_EQ(replay(impatient).differences, 1u);
  EXPECT_EQ(replay(impatient).first, 19u);
}

TEST(KeyslotReplay, WakesSleepersWhenProgrammingFailsAndLetsThemMeetTheLock) {
  const std::string story =
      "scenario,0,2,4,4,x\n"
      "get,1,1,program,0,0,-\nok,1,1,got,0,0,0\nget,2,2,program,1,0,-\nget,3,3,lock,-,0,-\nok,2,2,got,1,0,1\n"
      "run,3,3,sleep,-,0,-\nput,1,1,idle,0,1,0\nget,4,4,program,0,0,-\n"
      "run,3,3,lock,-,0,-\n"  // a keyslot that is being programmed is still idle
      "fail,4,4,error,0,1,-\nrun,3,3,program,0,0,-\nok,3,3,got,0,0,0\nput,3,3,idle,0,1,0\nput,2,2,idle,1,1,1\n"
      "end,3 2,0 0,0 1\n";
  EXPECT_EQ(replay(story).differences, 0u) << replay(story).first;
}

}  // namespace
}  // namespace icesim
