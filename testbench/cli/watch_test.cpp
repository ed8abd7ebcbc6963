// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "program.hpp"
#include "testbench/support/vcd.hpp"

#include <algorithm>
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <sys/stat.h>

namespace icesim::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> run_with(std::vector<std::string> more) {
  std::vector<std::string> arguments{"run", trace, "--set", "replay.limit=60"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> list(1);
  for (const char c : line) {
    if (c == ',') {
      list.emplace_back();
    } else {
      list.back() += c;
    }
  }
  return list;
}

class WatchTest : public testing::Test {
 protected:
  void expect_user_error(const std::vector<std::string>& arguments, const std::string& line) {
    const Outcome outcome = icesim(arguments);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_EQ(outcome.err, "icesim: " + line + "\n");
    EXPECT_THAT(directory_.files(), IsEmpty());
  }

  Directory directory_;
};

TEST_F(WatchTest, WritesALineForEveryRequest) {
  const std::string file = directory_.path("requests.csv");
  const Outcome outcome = icesim(run_with({"--requests", file, "-o", "-"}));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(directory_.files(), ElementsAre("requests.csv"));
  std::istringstream lines(read_text_file(file));
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  const std::vector<std::string> names = cells(line);
  const auto column = [&](const std::string& name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  };
  std::vector<std::string> ids;
  while (std::getline(lines, line)) {
    const std::vector<std::string> values = cells(line);
    ASSERT_EQ(values.size(), names.size());
    ids.push_back(values[column("id")]);
    std::uint64_t sum = 0;
    for (std::size_t i = column("cpu_ps"); i < values.size(); ++i) sum += std::stoull(values[i]);
    EXPECT_EQ(sum, std::stoull(values[column("latency_ps")]));
    EXPECT_EQ(sum, std::stoull(values[column("ended_ps")]) - std::stoull(values[column("arrived_ps")]));
    EXPECT_EQ(values[column("key")].empty(), values[column("keyslot")].empty());
  }
  std::vector<std::string> expected;
  for (int i = 1; i <= 60; ++i) expected.push_back(std::to_string(i));
  EXPECT_THAT(ids, testing::UnorderedElementsAreArray(expected));
}

TEST_F(WatchTest, WritesWavesOfAWindowAndChangesNoResult) {
  const std::string plain = icesim(run_with({"-o", "-"})).out;
  const std::string file = directory_.path("x.vcd");
  const Outcome outcome =
      icesim(run_with({"-o", "-", "--waves", file, "--waves-from", "53.1ms", "--waves-to", "53300000000"}));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, plain);
  EXPECT_THAT(directory_.files(), ElementsAre("x.vcd"));
  const test::Vcd vcd = test::parse_vcd(read_text_file(file));
  EXPECT_EQ(vcd.timescale, "1 ps");
  EXPECT_EQ(vcd.times.front(), Picoseconds{53'100'000'000});
  EXPECT_EQ(vcd.times.back(), Picoseconds{53'300'000'000});
  EXPECT_GT(vcd.of("decrypt.out_blocks").size(), 1000u) << "a read of 128 KiB lies in this window";
}

/// Perfetto's own programs are not there to be asked; Debian's protoc and our own reader are.
TEST_F(WatchTest, WritesATimelineThatIsReadBackAndChangesNoResult) {
  const std::string plain = icesim(run_with({"-o", "-"})).out;
  const std::string file = directory_.path("run.pftrace");
  const Outcome outcome = icesim(run_with({"-o", "-", "--perfetto", file, "--requests", directory_.path("requests.csv")}));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, plain);
  EXPECT_THAT(directory_.files(), ElementsAre("requests.csv", "run.pftrace"));
  const std::string log = read_text_file(directory_.path("requests.csv"));
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 61) << "both are told of every request";
  const Outcome info = icesim({"trace", "info", "--json", file});
  EXPECT_EQ(info.exit_code, 0) << info.err;
  EXPECT_THAT(info.out, HasSubstr("\"perfetto\""));
  for (const std::string operation : {"read", "write", "flush"}) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = log.find("," + operation + ",", at)) != std::string::npos; ++at) ++count;
    EXPECT_THAT(info.out, HasSubstr("\"" + operation + "\": " + std::to_string(count)));
  }
  EXPECT_EQ(std::system(("protoc --decode=icesim.timeline.Trace -I " ICESIM_SOURCE_DIR "/src/result/timeline timeline.proto < " +
                         file + " > " + directory_.path("text"))
                            .c_str()),
            0);
  const std::string text = read_text_file(directory_.path("text"));
  for (const std::string told : {"block_io_start", "name: \"die 0\"", "name: \"to host\"", "name: \"to device\"", "name: \"encrypt\"",
                                 "name: \"DATA IN\""})
    EXPECT_THAT(text, HasSubstr(told));
  EXPECT_THAT(text, testing::Not(testing::ContainsRegex("\n *[0-9]+: "))) << "a field that Perfetto does not know";
}

