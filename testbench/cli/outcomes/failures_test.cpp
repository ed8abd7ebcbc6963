// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "testbench/cli/program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

std::vector<std::string> of_300(const std::string& command, std::vector<std::string> more) {
  more.insert(more.begin(), {command, trace, "--set", "replay.limit=300"});
  return more;
}

/// Every encrypted request fails on hardware that does not know the algorithm.
const std::vector<std::string> no_algorithm{"--set", "keyslots.aes_xts_256=false"};

TEST(Failures, AreOnTheFirstScreenAndNotAmongTheCompleted) {
  const Json good = Json::parse(icesim(of_300("run", {"-o", "-"})).out);
  const std::uint64_t encrypted = good["statistics"]["keyslots.hits"]["value"].get<std::uint64_t>() +
                                  good["statistics"]["keyslots.programs"]["value"].get<std::uint64_t>();
  const std::uint64_t all = good["statistics"]["driver.requests_completed"]["value"];
  ASSERT_GT(encrypted, 0U);
  const Outcome outcome = icesim(of_300("run", no_algorithm));
  EXPECT_EQ(outcome.exit_code, 0) << "unless --fail-on asks";
  EXPECT_THAT(outcome.out, HasSubstr("\nreplayed  " + std::to_string(all - encrypted) + " requests completed"));
  EXPECT_THAT(outcome.out, ContainsRegex("\nFAILED    " + std::to_string(encrypted) +
                                         " requests failed: " + std::to_string(encrypted) +
                                         " with OCS invalid crypto configuration; the first is\\s+number [0-9]+\n"));
}

TEST(Failures, AreInTheResults) {
  const Directory directory;
  const std::string requests = directory.path("requests.csv");
  std::vector<std::string> more = no_algorithm;
  more.insert(more.end(), {"-o", "-", "--requests", requests});
  const Json json = Json::parse(icesim(of_300("run", more)).out);
  const auto value = [&](const std::string& path) { return json["statistics"][path]["value"].get<std::uint64_t>(); };
  EXPECT_GT(value("driver.failed"), 0U);
  EXPECT_EQ(value("driver.failures.ocs_invalid_crypto_configuration"), value("driver.failed"));
  EXPECT_EQ(value("latency.all.count"), value("driver.requests_completed"));
  EXPECT_EQ(json["warnings"][0], std::to_string(value("driver.failed")) +
                                     " requests failed: " + std::to_string(value("driver.failed")) +
                                     " with OCS invalid crypto configuration; the first is number " +
                                     std::to_string(value("driver.failures.first")));
  // The number is that of the list of requests, where the first failure is the first in order of the ends.
  std::istringstream lines(read_text_file(requests));
  std::string line, first;
  while (first.empty() && std::getline(lines, line)) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
    if (cells.size() > 10 && cells[10] == "1") first = cells[0];
  }
  EXPECT_EQ(first, std::to_string(value("driver.failures.first")));
}

TEST(Failures, AreAnExitCodeWhenAskedFor) {
  std::vector<std::string> more = no_algorithm;
  more.insert(more.end(), {"--fail-on", "errors"});
  EXPECT_EQ(icesim(of_300("run", more)).exit_code, 3);
  EXPECT_EQ(icesim(of_300("slots", more)).exit_code, 3);
  EXPECT_EQ(icesim(of_300("run", {"--fail-on", "errors"})).exit_code, 0);
  EXPECT_EQ(icesim(of_300("slots", {"--fail-on", "errors"})).exit_code, 0);
  const Outcome wrong = icesim(of_300("run", {"--fail-on", "rain"}));
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_EQ(wrong.err, "icesim: --fail-on: 'rain' is not one of errors\n");
}

TEST(Failures, LeaveNothingToRecommend) {
  const Directory directory;
  std::vector<std::string> more = no_algorithm;
  more.insert(more.end(), {"-o", directory.path("slots.json")});
  const Outcome outcome = icesim(of_300("slots", more));
  EXPECT_THAT(outcome.out, ContainsRegex("recommended: nothing\nWith 1 keyslot [0-9]+ requests failed, and "));
  EXPECT_TRUE(Json::parse(read_text_file(directory.path("slots.json")))["recommended"].is_null());
}

TEST(Failures, TheVerificationGivesItsVerdict) {
  EXPECT_THAT(icesim(of_300("run", {})).out, Not(HasSubstr("payload")));
  EXPECT_THAT(icesim(of_300("run", {"--set", "payload=verify"})).out,
              ContainsRegex("\npayload   [0-9,]+ blocks read back and checked, 0 mismatches; [0-9,]+ written\n"));
}

