// SPDX-License-Identifier: Apache-2.0
#include "testbench/cli/files/outputs.hpp"

#include "icesim/base/file.hpp"
#include "testbench/cli/running_program.hpp"
#include "testbench/support/made_traces.hpp"

#include <algorithm>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace icesim::cli {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Does the same with every output of every command.
void with_each(const std::function<void(const NamedOutput&, const OutputsRig&)>& check) {
  for (const NamedOutput& named : named_outputs()) {
    SCOPED_TRACE(testing::Message() << named);
    check(named, OutputsRig(named));
  }
}

/// The guest of these tests asks for nothing, and says nothing that could be logged.
bool has_nothing(const NamedOutput& named) {
  return named.option == "--log" || (named.option == "--fio-log" && named.command != "run");
}

std::string out_of(const OutputsRig& rig, const std::string& name = "out") { return rig.directory().path(name); }

void expect_refused(const Outcome& outcome, const std::string& why) {
  EXPECT_EQ(outcome.exit_code, 2) << outcome.err;
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  EXPECT_THAT(outcome.err, testing::StartsWith("icesim: "));
  EXPECT_THAT(outcome.err, HasSubstr(why));
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 07777;
}

/// What comes out of a pipe while the command writes into it.
std::string piped(const OutputsRig& rig) {
  const std::string pipe = out_of(rig, "pipe");
  EXPECT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::string text;
  std::thread reader([&] { text = read_text_file(pipe); });
  EXPECT_EQ(rig.run(pipe).exit_code, 0);
  reader.join();
  EXPECT_TRUE(fs::is_fifo(pipe));
  return text;
}

TEST(Outputs, TheHelpNamesThemAll) {
  std::vector<std::string> names;
  for (const NamedOutput& named : named_outputs()) names.push_back((std::ostringstream() << named).str());
  EXPECT_THAT(names, testing::UnorderedElementsAre("run --waves", "run --requests", "run --perfetto", "run --database",
                                                   "run --fio", "run --fio-log", "run --output", "slots --output",
                                                   "sweep --csv", "sweep --output", "fit --output", "fit --json", "merge --csv", "merge --output",
                                                   "compare --junit", "compare --output",
                                                   "report --output", "serve --log", "serve --waves",
                                                   "serve --requests", "serve --perfetto", "serve --database", "serve --fio",
                                                   "serve --fio-log", "serve --output", "record OUT", "record --log",
                                                   "record --waves", "record --requests", "record --perfetto",
                                                   "record --database", "record --fio", "record --fio-log",
                                                   "record --output", "import OUT", "generate OUT", "rings --output", "trace --output"))
      << "one that is missing here is not tested below; take it in when it is new";
}

TEST(Outputs, AreFilesThatKeepTheirModeAndTheLinksToThem) {
  with_each([](const NamedOutput& named, const OutputsRig& rig) {
    ASSERT_EQ(rig.run(out_of(rig)).exit_code, 0);
    EXPECT_THAT(rig.directory().files(), ElementsAre("out"));
    const std::string text = read_text_file(out_of(rig));
    EXPECT_EQ(text.empty(), has_nothing(named));
    rig.directory().file("out", "old");
    ASSERT_EQ(::chmod(out_of(rig).c_str(), 0640), 0);
    fs::create_symlink("out", out_of(rig, "link"));
    ASSERT_EQ(rig.run(out_of(rig, "link")).exit_code, 0);
    EXPECT_THAT(rig.directory().files(), ElementsAre("link", "out"));
    EXPECT_TRUE(fs::is_symlink(out_of(rig, "link")));
    EXPECT_EQ(read_text_file(out_of(rig)), text);
    EXPECT_EQ(mode_of(out_of(rig)), 0640U);
  });
}

TEST(Outputs, ArePipesDevicesAndTheStandardOutput) {
  with_each([](const NamedOutput&, const OutputsRig& rig) {
    ASSERT_EQ(rig.run(out_of(rig)).exit_code, 0);
    const std::string text = read_text_file(out_of(rig));
    EXPECT_EQ(piped(rig), text);
    for (const char* name : {"-", "/dev/stdout", "/proc/self/fd/1"}) EXPECT_EQ(rig.run(name).out, text) << name;
    ASSERT_EQ(rig.run("/dev/null").exit_code, 0);
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
    EXPECT_THAT(rig.directory().files(), ElementsAre("out", "pipe"));
    EXPECT_FALSE(fs::exists("-"));
  });
}

TEST(Outputs, AFullDiskIsOneLine) {
  with_each([](const NamedOutput& named, const OutputsRig& rig) {
    if (has_nothing(named)) return;
    expect_refused(rig.run("/dev/full"), "/dev/full: cannot write: No space left on device");
    EXPECT_THAT(rig.directory().files(), IsEmpty());
  });
}

TEST(Outputs, ADiskThatIsFullOnlyInTheMiddleOfTheSimulationIsOneLine) {
  for (const std::string option : {"--requests", "--waves"}) {
    const Directory directory;
    expect_refused(icesim({"run", ICESIM_SOURCE_DIR "/traces/k61-f2fs-key-per-file.icetrace", "-s", "replay.limit=2000",
                           option, "/dev/full", "-o", directory.path("results.json")}),
                   "/dev/full: cannot write: No space left on device");
    EXPECT_THAT(directory.files(), IsEmpty());
  }
}