TEST_F(WatchTest, WritesADatabaseWhoseRequestsAreThoseOfTheLog) {
  const std::string file = directory_.path("run.db");
  ASSERT_EQ(icesim(run_with({"--database", file, "--requests", directory_.path("requests.csv"), "-o", "-"})).exit_code, 0);
  const auto ask = [&](const std::string& question) {
    const std::string command = "python3 -c 'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone())' ";
    EXPECT_EQ(std::system((command + file + " '" + question + "' > " + directory_.path("answer")).c_str()), 0) << question;
    return read_text_file(directory_.path("answer"));
  };
  EXPECT_EQ(ask("SELECT COUNT(*), SUM(id) FROM requests"), "(60, 1830)\n");
  EXPECT_EQ(ask("SELECT (SELECT SUM(ps) FROM request_stages) = (SELECT SUM(total_ps) FROM stages)"), "(1,)\n");
  for (const std::string what : {"hit\") = (SELECT value FROM statistics WHERE path = \"keyslots.hits\")",
                                 "programmed\") = (SELECT value FROM statistics WHERE path = \"keyslots.programs\")",
                                 "released\") = (SELECT COUNT(*) FROM keyslot_holders WHERE until_ps > from_ps)"})
    EXPECT_EQ(ask("SELECT (SELECT COUNT(*) FROM keyslot_events WHERE what = \"" + what), "(1,)\n");
  EXPECT_EQ(ask("SELECT COUNT(*) FROM keyslot_holders h JOIN requests r ON r.id = h.request AND (r.keyslot <> h.keyslot OR r.key <> h.key)"), "(0,)\n");
  EXPECT_EQ(ask("SELECT (SELECT SUM(requests) FROM by_key) = 60 AND (SELECT COUNT(*) FROM assumptions) > 0"), "(1,)\n");
}

TEST_F(WatchTest, WritesWhatFioWrites) {
  const std::string file = directory_.path("fio.json");
  const std::string log = directory_.path("lat.log");
  ASSERT_EQ(icesim(run_with({"--fio", file, "--fio-log", log, "-o", "-"})).exit_code, 0);
  const std::string lines = read_text_file(log);
  const std::string summary = read_text_file(file);
  EXPECT_THAT(summary, HasSubstr("\"fio version\": \"icesim-"));
  EXPECT_THAT(lines, testing::ContainsRegex("^[0-9]+, [0-9]+, [01], [0-9]+, 0\n"));
  if (std::system("command -v fio_jsonplus_clat2csv > /dev/null") != 0) GTEST_SKIP() << "fio's own tools are absent";
  EXPECT_EQ(std::system(("fio_jsonplus_clat2csv " + file + " " + directory_.path("clat.csv")).c_str()), 0);
  EXPECT_THAT(directory_.files(), testing::Contains("clat_job0.csv"));
}