TEST(Failures, AKeyThatCouldNotBeProgrammedIsSeen) {
  const std::vector<std::string> run{"run",       ICESIM_SOURCE_DIR "/traces/k61-f2fs-key-per-file.icetrace",
                                     "--set",     "replay.limit=300",
                                     "--fail-on", "errors",
                                     "--fault"};
  const auto with = [&](const std::string& fault) {
    std::vector<std::string> words = run;
    words.push_back(fault);
    return icesim(words);
  };
  const Outcome outcome = with("key-program@2");
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.out, ContainsRegex("platform  phone-ufs31, crypto.failing_program=2, replay.limit=300\n"));
  EXPECT_THAT(outcome.out, ContainsRegex("\nFAILED    1 request failed: 1 with a key that could not be programmed; "
                                         "the first is number [0-9]+\n"));
  const Outcome never = with("key-program@1000");
  EXPECT_EQ(never.exit_code, 0);
  EXPECT_THAT(
      never.out,
      ContainsRegex("\n  key program 1000 was to fail, and [0-9]+ keys were programmed: nothing failed for it\n"));
}

TEST(Failures, ARunGetsOverWhatGoesWrongAndSaysHow) {
  const auto with = [](const std::string& profile, const std::string& fault) {
    return icesim({"run", ICESIM_SOURCE_DIR "/traces/k61-f2fs-key-per-file.icetrace", "--set", "replay.limit=300", "--set",
                   "block_layer.profile=" + profile, "--set", "payload=verify", "--fail-on", "errors", "--fault", fault});
  };
  for (const std::string profile : {"linux-6.12", "android"}) {
    const Outcome lost = with(profile, "lost-answer@write:3");
    EXPECT_EQ(lost.exit_code, 0) << lost.err;
    EXPECT_THAT(lost.out, ContainsRegex("\nerrors    1 command timed out, 1 reset of the logical unit; [0-9.]+ ms were spent on that\n"));
    EXPECT_THAT(lost.out, ContainsRegex("\nfault lost-answer@write:3 at [0-9.]+ m?s, tag [0-9]+\n"));
    EXPECT_THAT(lost.out, HasSubstr(", 0 mismatches"));
    const Outcome broken = with(profile, "engine-failure@write:3");
    EXPECT_EQ(broken.exit_code, 0) << broken.err;
    EXPECT_THAT(broken.out, ContainsRegex(" 1 reset of the controller with [0-9]+ keys? restored;"));
  }
  for (const std::string failures : {"1", "4", "5"}) {
    const Outcome reset = icesim({"run", ICESIM_SOURCE_DIR "/traces/k61-f2fs-key-per-file.icetrace", "--set", "replay.limit=300",
                                  "--set", "block_layer.profile=linux-6.12", "--set", "payload=verify", "--fail-on", "errors",
                                  "--fault", "link-loss@40", "--fault", "failed-resets@" + failures});
    const bool gone = failures == "5";
    EXPECT_EQ(reset.exit_code, gone ? 3 : 0) << reset.err;
    EXPECT_THAT(reset.out, ContainsRegex("\nfault failed-resets@" + failures + " by [0-9.]+ m?s\n"));
    const std::string resets = gone ? "5 resets" : failures == "4" ? "5 resets" : "2 resets";
    EXPECT_THAT(reset.out, ContainsRegex("\nerrors    " + resets + " of the controller with [0-9]+ keys restored, " + failures +
                                         " of the resets failed" + (gone ? ", the device was" : ";")));
    if (gone) {
      EXPECT_THAT(reset.out, ContainsRegex("\nFAILED    [0-9]+ requests failed: [0-9]+ with a device that was given up; the first"));
    }
    EXPECT_THAT(reset.out, HasSubstr(", 0 mismatches"));
  }
  const Outcome power = with("linux-6.12", "power-loss@write:20");
  EXPECT_EQ(power.exit_code, 0) << power.out;
  EXPECT_THAT(power.out, ContainsRegex("\nfault power-loss@write:20 at [0-9.]+ m?s, tag [0-9]+: [0-9]+ blocks? of the write cache "
                                       "(was|were) lost\n"));
  const Outcome timed = with("linux-6.12", "power-loss@300us");
  EXPECT_EQ(timed.exit_code, 0) << timed.out;
  EXPECT_THAT(timed.out, ContainsRegex("\nfault power-loss@300us: [0-9]+ blocks? of the write cache (was|were) lost\n"));
  EXPECT_THAT(timed.out, HasSubstr(", 0 mismatches"));
  EXPECT_THAT(with("linux-6.12", "power-loss@9000s").out, HasSubstr("\nfault power-loss@9000s did not happen: the run had ended\n"));
  EXPECT_THAT(with("linux-6.12", "failed-resets@2").out, HasSubstr("\nfault failed-resets@2 did not happen: 0 resets failed"));
  const Outcome invalid = with("simple", "invalid-key@crypto:5");
  EXPECT_EQ(invalid.exit_code, 3);
  EXPECT_THAT(invalid.out, HasSubstr("1 with OCS invalid crypto configuration"));
  EXPECT_THAT(with("linux-6.12", "invalid-key@crypto:999999").out, HasSubstr("\nfault invalid-key@crypto:999999 never happened"));
}

}  // namespace
}  // namespace icesim::cli
