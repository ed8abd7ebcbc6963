// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "program.hpp"

#include <cstdlib>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <regex.h>
#include <stdexcept>
#include <sstream>

namespace icesim::cli {
namespace {

using testing::HasSubstr;
using Json = nlohmann::ordered_json;

const std::string trace = ICESIM_SOURCE_DIR "/traces/k61-f2fs-key-per-file.icetrace";
constexpr std::uint64_t limit = 200;

/// Name and text of every platform file.
std::map<std::string, std::string> platforms() {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(ICESIM_SOURCE_DIR "/models/platforms")) {
    files[entry.path().stem().string()] = read_text_file(entry.path().string());
  }
  return files;
}

Json parse(const std::string& text) { return Json::parse(text, nullptr, true, true); }

/// Runs the beginning of the bundled trace and returns its results.
std::string results(std::vector<std::string> more) {
  std::vector<std::string> arguments{"run", trace, "-o", "-", "--set", "replay.limit=" + std::to_string(limit)};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Outcome outcome = icesim(arguments);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return outcome.out;
}

/// The POSIX matcher: std::regex sets off warnings under the sanitizers.
bool matches(const std::string& line, const char* pattern) {
  regex_t compiled;
  if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0) throw std::logic_error("bad pattern");
  const bool found = regexec(&compiled, line.c_str(), 0, nullptr, 0) == 0;
  regfree(&compiled);
  return found;
}

/// Lines with a number whose comment names neither a section of the facts nor an assumption with its range.
std::vector<std::string> lines_without_source(const std::string& json) {
  const char* const number = "^[^/]*:[[:space:]]*\"?[0-9]";
  const char* const source =
      "// (.*\\[[a-z0-9]+(-[a-z0-9]+)+\\]$|assumption: .+, [0-9][[:alnum:]_]*\\.\\.[0-9][[:alnum:]_]*$)";
  std::vector<std::string> found;
  std::istringstream lines(json);
  for (std::string line; std::getline(lines, line);) {
    if (matches(line, number) && !matches(line, source)) found.push_back(line);
  }
  return found;
}

TEST(Platforms, ThoseOfTheReadmeExist) {
  EXPECT_THAT(platforms(), testing::IsSupersetOf(
                               {testing::Key("phone-ufs31"), testing::Key("phone-ufs40"), testing::Key("server")}));
}

TEST(Platforms, BeginWithOneSentence) {
  for (const auto& [name, json] : platforms()) {
    EXPECT_THAT(json.substr(0, json.find('\n')), testing::MatchesRegex("// [A-Z].*\\.")) << name;
  }
}

TEST(Platforms, EveryNumberNamesItsSourceOrIsAnAssumptionWithARange) {
  for (const auto& [name, json] : platforms()) {
    EXPECT_THAT(lines_without_source(json), testing::IsEmpty()) << name;
    const std::string line = R"(  "gear": 4)";
    EXPECT_EQ(lines_without_source(line).size(), 1U);
    EXPECT_EQ(lines_without_source(line + " // assumption: a guess").size(), 1U);
    EXPECT_EQ(lines_without_source(R"("read_time": "40us", // somewhere)").size(), 1U);
  }
}

TEST(Platforms, EveryOneRunsATraceAndIsNamedOnTheScreen) {
  for (const auto& [name, json] : platforms()) {
    const Json run = Json::parse(results({"-p", name}));
    EXPECT_EQ(run["statistics"]["driver.requests_completed"]["value"], limit) << name;
    EXPECT_EQ(run["config"]["link"]["gear"], parse(json)["link"]["gear"]) << name;
    const Outcome screen = icesim({"run", trace, "-p", name, "-s", "replay.limit=1"});
    EXPECT_THAT(screen.out, HasSubstr("\nplatform  " + name + ", replay.limit=1\n"));
  }
}

TEST(Platforms, ThePhoneWithUfs31IsTheDefault) {
  EXPECT_EQ(results({}), results({"-p", "phone-ufs31"}));
  EXPECT_NE(results({}), results({"-p", "phone-ufs40"}));
  EXPECT_THAT(icesim({"run", trace, "-s", "replay.limit=1"}).out, HasSubstr("\nplatform  phone-ufs31, replay.limit=1\n"));
  EXPECT_THAT(icesim({"slots", trace, "-s", "replay.limit=300"}).out,
              testing::StartsWith("platform  phone-ufs31, replay.limit=300\n"));
}

TEST(Platforms, ResultsAreAPlatformThatRepeatsThemByteForByte) {
  const Directory directory;
  for (const auto& [name, json] : platforms()) {
    const std::string first = results({"-p", name, "-s", "keyslots.num_keyslots=5"});
    const std::string file = directory.file(name + ".json", first);
    EXPECT_EQ(icesim({"run", trace, "-o", "-", "--platform", file}).out, first) << name;
  }
}

class PlatformSchema : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_schema_checker()) GTEST_SKIP() << "python3-jsonschema is not installed";
    schema_ = directory_.file("schema.json", icesim({"describe", "schema"}).out);
  }
  bool valid(const Json& json) { return schema_accepts(schema_, directory_.file("instance.json", json.dump())); }

  Directory directory_;
  std::string schema_;
};

TEST_F(PlatformSchema, AcceptsEveryPlatformAndNothingMisspelt) {
  for (const auto& [name, json] : platforms()) {
    Json platform = parse(json);
    EXPECT_TRUE(valid(platform)) << name;
    platform["link"]["gaer"] = 4;
    EXPECT_FALSE(valid(platform)) << name;
  }
}

TEST_F(PlatformSchema, AcceptsTheConfigurationInResults) { EXPECT_TRUE(valid(Json::parse(results({}))["config"])); }

}  // namespace
}  // namespace icesim::cli
