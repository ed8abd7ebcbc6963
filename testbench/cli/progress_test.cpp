// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "program.hpp"

#include <algorithm>
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <sstream>

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

TEST(Quiet, SaysNothingButResults) {
  const Directory directory;
  const std::string trace = long_trace(directory);
  const Outcome run = icesim_on_terminal({"run", trace, "-q", "-s", "replay.limit=100"});
  EXPECT_THAT(run.err, IsEmpty());
  EXPECT_THAT(run.out, StartsWith("latency, us "));
  const Outcome slots = icesim_on_terminal({"slots", trace, "--quiet", "--keys", "single", "-s", "replay.limit=100"});
  EXPECT_THAT(slots.err, IsEmpty());
  EXPECT_THAT(slots.out, StartsWith("keys      single: 100 by single"));
  const Outcome failed = icesim({"run", trace, "-q", "--keys", "single", "-s", "replay.limit=100", "-s", "crypto.failing_program=1"});
  EXPECT_THAT(failed.out, StartsWith("FAILED    ")) << "what failed is a result";
}

/// What the program writes to a terminal of its own.
std::string on_terminal(const std::string& columns, const std::string& arguments) {
  const Directory directory;
  const std::string command = "cd " + directory.path("") + " && COLUMNS=" + columns + " TERM=xterm script -qec \"" ICESIM_PROGRAM " " + arguments + "\" /dev/null > out < /dev/null";
  EXPECT_EQ(std::system(command.c_str()), 0);
  return read_text_file(directory.path("out"));
}

TEST(Width, IsThatOfTheTerminalAndElsewhereAlwaysTheSame) {
  std::map<std::string, std::size_t> longest;
  for (const std::string columns : {"70", "100", "150"}) {
    const std::string text = on_terminal(columns, "slots --help");
    EXPECT_THAT(text, Not(HasSubstr("\x1b"))) << "nothing is coloured";
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) longest[columns] = std::max(longest[columns], line.size() - 1);
  }
  EXPECT_LE(longest["70"], 70U + 10) << "but for the usage and the example";
  EXPECT_GT(longest["150"], 120U);
  EXPECT_LE(longest["150"], 150U);
  ::setenv("COLUMNS", "70", 1);
  const std::string narrow = icesim({"slots", "--help"}).out;
  ::unsetenv("COLUMNS");
  EXPECT_EQ(icesim({"slots", "--help"}).out, narrow);
}

TEST(ProgressBar, IsNotWrittenElsewhere) {
  const Directory directory;
  EXPECT_THAT(icesim({"trace", "info", long_trace(directory)}).err, IsEmpty());
}

}  // namespace
}  // namespace icesim::cli