TEST(Outputs, WhereNothingCanBeIsOneLine) {
  with_each([](const NamedOutput& named, const OutputsRig& rig) {
    const auto refused = [&](const std::string& out, const std::string& why) {
      expect_refused(icesim(rig.line(rig.trace(), out)), why);
    };
    refused(out_of(rig, "no/out"), out_of(rig, "no/out") + ": cannot write: No such file or directory");
    refused(rig.directory().path(""), ": cannot write: Is a directory");
    refused(out_of(rig, std::string(300, 'x')), ": cannot write: File name too long");
    refused("", (named.option.empty() ? "OUT" : named.option) + ": the name of a file is needed");
    EXPECT_THAT(rig.directory().files(), IsEmpty());
  });
}

TEST(Outputs, TheInputIsNotWritten) {
  with_each([](const NamedOutput& named, const OutputsRig& rig) {
    if (!rig.reads()) return;
    const std::string whole = read_text_file(rig.trace());
    const std::string trace = rig.directory().file("trace", whole);
    fs::create_symlink("trace", out_of(rig, "soft"));
    fs::create_hard_link(trace, out_of(rig, "hard"));
    for (const std::string& out : {trace, rig.directory().path("./trace"), out_of(rig, "soft"), out_of(rig, "hard")}) {
      const std::string why = (named.option.empty() ? "OUT" : named.option) + ": " + out + " cannot be written: ";
      expect_refused(icesim(rig.line(trace, out)), why);
    }
    EXPECT_EQ(read_text_file(trace), whole);
    EXPECT_THAT(rig.directory().files(), ElementsAre("hard", "soft", "trace"));
  });
}

TEST(Outputs, TheOtherInputsAreNotWrittenEither) {
  with_each([](const NamedOutput& named, const OutputsRig& rig) {
    const std::string side = rig.directory().file("side", "{}");
    for (const std::string option : {"--platform", "--inodes", "--disk", "--socket", "--time-travel", "--gate", "--points"}) {
      if (icesim({named.command, "--help"}).out.find(option + " ") == std::string::npos) continue;
      if (option == "--socket") continue;  // given already
      expect_refused(icesim(rig.line(rig.trace(), side, {option, side})), side + " cannot be written: ");
    }
    EXPECT_EQ(read_text_file(side), "{}");
    EXPECT_THAT(rig.directory().files(), ElementsAre("side"));
  });
}

TEST(Outputs, TwoOfThemAreTwoFiles) {
  with_each([](const NamedOutput& named, const OutputsRig& rig) {
    fs::create_symlink("out", out_of(rig, "link"));
    for (const NamedOutput& other : named_outputs()) {
      if (other.command != named.command || other.option == named.option || other.option.empty()) continue;
      for (const std::string& out : {out_of(rig), rig.directory().path("./out"), out_of(rig, "link")})
        expect_refused(icesim(rig.line(rig.trace(), out_of(rig), {other.option, out})), " cannot be written: ");
      expect_refused(icesim(rig.line(rig.trace(), "-", {other.option, "-"})), " cannot be written: ");
      EXPECT_EQ(rig.run("/dev/null", {other.option, "/dev/null"}).exit_code, 0);
    }
    EXPECT_THAT(rig.directory().files(), ElementsAre("link"));
  });
}

TEST(Outputs, ASignalLeavesNoneBehind) {
  with_each([](const NamedOutput& named, const OutputsRig& rig) {
    if (rig.serves()) return;  // ends in an order of its own (serve_test.cpp)
    // A trace that does not come, one that takes its time, and one that has no end.
    const std::string trace = rig.inputs().path("trace");
    std::vector<std::string> more;
    if (named.command == "generate") {
      more = {"--requests", "1000000000000"};
    } else if (rig.studies()) {
      more = {"--set", "replay.limit=0"};
      if (named.command == "fit") {
        write_file_atomically(trace, test::made_msr(100'000).bytes);
      } else {
        ASSERT_EQ(icesim({"generate", trace, "--requests", "300000", "--interval", "100us"}).exit_code, 0);
      }
    } else {
      ASSERT_EQ(::mkfifo(trace.c_str(), 0600), 0);
    }
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
      RunningProgram program(rig.line(trace, out_of(rig), more));
      ASSERT_TRUE(wait_until([&] { return !rig.directory().files().empty(); }));
      program.send(signal);
      const Outcome outcome = program.wait();
      EXPECT_EQ(outcome.exit_code, 128 + signal);
      EXPECT_EQ(outcome.out, "");
      EXPECT_EQ(outcome.err, std::string("icesim: interrupted by SIG") + ::sigabbrev_np(signal) +
                                 "; the run is not finished and leaves no file behind\n");
      EXPECT_THAT(rig.directory().files(), IsEmpty());
    }
  });
}

TEST(Outputs, WhatFailsLeavesTheOldFile) {
  with_each([](const NamedOutput& named, const OutputsRig& rig) {
    if (!rig.reads()) return;
    std::string broken = test::made_msr(300).bytes + "and no request\n";
    if (named.command == "compare" || named.command == "report") {
      broken = read_text_file(rig.trace());
      broken.resize(broken.size() / 2);
    }
    const std::string cut = rig.inputs().file("broken", broken);
    rig.directory().file("out", "old");
    std::vector<std::string> more;
    if (rig.is_of_a_trace()) more = {"--set", "replay.limit=0"};
    EXPECT_EQ(icesim(rig.line(cut, out_of(rig), more)).exit_code, 2);
    EXPECT_THAT(rig.directory().files(), ElementsAre("out"));
    EXPECT_EQ(read_text_file(out_of(rig)), "old");
  });
}

}  // namespace
}  // namespace icesim::cli
