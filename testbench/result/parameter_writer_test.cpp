// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/parameter_writer.hpp"

#include "icesim/base/error.hpp"
#include "sample_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim {
namespace {

using testing::HasSubstr;
using Json = nlohmann::ordered_json;

std::vector<ParameterGroup> sample_list() {
  sample::Config config;
  return list_parameters(parameters_of(config));
}

std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& item : object.items()) keys.push_back(item.key());
  return keys;
}

TEST(ListParameters, KeepsTheOrderOfDeclaration) {
  std::vector<std::string> paths;
  for (const auto& group : sample_list()) {
    for (const auto& parameter : group.parameters) paths.push_back(parameter.path);
  }
  EXPECT_THAT(paths, testing::ElementsAre("mode", "ice.num_keyslots", "ice.latency", "ice.wake", "ice.clock",
                                          "ice.bypass", "device.flash.page", "device.flash.read", "device.flash.seed"));
}

TEST(ListParameters, RefusesADefaultOutsideItsOwnRange) {
  sample::Config config;
  config.ice.num_keyslots = 0;
  EXPECT_THROW(list_parameters(parameters_of(config)), Bug);
}

TEST(ListParameters, RefusesAPathDeclaredTwice) {
  std::uint64_t value = 1;
  EXPECT_THROW(list_parameters([&](Fields& f) {
                 f("x", value, {0, 2}, choice(""));
                 f("x", value, {0, 2}, choice(""));
               }),
               Bug);
}

TEST(ParametersJson, WritesUnitsAndKeepsTheOrder) {
  const Json json = Json::parse(parameters_json(sample_list()));
  EXPECT_EQ(json.dump(),
            R"({"mode":"open","ice":{"num_keyslots":32,"latency":63,"wake":"5us","clock":"300MHz","bypass":false},)"
            R"("device":{"flash":{"page":"16KiB","read":"40us","seed":0}}})");
}

TEST(ParametersSchema, DescribesEveryParameterAndNothingElse) {
  const Json schema = Json::parse(parameters_schema(sample_list()));
  EXPECT_EQ(schema["$schema"], "http://json-schema.org/draft-07/schema#");
  EXPECT_EQ(schema["additionalProperties"], false);
  EXPECT_THAT(keys_of(schema["properties"]), testing::ElementsAre("$schema", "based_on", "mode", "ice", "device"));
  const Json& keyslots = schema["properties"]["ice"]["properties"]["num_keyslots"];
  EXPECT_EQ(keyslots["type"], Json::array({"integer", "object"})) << "or with the range in which it is assumed to lie";
  EXPECT_EQ(keyslots["minimum"], 1);
  EXPECT_EQ(keyslots["maximum"], 256);
  EXPECT_EQ(keyslots["default"], 32);
  EXPECT_EQ(keyslots["description"], "Entries of x-CRYPTOCFG. Source: [ufshci-crypto].");
  EXPECT_EQ(schema["properties"]["mode"]["enum"], Json::array({"open", "closed"}));
  const Json& flash = schema["properties"]["device"]["properties"]["flash"];
  EXPECT_EQ(flash["additionalProperties"], false);
  EXPECT_FALSE(flash["properties"]["seed"].contains("maximum"));
}

TEST(ParametersSchema, HasPatternsThatItsOwnDefaultsMatch) {
  const Json schema = Json::parse(parameters_schema(sample_list()));
  const Json& ice = schema["properties"]["ice"]["properties"];
  const Json& flash = schema["properties"]["device"]["properties"]["flash"]["properties"];
  for (const Json& parameter : {ice["wake"], ice["clock"], flash["page"], flash["read"]}) {
    const std::string pattern = parameter["anyOf"][1]["pattern"];
    EXPECT_THAT(parameter["default"].get<std::string>(), testing::ContainsRegex(pattern)) << parameter;
    EXPECT_THAT("5 miles", testing::Not(testing::ContainsRegex(pattern))) << parameter;
  }
}

TEST(ParametersMarkdown, MarksAssumptionsAndEscapesBars) {
  const std::string text = parameters_markdown(sample_list());
  EXPECT_THAT(text, HasSubstr("### device.flash\n\nNAND dies.\n"));
  EXPECT_THAT(text, HasSubstr("| `ice.num_keyslots` | 32 | 1..256 | count | Entries of x-CRYPTOCFG. | "
                              "[ufshci-crypto](sources.md#ufshci-crypto) |\n"));
  EXPECT_THAT(text, HasSubstr("| `device.flash.read` | 40us | 0ps..1s | time | Time of a read \\| tR. | "
                              "**assumption**: varies (moves stage flash) |\n"));
  EXPECT_THAT(text, HasSubstr("**assumption**: arbitrary |\n"));
}

TEST(ParametersText, NamesPathDefaultRangeUnitSentenceAndSource) {
  const std::string text = parameters_text(sample_list());
  EXPECT_THAT(text, HasSubstr("  ice.wake = 5us   (1us..1ms; time)\n      Wake-up time.\n"
                              "      assumption: no source found (moves stage ice)\n"));
  EXPECT_THAT(text, HasSubstr("  device.flash.seed = 0   (any; count)\n"));
  EXPECT_THAT(text, HasSubstr("  mode = open   (open, closed; choice)\n"));
}

}  // namespace
}  // namespace icesim
