// SPDX-License-Identifier: Apache-2.0
#include "program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim::cli {
namespace {

using testing::HasSubstr;

/// The engine's parameters in the results of a short run.
nlohmann::json ice_of(std::vector<std::string> more) {
  std::vector<std::string> arguments{"run", trace, "-o", "-", "--set", "replay.limit=20"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Outcome outcome = icesim(arguments);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return nlohmann::json::parse(outcome.out).at("config").at("ice");
}

TEST(Engine, ANamedOneReplacesThePlatformsCoresButNotWhatIsAroundThem) {
  const auto usual = ice_of({});
  const auto ring = ice_of({"--engine", "xts-aes256-w5"});
  EXPECT_EQ(ring.at("cycles_per_block"), 3);
  EXPECT_EQ(ring.at("ring_positions"), 10);
  EXPECT_EQ(ring.at("latency"), 31);
  EXPECT_EQ(ring.at("input_latency"), 1);
  EXPECT_EQ(ring.at("key_load_cycles"), 0);
  EXPECT_NE(usual.at("cycles_per_block"), 3);
  for (const char* name : {"expanded_key_cache", "engines", "bypass_latency", "offset_tweak_cycles"}) {
    EXPECT_EQ(ring.at(name), usual.at(name)) << name;
  }
}

TEST(Engine, ASettingIsStrongerThanTheEngine) {
  const auto ice = ice_of({"--engine", "xts-aes256-w5", "--set", "ice.latency=99"});
  EXPECT_EQ(ice.at("latency"), 99);
  EXPECT_EQ(ice.at("ring_positions"), 10);
}

TEST(Engine, AnUnknownOneNamesTheNearOneAndTheList) {
  const Outcome outcome = icesim({"run", trace, "--engine", "xexaes25"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--engine xexaes25: no such engine; did you mean xexaes256?; 'icesim describe "
                                     "engines' lists all\n"));
}

TEST(Engine, TheListShowsThePublishedFigures) {
  const Outcome outcome = icesim({"describe", "engines"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, testing::ContainsRegex("xts-aes256-w5 +1 +3 +32 +34 +0 +the same with 5 of 15"));
  EXPECT_THAT(outcome.out, testing::ContainsRegex("xexaes256 +3 +17 +16 +24/38 +0 +pradyuman"));
  EXPECT_THAT(outcome.out, testing::ContainsRegex("usselmann-aes128 +1 +12/13 +12 +12 +0/12 +Usselmann"));
}

}  // namespace
}  // namespace icesim::cli
