// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "testbench/cli/running_program.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <sstream>
#include <sys/stat.h>

namespace icesim::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class SignalsTest : public testing::Test {
 protected:
  /// A trace whose simulation takes a while.
  std::string long_trace() const {
    const std::string path = inputs_.path("long.icetrace");
    EXPECT_EQ(icesim({"generate", path, "--requests", "300000", "--interval", "100us", "--keys", "100"}).exit_code, 0);
    return path;
  }

  /// The children of a process, as its main thread has them.
  static std::vector<pid_t> children_of(const RunningProgram& program) {
    std::vector<pid_t> list;
    std::istringstream text(program.proc("task/" + std::to_string(program.process()) + "/children"));
    for (pid_t child = 0; text >> child;) list.push_back(child);
    return list;
  }
  static bool is_gone(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    std::string text;
    std::getline(file, text);
    // An orphan is waited for by whoever has taken it in.
    return text.empty() || text.find(") Z ") != std::string::npos;
  }

  Directory inputs_;
  Directory directory_;
};

TEST_F(SignalsTest, SlotsEndsItsChildrenHoweverItEnds) {
  const std::string trace = long_trace();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGKILL}) {
    RunningProgram program({"slots", trace, "-j", "2", "-o", directory_.path("slots.json")});
    ASSERT_TRUE(wait_until([&] { return children_of(program).size() == 2; }));
    const std::vector<pid_t> children = children_of(program);
    program.send(signal);
    const Outcome outcome = program.wait();
    EXPECT_EQ(outcome.exit_code, 128 + signal);
    for (const pid_t child : children) {
      EXPECT_TRUE(wait_until([&] { return is_gone(child); })) << signal;
      if (signal != SIGKILL) {
        EXPECT_FALSE(std::filesystem::exists("/proc/" + std::to_string(child))) << "waited for";
      }
    }
    if (signal == SIGKILL) continue;
    EXPECT_THAT(outcome.err, HasSubstr("icesim: interrupted by SIG"));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << "the children say nothing";
    EXPECT_THAT(directory_.files(), IsEmpty());
  }
}

TEST_F(SignalsTest, AnInterruptedConversionLeavesNothing) {
  Directory programs;
  programs.file("vcd2fst", "#!/bin/sh\necho $$ > " + inputs_.path("pid") + "\n> \"$4.hier\"\nexec sleep 1000\n");
  ASSERT_EQ(::chmod(programs.path("vcd2fst").c_str(), 0755), 0);
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", (programs.path("") + ":" + path).c_str(), 1);
  RunningProgram program({"run", ICESIM_SOURCE_DIR "/traces/k61-f2fs-key-per-file.icetrace", "--set", "replay.limit=5",
                          "--waves", directory_.path("x.fst")});
  ::setenv("PATH", path.c_str(), 1);
  ASSERT_TRUE(wait_until(
      [&] { return std::filesystem::exists(inputs_.path("pid")) && !read_text_file(inputs_.path("pid")).empty(); }));
  const pid_t child = std::stoi(read_text_file(inputs_.path("pid")));
  EXPECT_FALSE(directory_.files().empty());
  program.send(SIGTERM);
  EXPECT_EQ(program.wait().exit_code, 128 + SIGTERM);
  EXPECT_TRUE(is_gone(child));
  EXPECT_THAT(directory_.files(), IsEmpty());
}

TEST_F(SignalsTest, NoCommandMayLeaveACoreFile) {
  const Directory pipes;
  const std::string pipe = pipes.path("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const std::vector<std::vector<std::string>> commands{
      {"run", pipe},
      {"slots", long_trace()},
      {"import", pipe, "/dev/null"},
      {"trace", "info", pipe},
      {"generate", "/dev/null", "--requests", "1000000000000"},
      {"serve", "--socket", pipes.path("s")},
      {"record", "/dev/null", "--socket", pipes.path("r")},
  };
  for (const auto& command : commands) {
    RunningProgram program(command);
    EXPECT_TRUE(wait_until([&] {
      return program.proc("limits").find("Max core file size        0                    0 ") != std::string::npos;
    })) << command.front()
        << ": " << program.proc("limits");
    // What is not dumpable is root's.
    struct stat status {};
    EXPECT_TRUE(wait_until([&] {
      return ::stat(("/proc/" + std::to_string(program.process()) + "/mem").c_str(), &status) == 0 &&
             status.st_uid == 0;
    })) << command.front();
  }
}

TEST_F(SignalsTest, ASimulationOfSlotsMayNotEither) {
  RunningProgram program({"slots", long_trace(), "-j", "1"});
  ASSERT_TRUE(wait_until([&] { return children_of(program).size() == 1; }));
  std::ifstream limits("/proc/" + std::to_string(children_of(program).front()) + "/limits");
  const std::string text{std::istreambuf_iterator<char>(limits), {}};
  EXPECT_THAT(text, HasSubstr("Max core file size        0                    0 "));
}

TEST_F(SignalsTest, AReaderWhoGoesIsOneLine) {
  for (const std::string what : {"all", "parameters"}) {
    const std::string command =
        std::string("{ " ICESIM_PROGRAM " describe ") + what + "; echo $? >&2; } 2> " + inputs_.path("err") + " | true";
    ASSERT_EQ(std::system(command.c_str()), 0);
    const std::string err = read_text_file(inputs_.path("err"));
    // A reader who is slow to go may have taken it all.
    if (err != "0\n") {
      EXPECT_EQ(err, "icesim: standard output: cannot write: Broken pipe\n2\n");
    }
  }
}

TEST_F(SignalsTest, AFullStandardOutputIsOneLine) {
  for (const std::string words :
       {"describe all", "--help", "--version", "platforms", "platforms server", "describe schema trace", "run --help",
        "describe schema", "describe completion zsh", "help", "run " ICESIM_SOURCE_DIR "/traces/k61-f2fs-key-per-file.icetrace -s replay.limit=5"}) {
    const int status =
        std::system((std::string(ICESIM_PROGRAM) + " " + words + " > /dev/full 2> " + inputs_.path("err")).c_str());
    EXPECT_EQ(WEXITSTATUS(status), 2) << words;
    EXPECT_EQ(read_text_file(inputs_.path("err")), "icesim: standard output: cannot write: No space left on device\n")
        << words;
    const int closed =
        std::system((std::string(ICESIM_PROGRAM) + " " + words + " >&- 2> " + inputs_.path("err")).c_str());
    EXPECT_EQ(WEXITSTATUS(closed), 2) << words;
    EXPECT_EQ(read_text_file(inputs_.path("err")), "icesim: standard output: cannot write: Bad file descriptor\n")
        << words;
  }
}

}  // namespace
}  // namespace icesim::cli
