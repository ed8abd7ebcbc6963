// SPDX-License-Identifier: Apache-2.0
#include "program.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::vector<std::string> commands{"run",    "explain", "slots",  "sweep", "fit", "merge",    "report",   "compare",  "golden",
                                        "serve",  "record",  "import", "trace", "generate", "rings", "describe", "platforms"};

/// The user's fault: exit code 2, nothing on standard output, exactly one line on standard error.
void expect_user_error(const std::vector<std::string>& arguments, const std::string& line) {
  const Outcome outcome = icesim(arguments);
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, StartsWith("icesim: "));
  EXPECT_THAT(outcome.err, HasSubstr(line));
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
}

TEST(Usage, HelpListsEveryCommandAndShowsAnExample) {
  const Outcome outcome = icesim({"--help"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err, IsEmpty());
  for (const std::string& command : commands) EXPECT_THAT(outcome.out, HasSubstr("\n  " + command + " "));
  EXPECT_THAT(outcome.out, HasSubstr("Example:\n  icesim "));
  EXPECT_EQ(icesim({"-h"}).out, outcome.out);
}

TEST(Usage, EveryCommandExplainsItselfWithAnExample) {
  for (const std::string& command : commands) {
    const Outcome outcome = icesim({command, "--help"});
    EXPECT_EQ(outcome.exit_code, 0) << command;
    EXPECT_THAT(outcome.err, IsEmpty());
    EXPECT_THAT(outcome.out, StartsWith("Usage: icesim " + command));
    EXPECT_THAT(outcome.out, HasSubstr("--help"));
    EXPECT_THAT(outcome.out, HasSubstr("Example:\n  icesim " + command));
  }
}

TEST(Usage, VersionIsOneLineOnStandardOutput) {
  const Outcome outcome = icesim({"--version"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err, IsEmpty()) << "SystemC's banner would appear here";
  EXPECT_THAT(outcome.out, testing::MatchesRegex("icesim [0-9]+\\.[0-9]+\\.[0-9]+(\\+[0-9a-f]+)?\n"));
  for (const std::string other : {"version", "-V"}) EXPECT_EQ(icesim({other}).out, outcome.out);
  expect_user_error({"version", "2"}, "unexpected argument '2' behind 'version'; see 'icesim --help'");
}

TEST(Usage, HelpOfACommandIsThatOfItsOption) {
  EXPECT_EQ(icesim({"help"}).out, icesim({"--help"}).out);
  for (const std::string& command : commands) EXPECT_EQ(icesim({"help", command}).out, icesim({command, "--help"}).out);
  expect_user_error({"help", "rnu"}, "unknown command 'rnu'; did you mean run?");
  expect_user_error({"help", "run", "x"}, "unexpected argument 'x' behind 'help'");
}

TEST(Usage, AMissingOrUnknownCommandListsTheCommands) {
  const std::string list =
      "commands are run, explain, slots, sweep, fit, merge, report, compare, golden, serve, record, import, trace, generate, rings, describe, platforms; see 'icesim --help'";
  expect_user_error({}, "a command is missing; " + list);
  expect_user_error({"rnu"}, "unknown command 'rnu'; did you mean run?; " + list);
  expect_user_error({""}, "unknown command ''; " + list);
  expect_user_error({"--vers"}, "unknown option '--vers'; did you mean --version?");
}

TEST(Usage, AnUnknownOptionNamesTheNearOne) {
  for (const std::string& command : commands) {
    expect_user_error({command, "--hlep"}, "unknown option --hlep; did you mean --help?; see 'icesim " + command);
    expect_user_error({command, "--xyzzy"}, "unknown option --xyzzy; allowed: --help");
  }
}

TEST(Usage, OptionsAreNotGuessedFromABeginning) {
  expect_user_error({"describe", "registers", "--mark"}, "unknown option --mark; did you mean --markdown?");
}

TEST(Usage, AMissingOperandAndOneTooManyAreNamed) {
  expect_user_error({"run"}, "TRACE is missing; see 'icesim run --help'");
  expect_user_error({"slots"}, "TRACE is missing; see 'icesim slots --help'");
  expect_user_error({"sweep"}, "nothing is varied: --over PATH=VALUES or --points FILE says what");
  expect_user_error({"sweep", "--over", "keys.life=range"}, "TRACE is missing; see 'icesim sweep --help'");
  expect_user_error({"merge"}, "FILE is missing; see 'icesim merge --help'");
  expect_user_error({"compare", "old"}, "NEW is missing; see 'icesim compare --help'");
  expect_user_error({"compare", "old", "new", "newer"}, "unexpected argument 'newer'");
  expect_user_error({"golden"}, "TRACE is missing; see 'icesim golden --help'");
  expect_user_error({"record"}, "OUT is missing; see 'icesim record --help'");
  expect_user_error({"serve", "out"}, "unexpected argument 'out'");
  expect_user_error({"import", "in"}, "OUT is missing; see 'icesim import --help'");
  expect_user_error({"trace", "info"}, "FILE is missing; see 'icesim trace --help'");
  expect_user_error({"trace", "inof", "x"}, "trace: 'inof' is not one of info, text");
  expect_user_error({"generate"}, "OUT is missing; see 'icesim generate --help'");
  expect_user_error({"describe"}, "WHAT is missing; see 'icesim describe --help'");
  expect_user_error({"describe", "registers", "twice"}, "none of the registers is called 'twice'");
}

TEST(Usage, AnOptionWithoutItsValueIsNamed) { expect_user_error({"import", "a", "b", "--keys"}, "--keys"); }

}  // namespace
}  // namespace icesim::cli