TEST_F(WatchTest, SaysThatTheWindowWasMissed) {
  const std::string warning = "--waves-from 1000s lies behind the end of the run, so the waves are empty";
  const std::string file = directory_.path("x.vcd");
  EXPECT_THAT(icesim(run_with({"--waves", file, "--waves-from", "1000s"})).out, HasSubstr("\n  " + warning + "\n"));
  EXPECT_THAT(icesim(run_with({"--waves", file, "--waves-to", "1us"})).out, testing::Not(HasSubstr("waves")));
}

TEST_F(WatchTest, ConvertsToFstWhereTheConverterIs) {
  const std::string file = directory_.path("x.fst");
  const std::vector<std::string> arguments = run_with({"--waves", file, "--waves-from", "53.1ms", "--waves-to", "53.3ms"});
  if (std::system("command -v vcd2fst > /dev/null") == 0) {
    const Outcome outcome = icesim(arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(directory_.files(), ElementsAre("x.fst"));
    return;
  }
  EXPECT_EQ(icesim(arguments).exit_code, 2);
  GTEST_SKIP() << "vcd2fst of the package gtkwave is absent";
}

TEST_F(WatchTest, SaysInOneLineThatTheConverterIsMissing) {
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", "/nowhere", 1);
  const std::string file = directory_.path("x.fst");
  expect_user_error(run_with({"--waves", file}),
                    "--waves " + file +
                        ": FST is made by vcd2fst, which is not installed; install the package gtkwave, or give a name "
                        "that ends in .vcd");
  ::setenv("PATH", path.c_str(), 1);
}

TEST_F(WatchTest, SaysInOneLineThatTheConverterFailed) {
  const std::string path = std::getenv("PATH");
  const Directory programs;
  programs.file("vcd2fst", "#!/bin/sh\nexit 1\n");
  ASSERT_EQ(::chmod(programs.path("vcd2fst").c_str(), 0755), 0);
  ::setenv("PATH", programs.path("").c_str(), 1);
  const std::string file = directory_.path("x.fst");
  expect_user_error(run_with({"--waves", file, "--waves-to", "1us"}),
                    file + ": vcd2fst could not write it; a name that ends in .vcd needs no conversion");
  ::setenv("PATH", path.c_str(), 1);
}

TEST_F(WatchTest, RefusesWrongWindows) {
  const std::string file = directory_.path("x.vcd");
  expect_user_error(run_with({"--waves", file, "--waves-from", "2us", "--waves-to", "1us"}),
                    "--waves-from 2us is not before --waves-to 1us");
  expect_user_error(run_with({"--waves", file, "--waves-from", "2us", "--waves-to", "2us"}),
                    "--waves-from 2us is not before --waves-to 2us");
  const Outcome unit = icesim(run_with({"--waves", file, "--waves-from", "3 miles"}));
  EXPECT_EQ(unit.exit_code, 2);
  EXPECT_THAT(unit.err, testing::StartsWith("icesim: --waves-from: '3 miles' is not a time"));
  expect_user_error(run_with({"--waves-to", "2us"}), "--waves-to: --waves FILE is missing");
}

TEST_F(WatchTest, RefusesFilesThatCannotBeWritten) {
  const std::string lost = directory_.path("missing/x.vcd");
  expect_user_error(run_with({"--waves", lost}), lost + ": cannot write: No such file or directory");
  expect_user_error(run_with({"--requests", lost}), lost + ": cannot write: No such file or directory");
}

TEST_F(WatchTest, LeavesNoFileWhenTheTraceIsWrong) {
  const std::string whole = read_text_file(trace);
  const Directory inputs;
  const std::string cut = inputs.file("cut.icetrace", whole.substr(0, whole.size() / 2));
  EXPECT_EQ(icesim({"run", cut, "--waves", directory_.path("x.vcd"), "--waves-to", "20ms", "--requests",
                    directory_.path("x.csv")})
                .exit_code,
            2);
  EXPECT_THAT(directory_.files(), IsEmpty());
}

}  // namespace
}  // namespace icesim::cli
