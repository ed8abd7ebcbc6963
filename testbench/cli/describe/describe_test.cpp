// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "testbench/cli/program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string output_of(const std::vector<std::string>& arguments) {
  const Outcome outcome = icesim(arguments);
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err, IsEmpty());
  return outcome.out;
}

TEST(Describe, RegistersListTheMapAndItsFields) {
  const std::string text = output_of({"describe", "registers"});
  EXPECT_THAT(text, testing::ContainsRegex("\n58h +UTRLDBR +W1S "));
  EXPECT_THAT(text, testing::ContainsRegex("\n  15:8 +CFGC "));
  EXPECT_THAT(text, HasSubstr("x-CRYPTOCFG"));
  EXPECT_THAT(output_of({"describe", "registers", "--markdown"}), HasSubstr("| 58h | **UTRLDBR** | W1S |"));
}

TEST(Describe, ParametersNamePathDefaultAndRange) {
  const std::string text = output_of({"describe", "parameters"});
  EXPECT_THAT(text, testing::ContainsRegex("\n  [a-z_.]+ = [^ ]+   \\(.+; .+\\)\n      "));
  EXPECT_THAT(text, HasSubstr("assumption: "));
  EXPECT_THAT(output_of({"describe", "parameters", "--markdown"}), HasSubstr("| parameter | default |"));
}

TEST(Describe, StatisticsIncludeThoseThatReportsRelyOn) {
  const std::string text = output_of({"describe", "statistics"});
  for (const char* path :
       {"driver.requests_completed", "driver.bytes_read", "driver.bytes_written", "driver.merges", "keyslots.hits",
        "keyslots.programs", "keyslots.waits", "keyslots.evictions", "latency.read.p50", "latency.write.p999",
        "latency.all.mean", "simulated_time", "utilisation.cpu", "utilisation.ice", "utilisation.link_tx",
        "utilisation.link_rx", "utilisation.flash"}) {
    EXPECT_THAT("\n" + text, HasSubstr(std::string("\n") + path + " "));
  }
}

TEST(Describe, WavesAndRequestsListSignalsAndColumns) {
  EXPECT_THAT(output_of({"describe", "waves"}), testing::ContainsRegex("\ncontroller.doorbell +32  UTRLDBR"));
  EXPECT_THAT(output_of({"describe", "waves", "--markdown"}), HasSubstr("| `controller.fetch1_tag` | 8 |"));
  EXPECT_THAT(output_of({"describe", "requests"}), testing::ContainsRegex("\ninterrupt_ps +Stage interrupt: "));
  EXPECT_THAT(output_of({"describe", "requests", "--markdown"}), HasSubstr("| `keyslot` | "));
}

TEST(Describe, SchemaIsJsonAndAllowsNothingUnknown) {
  const auto schema = nlohmann::json::parse(output_of({"describe", "schema"}));
  EXPECT_EQ(schema["type"], "object");
  EXPECT_EQ(schema["additionalProperties"], false);
  EXPECT_GT(schema["properties"].size(), 1U);
}

