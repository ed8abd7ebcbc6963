// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "program.hpp"

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
            "icesim: describe: 'everything' is not one of parameters, statistics, registers, schema, engines, waves, "
            "requests, comparison, all\n");
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
