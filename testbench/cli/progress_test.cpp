// SPDX-License-Identifier: Apache-2.0
#include "program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const std::string cleared = "\r\x1b[K";

/// Writes a trace of a few megabytes.
std::string long_trace(const Directory& directory, const std::string& last_line = "") {
  std::string text;
  for (int i = 0; i < 30'000; ++i) {
    text += "a-1 [000] ..... 1.000000: block_rq_issue: 8,0 R 4096 () " + std::to_string(i * 8) + " + 8 [a]\n";
  }
  return directory.file("t.txt", text + last_line);
}

TEST(ProgressBar, GrowsOnATerminalAndLeavesNothingBehind) {
  const Directory directory;
  const std::string trace = long_trace(directory);
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"trace", "info", trace}, {"run", trace, "-s", "replay.limit=10000"},
        {"import", trace, directory.path("t.icetrace")}, {"slots", trace, "--keys", "single"}}) {
    const Outcome outcome = icesim_on_terminal(command);
    EXPECT_EQ(outcome.exit_code, 0) << command[0];
    EXPECT_THAT(outcome.err, StartsWith("\rreading the trace:  ")) << command[0];
    EXPECT_THAT(outcome.err, EndsWith(cleared)) << command[0];
    EXPECT_THAT(outcome.err, Not(HasSubstr("\n"))) << command[0];
  }
}

TEST(ProgressBar, OfAStudyTellsWhatIsLeft) {
  const Outcome outcome = icesim_on_terminal({"sweep", trace, "--over", "keyslots.num_keyslots=1,2,4", "-s", "replay.limit=300", "-j", "1"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err, StartsWith("\r\x1b[Ksimulating: 0 of 3 points\r\x1b[Ksimulating: 1 of 3 points, "));
  EXPECT_THAT(outcome.err, HasSubstr(" s left\r\x1b[Ksimulating: 3 of 3 points, 0 s left"));
  EXPECT_THAT(outcome.err, EndsWith(cleared));
  EXPECT_THAT(icesim({"sweep", trace, "--over", "keyslots.num_keyslots=1,2", "-s", "replay.limit=30"}).err, IsEmpty());
}

TEST(ProgressBar, IsClearedBeforeAnError) {
  const Directory directory;
  const Outcome outcome = icesim_on_terminal({"trace", "info", long_trace(directory, "nonsense\n" + std::string(400'000, '#'))});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("\rreading the trace:  "));
  EXPECT_THAT(outcome.err, HasSubstr(cleared + "icesim: "));
  EXPECT_THAT(outcome.err, EndsWith("\r\n"));
}

TEST(ProgressBar, IsNotWrittenElsewhere) {
  const Directory directory;
  EXPECT_THAT(icesim({"trace", "info", long_trace(directory)}).err, IsEmpty());
}

}  // namespace
}  // namespace icesim::cli