TEST(Describe, RefusesAnythingElse) {
  const Outcome outcome = icesim({"describe", "everything"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(outcome.err,
            "icesim: describe: 'everything' is no name, and not one of parameters, statistics, registers, engines, waves, "
            "requests, keyslot-events, all, commands, schema, completion\n");
  expect_refused({"describe", "keyslots.num_keyslot"},
                 "describe: 'keyslots.num_keyslot' is no name, and not one of parameters, statistics, registers, engines, "
                 "waves, requests, keyslot-events, all, commands, schema, completion; did you mean keyslots.num_keyslots?");
  expect_refused({"describe", "registers", "IX"}, "describe: none of the registers is called 'IX'; did you mean IS or IE?");
  expect_refused({"describe", "waves", "x"}, "unexpected argument 'x'; see 'icesim describe --help'");
  expect_refused({"describe", "waves", "--json"},
                 "describe: --json is for parameters, statistics, registers and names of them");
  expect_refused({"describe", "parameters", "--ipxact"},
                 "describe: --systemrdl and --ipxact are for 'registers', all of them");
  expect_refused({"describe", "registers", "--ipxact", "--json"},
                 "describe: one of --markdown, --json, --systemrdl and --ipxact; see 'icesim describe --help'");
  expect_refused({"describe", "schema", "everything"},
                 "describe schema: 'everything' is not one of platform, results, slots, partitions, sweep, alternatives, fit, comparison, golden, trace, rings-scenario, rings, names");
}

TEST(Describe, ShowsOneNameAndAllThatAPatternFits) {
  const std::string one = output_of({"describe", "keyslots.num_keyslots"});
  EXPECT_THAT(one, testing::StartsWith("keyslots: "));
  EXPECT_THAT(one, HasSubstr("\n  keyslots.num_keyslots = "));
  EXPECT_EQ(std::count(one.begin(), one.end(), '='), 1);
  const std::string some = output_of({"describe", "keyslots.*"});
  EXPECT_THAT(some, HasSubstr("  keyslots.config_pointer = ")) << "a parameter";
  EXPECT_THAT(some, HasSubstr("\nkeyslots.evictions ")) << "a statistic";
  EXPECT_THAT(output_of({"describe", "statistics", "keyslots.*"}), testing::Not(HasSubstr("config_pointer")));
  EXPECT_THAT(output_of({"describe", "IS.UTRCS"}), testing::StartsWith("0  IS.UTRCS"));
}

TEST(Describe, NamesAsJson) {
  const auto some = nlohmann::json::parse(output_of({"describe", "*keyslots*", "--json"}));
  const auto& parameter = some["parameters"]["keyslots.num_keyslots"];
  EXPECT_EQ(parameter["minimum"], 1);
  EXPECT_EQ(parameter["maximum"], 256);
  EXPECT_TRUE(parameter["default"].is_number());
  EXPECT_TRUE(parameter["assumption"].is_boolean());
  EXPECT_EQ(some["statistics"]["keyslots.hits"]["unit"], "count");
  const auto registers = nlohmann::json::parse(output_of({"describe", "registers", "--json"}))["registers"];
  EXPECT_EQ(registers["UTRLDBR"]["place"], "58h");
  EXPECT_EQ(registers["UTRLDBR"]["access"], "W1S");
  EXPECT_EQ(registers["CCAP.CFGC"]["place"], "15:8");
  EXPECT_GT(nlohmann::json::parse(output_of({"describe", "parameters", "--json"}))["parameters"].size(), 100U);
}

TEST(Describe, TheReferenceInDocsIsFresh) {
  const std::string command = "icesim describe all --markdown > docs/reference.md";
  EXPECT_TRUE(read_text_file(ICESIM_SOURCE_DIR "/docs/reference.md") == output_of({"describe", "all", "--markdown"}))
      << "docs/reference.md is stale; refresh it with: " << command;
}

TEST(Platforms, EachFileIsBuiltInListedAndAccepted) {
  const std::string list = output_of({"platforms"});
  std::error_code none;
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(ICESIM_SOURCE_DIR "/models/platforms", none)) {
    const std::string name = entry.path().stem().string();
    EXPECT_THAT("\n" + list, HasSubstr("\n" + name + "  ")) << "its first line is a comment that says what it is";
    EXPECT_EQ(output_of({"platforms", name}), read_text_file(entry.path().string()));
    EXPECT_THAT(icesim({"run", "/missing", "--platform", name}).err, testing::StartsWith("icesim: /missing: "));
    ++files;
  }
  EXPECT_EQ(static_cast<std::size_t>(std::count(list.begin(), list.end(), '\n')), files);
  const Outcome unknown = icesim({"platforms", "xyzzy"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_EQ(unknown.err, "icesim: no platform 'xyzzy'; 'icesim platforms' lists all\n");
}

}  // namespace
}  // namespace icesim::cli
