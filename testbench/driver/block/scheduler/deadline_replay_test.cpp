// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/block/scheduler/deadline_replay.hpp"

#include "testbench/support/recorded_checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using test::RecordedAnswers;

test::ReplayResult replay(const std::string& text) { return test::replay_deadline(RecordedAnswers::of(text)); }

TEST(DeadlineReplay, AnswersAsLinuxDoes) {
  test::expect_linux_answers("testbench/golden/linux-6.12-deadline.csv.zst", 5'000, test::replay_deadline);
}

constexpr const char* two_that_meet =
    "insert,0,write,80,16,1,10,2,-,0,-,-,-\ninsert,1,write,112,8,1,14,1,-,1,-,-,-\n"
    "merge,2,write,96,16,1,12,2,-,0,0 1,80,40\n";

TEST(DeadlineReplay, KnowsWhatBecameOfEachRequest) {
  EXPECT_EQ(replay(two_that_meet).differences, 0u);
  EXPECT_EQ(replay(two_that_meet + std::string("dispatch,3,-,-,-,-,-,-,-,0,-,80,40\n")).differences, 0u);
  EXPECT_EQ(replay(two_that_meet + std::string("dispatch,3,-,-,-,-,-,-,-,1,-,112,8\n")).first, 4u);
  EXPECT_EQ(replay("dispatch,0,-,-,-,-,-,-,-,-,-,-,-\n").differences, 0u);
}

TEST(DeadlineReplay, SaysWhereAnAnswerDiffers) {
  for (const char* wrong : {"merge,2,write,96,16,1,12,2,-,1,0 1,80,40\n", "merge,2,write,96,16,1,12,2,-,0,-,80,40\n",
                            "merge,2,write,96,16,1,12,2,-,0,0 1,80,32\n", "merge,2,write,96,16,1,12,2,-,-,-,-,-\n"}) {
    std::string text = two_that_meet;
    text.replace(text.find("merge"), std::string::npos, wrong);
    EXPECT_EQ(replay(text).first, 3u) << wrong;
  }
}

TEST(DeadlineReplay, RefusesWhatIsNoRecording) {
  using testing::HasSubstr;
  EXPECT_THAT(test::refusal_of("merge,1\n", test::replay_deadline), HasSubstr("2 columns; there are 13"));
  EXPECT_THAT(test::refusal_of("sort,0,-,-,-,-,-,-,-,-,-,-,-\n", test::replay_deadline), HasSubstr("\"sort\""));
}

}  // namespace
}  // namespace icesim
