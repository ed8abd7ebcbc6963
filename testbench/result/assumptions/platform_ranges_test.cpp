// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "icesim/result/parameter_reader.hpp"
#include "icesim/result/results.hpp"
#include "testbench/result/sample_config.hpp"
#include "testbench/result/sample_results.hpp"
#include "testbench/result/user_error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim {
namespace {

using test::error_of;
using namespace literals;

constexpr const char* assumed = R"({"device": {"flash": {"page": {"value": "16KiB", "range": ["4KiB", "64KiB"], "source": "a guess"}}}})";

PlatformText find_base(const std::string& base, const std::string&) { return {base, assumed}; }

PlatformRanges ranges_of(const std::string& json, sample::Config& config) {
  return read_platform({"p", json}, parameters_of(config), find_base);
}

/// The parameter as a platform has it.
Parameter parameter(const std::string& path, sample::Config config, const PlatformRanges& ranges) {
  std::vector<ParameterGroup> groups = list_parameters(parameters_of(config));
  narrow(groups, ranges);
  for (const ParameterGroup& group : groups)
    for (const Parameter& each : group.parameters)
      if (each.path == path) return each;
  throw Bug("no such parameter");
}

TEST(PlatformRanges, MakeAFactAnAssumptionOfThePlatform) {
  sample::Config config;
  const PlatformRanges ranges = ranges_of(assumed, config);
  EXPECT_EQ(config.device.flash.page, 16_KiB);
  EXPECT_FALSE(parameter("device.flash.page", config, {}).assumption);
  const Parameter page = parameter("device.flash.page", config, ranges);
  EXPECT_TRUE(page.assumption);
  EXPECT_EQ(range_text(page), "4KiB..64KiB");
  EXPECT_EQ(page.source, "a guess");
  EXPECT_FALSE(parameter("device.flash.read", config, ranges).of_platform);
}

TEST(PlatformRanges, HoldForWhatStandsOnThePlatformUnlessItSaysTheValueAnew) {
  sample::Config config;
  EXPECT_EQ(ranges_of(R"({"based_on": "x", "device": {"flash": {"read": "30us"}}})", config).size(), 1U);
  EXPECT_EQ(ranges_of(R"({"based_on": "x", "device": {"flash": {"page": "8KiB"}}})", config).size(), 0U);
  EXPECT_EQ(config.device.flash.page, 8_KiB);
  const PlatformRanges other =
      ranges_of(R"({"based_on": "x", "device": {"flash": {"page": {"value": "8KiB", "range": ["8KiB", "8KiB"], "source": "b"}}}})", config);
  ASSERT_EQ(other.size(), 1U);
  EXPECT_EQ(other[0].source, "b");
}

TEST(PlatformRanges, HoldForAnotherValueWithinThem) {
  sample::Config config;
  const PlatformRanges ranges = ranges_of(assumed, config);
  set_parameter("device.flash.page=64KiB", parameters_of(config));
  EXPECT_EQ(range_text(parameter("device.flash.page", config, ranges)), "4KiB..64KiB");
  set_parameter("device.flash.page=128KiB", parameters_of(config));
  EXPECT_EQ(range_text(parameter("device.flash.page", config, ranges)), "512B..1MiB") << "set beyond: as declared";
  EXPECT_FALSE(parameter("device.flash.page", config, ranges).assumption);
}

std::string refusal(const std::string& value) {
  sample::Config config;
  return error_of([&] { read_parameters(R"({"ice": {"num_keyslots": )" + value + "}}", "p.json", parameters_of(config)); });
}

TEST(PlatformRanges, ThatCannotBeAreRefusedInTheirPlace) {
  const std::string place = "p.json:/ice/num_keyslots";
  EXPECT_EQ(refusal(R"({"value": 8, "range": [1, 256], "source": "x"})"), "no error");
  EXPECT_EQ(refusal(R"({"value": 8, "range": [0, 16], "source": "x"})"), place + "/range: 0 is outside 1..256");
  EXPECT_EQ(refusal(R"({"value": 8, "range": [1, 257], "source": "x"})"), place + "/range: 257 is outside 1..256");
  EXPECT_EQ(refusal(R"({"value": 8, "range": [9, 16], "source": "x"})"), place + "/range: the value, 8, is outside 9..16");
  EXPECT_EQ(refusal(R"({"value": 8, "range": [1, 7], "source": "x"})"), place + "/range: the value, 8, is outside 1..7");
  EXPECT_EQ(refusal(R"({"value": 8, "range": [16, 1], "source": "x"})"), place + "/range: its first end lies above its second");
  EXPECT_EQ(refusal(R"({"value": 8, "range": [8], "source": "x"})"), place + "/range: expected two numbers, [lowest, highest]");
  EXPECT_EQ(refusal(R"({"value": 8, "range": "1..9", "source": "x"})"), place + "/range: expected two numbers, [lowest, highest]");
  EXPECT_EQ(refusal(R"({"value": 8, "range": ["1", 9], "source": "x"})"), place + "/range: expected an integer, found string");
  EXPECT_EQ(refusal(R"({"value": 0, "range": [1, 9], "source": "x"})"), place + "/value: 0 is outside 1..256");
  EXPECT_EQ(refusal(R"({"value": 8, "range": [1, 9], "source": 3})"), place + "/source: expected a string, found number");
  EXPECT_EQ(refusal(R"({"value": 8, "range": [1, 9], "source": "x", "why": 1})"), place + "/why: unknown key; allowed: value, range, source");
  EXPECT_EQ(refusal(R"({"value": 8, "range": [1, 9]})"),
            place + R"(: source is missing; an assumption is {"value": ..., "range": [lowest, highest], "source": "why"})");
  sample::Config config;
  EXPECT_EQ(error_of([&] { read_parameters(R"({"mode": {"value": "open"}})", "p.json", parameters_of(config)); }),
            "p.json:/mode: expected a string, found object");
}

TEST(PlatformRanges, GoThroughResults) {
  sample::Config config;
  const PlatformRanges ranges = ranges_of(assumed, config);
  Results results = sample::results();
  results.config = list_parameters(parameters_of(config));
  narrow(results.config, ranges);
  const std::string json = results_json(results);
  EXPECT_EQ(nlohmann::json::parse(json)["ranges"].dump(), R"({"device.flash.page":{"range":["4KiB","64KiB"],"source":"a guess"}})");
  EXPECT_EQ(nlohmann::json::parse(json)["config"]["device"]["flash"]["page"], "16KiB") << "values stay values";
  sample::Config again;
  const PlatformRanges read = read_parameters(json, "r.json", parameters_of(again));
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].path, "device.flash.page");
  EXPECT_EQ(Bytes{read[0].low}, 4_KiB);
  EXPECT_EQ(Bytes{read[0].high}, 64_KiB);
}

TEST(PlatformRanges, OfResultsAreCheckedToo) {
  const auto error = [](const std::string& ranges) {
    sample::Config config;
    return error_of([&] { read_parameters(R"({"icesim": "1", "config": {}, "ranges": )" + ranges + "}", "r.json", parameters_of(config)); });
  };
  EXPECT_EQ(error("[]"), "r.json:/ranges: expected an object, found array");
  EXPECT_EQ(error(R"({"mode": {}})"), "r.json:/ranges/mode: no parameter that is a number has this path");
  EXPECT_EQ(error(R"({"ice.slots": {}})"), "r.json:/ranges/ice.slots: no parameter that is a number has this path");
  EXPECT_EQ(error(R"({"ice.latency": 3})"), "r.json:/ranges/ice.latency: expected an object, found number");
  EXPECT_EQ(error(R"({"ice.latency": {"range": [1, 65], "source": ""}})"), "r.json:/ranges/ice.latency/range: 65 is outside 1..64");
  EXPECT_EQ(error(R"({"ice.latency": {"range": [1, 62], "source": ""}})"), "r.json:/ranges/ice.latency/range: the value, 63, is outside 1..62");
}

}  // namespace
}  // namespace icesim
