// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "icesim/result/parameter_reader.hpp"
#include "icesim/result/parameter_writer.hpp"
#include "testbench/result/user_error.hpp"
#include "testbench/support/random_config.hpp"

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>

/// Parameters that are written as a text: through all visitors.
namespace icesim {
namespace {

using test::error_of;

using testing::HasSubstr;

/// A word without an x.
struct Word {
  std::string word = "none";

  std::string text() const { return word; }
  static Word of(std::string_view text) {
    if (text.find('x') != std::string_view::npos) throw UserError("'" + std::string(text) + "' has an x");
    return {std::string(text)};
  }
  static TextForm form() {
    static constexpr std::array<std::string_view, 3> examples{"none", "some", "all"};
    return {"any word without x", "^[^x]*$", examples.data(), examples.size(), [](std::string_view text) { of(text); }};
  }
};

struct Config {
  struct Group {
    Word word;
    void describe(Fields& f) { f("word", word, fact("A word.", "[no-figure]")); }
  } group;
  void describe(Fields& f) { f.group("group", group, "Words."); }
};

TEST(TextParameter, IsReadFromJsonAndSet) {
  Config config;
  read_parameters(R"({"group": {"word": "few"}})", "p.json", parameters_of(config));
  EXPECT_EQ(config.group.word.word, "few");
  set_parameter("group.word=many=few", parameters_of(config));
  EXPECT_EQ(config.group.word.word, "many=few");
}

TEST(TextParameter, RefusalsSayWhere) {
  Config config;
  EXPECT_EQ(error_of([&] { read_parameters(R"({"group": {"word": "axe"}})", "p.json", parameters_of(config)); }),
            "p.json:/group/word: 'axe' has an x");
  EXPECT_EQ(error_of([&] { read_parameters(R"({"group": {"word": 3}})", "p.json", parameters_of(config)); }),
            "p.json:/group/word: expected a string, found number");
  EXPECT_EQ(error_of([&] { set_parameter("group.word=axe", parameters_of(config)); }), "--set group.word=axe: 'axe' has an x");
  EXPECT_EQ(config.group.word.word, "none");
}

TEST(TextParameter, IsWrittenAsItIsRead) {
  Config config;
  config.group.word.word = "few";
  const std::vector<ParameterGroup> list = list_parameters(parameters_of(config));
  Config again;
  read_parameters(parameters_json(list), "p.json", parameters_of(again));
  EXPECT_EQ(again.group.word.word, "few");
  const auto schema = nlohmann::json::parse(parameters_schema(list))["properties"]["group"]["properties"]["word"];
  EXPECT_EQ(schema["type"], "string");
  EXPECT_EQ(schema["pattern"], "^[^x]*$");
  EXPECT_EQ(schema["default"], "few");
  EXPECT_EQ(schema["description"], "A word. Allowed: any word without x. Source: [no-figure].");
  EXPECT_THAT(parameters_markdown(list), HasSubstr("| `group.word` | few | any word without x | text | A word. |"));
  EXPECT_THAT(parameters_text(list), HasSubstr("group.word = few   (any word without x; text)"));
  config.group.word.word = "axe";
  EXPECT_THROW(list_parameters(parameters_of(config)), UserError);
}

TEST(TextParameter, TakesEachExampleByItsNumber) {
  Config config;
  Parameter parameter = list_parameters(parameters_of(config))[1].parameters[0];
  EXPECT_EQ(parameter.range.max, 2u);
  parameter.set_value(2);
  EXPECT_EQ(value_text(parameter), "all");
}

RC_GTEST_PROP(TextParameter, IsDrawnFromItsExamples, ()) {
  const Config drawn = test::any_config(Config{});
  RC_ASSERT((std::set<std::string>{"none", "some", "all"}).count(drawn.group.word.word) == 1u);
}

}  // namespace
}  // namespace icesim
