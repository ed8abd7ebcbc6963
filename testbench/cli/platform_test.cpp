// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "program.hpp"

#include <algorithm>
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

/// What a platform says, where it says nothing what its base does.
Json with_base(const std::string& name) {
  const Json own = parse(platforms().at(name));
  if (!own.contains("based_on")) return own;
  Json all = with_base(own["based_on"]);
  all.merge_patch(own);
  return all;
}

/// Runs the beginning of the bundled trace and returns its results, without the command.
std::string results(std::vector<std::string> more) {
  std::vector<std::string> arguments{"run", trace, "-o", "-", "--set", "replay.limit=" + std::to_string(limit)};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Outcome outcome = icesim(arguments);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return without_command(outcome.out);
}

/// The POSIX matcher: std::regex sets off warnings under the sanitizers.
bool matches(const std::string& line, const char* pattern) {
  regex_t compiled;
  if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0) throw std::logic_error("bad pattern");
  const bool found = regexec(&compiled, line.c_str(), 0, nullptr, 0) == 0;
  regfree(&compiled);
  return found;
}

/// Lines with a number whose comment names no section of the facts, and which are no assumption with its range and its reason.
std::vector<std::string> lines_without_source(const std::string& json) {
  const char* const number = "^[^/]*:[[:space:]]*(\\{\"value\": *)?\"?[0-9]";
  const char* const source =
      "(// .*\\[[a-z0-9]+(-[a-z0-9]+)+\\]$|\"range\": \\[[^]]+\\], \"source\": \".*\\[[a-z0-9]+(-[a-z0-9]+)+\\].*\"\\},?$)";
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
    EXPECT_EQ(lines_without_source(R"("gear": {"value": 4, "range": [1, 5], "source": "a guess"},)").size(), 1U);
    EXPECT_EQ(lines_without_source(R"("gear": {"value": 4, "range": [1, 5], "source": "a guess [no-figure]"},)").size(), 0U);
    EXPECT_EQ(lines_without_source(R"("read_time": "40us", // somewhere)").size(), 1U);
  }
}

TEST(Platforms, EveryOneRunsATraceAndIsNamedOnTheScreen) {
  for (const auto& [name, json] : platforms()) {
    const Json run = Json::parse(results({"-p", name}));
    EXPECT_EQ(run["statistics"]["driver.requests_completed"]["value"], limit) << name;
    EXPECT_EQ(run["config"]["link"]["gear"], with_base(name)["link"]["gear"]) << name;
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
    const std::string first = results({"-p", name, "-s", "seed=5"});
    const std::string file = directory.file(name + ".json", first);
    EXPECT_EQ(without_command(icesim({"run", trace, "-o", "-", "--platform", file}).out), first) << name;
  }
}

TEST(Platforms, StandOnOthersAndHoldWhatDiffers) {
  Json config = Json::parse(results({"-p", "phone-qcom-wrapped"}))["config"];
  Json usual = Json::parse(results({}))["config"];
  EXPECT_EQ(config["crypto"]["path"], "hwkm-v2");
  EXPECT_EQ(config["crypto"]["call"]["time"], "100us");
  config.erase("crypto");
  usual.erase("crypto");
  EXPECT_EQ(config, usual);
  const Directory directory;
  const std::string below = directory.file("below.json", R"({"based_on": "phone-ufs40", "seed": 7, "keyslots": {"num_keyslots": 3}})");
  const std::string above = directory.file("above.json", R"({"based_on": "below.json", "seed": 8})");
  const std::string as_if = results({"-p", "phone-ufs40", "-s", "seed=8", "-s", "keyslots.num_keyslots=3"});
  EXPECT_EQ(results({"-p", above}), as_if) << "a file is looked for beside the one that names it";
  EXPECT_EQ(results({"-p", directory.file("results.json", R"({"based_on": ")" + directory.file("r.json", as_if) + R"("})")}), as_if);
}

TEST(Platforms, WithoutTheirBaseAreRefusedInOneLine) {
  const Directory directory;
  const auto error = [&](const std::string& file, const std::string& json) {
    const std::string path = directory.file(file, json);
    const Outcome outcome = icesim({"run", trace, "-p", path});
    EXPECT_EQ(outcome.exit_code, 2);
    const std::string begin = "icesim: " + path;
    EXPECT_EQ(outcome.err.substr(0, begin.size()), begin);
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1);
    return outcome.err.substr(begin.size());
  };
  EXPECT_THAT(error("a.json", R"({"based_on": "phone-ufs4"})"),
              testing::StartsWith(":/based_on: phone-ufs4: no such platform or file; did you mean phone-ufs40"));
  EXPECT_EQ(error("b.json", R"({"based_on": "b.json"})"), ":/based_on: " + directory.file("b.json", "") + " stands on itself\n");
  EXPECT_EQ(error("c.json", R"({"based_on": 3})"), ":/based_on: expected the name of a platform, found number\n");
  EXPECT_THAT(error("d.json", R"({"based_on": "./none.json"})"), HasSubstr("none.json: "));
  EXPECT_THAT(error("e.json", R"({"base_on": "server"})"), HasSubstr("did you mean based_on?"));
  directory.file("g.json", R"({"based_on": "f.json"})");
  EXPECT_THAT(icesim({"run", trace, "-p", directory.file("f.json", R"({"based_on": "g.json"})")}).err,
              testing::EndsWith("f.json stands on itself\n"));
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
