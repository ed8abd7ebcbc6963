// SPDX-License-Identifier: Apache-2.0
#include "testbench/cli/program.hpp"

#include <algorithm>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <nlohmann/json.hpp>

namespace icesim::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Json = nlohmann::ordered_json;

const std::string k612 = ICESIM_SOURCE_DIR "/traces/k612-f2fs-key-per-policy.icetrace";

Outcome slots(const std::vector<std::string>& more, const std::vector<std::string>& traces = {trace}) {
  std::vector<std::string> words{"slots"};
  words.insert(words.end(), traces.begin(), traces.end());
  words.insert(words.end(), {"-s", "replay.limit=500"});
  words.insert(words.end(), more.begin(), more.end());
  return icesim(words);
}

Json json(std::vector<std::string> more, const std::vector<std::string>& traces = {trace}) {
  more.insert(more.end(), {"-o", "-"});
  const Outcome outcome = slots(more, traces);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return Json::parse(outcome.out);
}

std::vector<std::uint64_t> counts_of(const Json& sweep) {
  std::vector<std::uint64_t> counts;
  for (const Json& point : sweep["simulated"]) counts.push_back(point["keyslots"]);
  return counts;
}

void expect_line(const Outcome& outcome, const std::string& line) {
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr(line));
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
}

TEST(SlotsCommand, RecommendsTheSmallestNumberOfAll) {
  const Json found = json({"-p", "phone-qcom"});
  const std::uint64_t recommended = found["recommended"];
  const std::vector<std::uint64_t> counts = counts_of(found);
  ASSERT_GT(recommended, 1U);
  EXPECT_THAT(counts, testing::Contains(recommended - 1)) << "the one below was tried, and is not good enough";
  std::vector<std::string> list;
  std::string all;
  for (std::uint64_t n = 1; n <= std::min<std::uint64_t>(recommended + 2, 40); ++n) all += (n == 1 ? "" : ",") + std::to_string(n);
  if (recommended <= 38) {
    EXPECT_EQ(json({"-p", "phone-qcom", "--counts", all + ",256"})["recommended"], recommended);
  }
}

TEST(SlotsCommand, TellsWhereItsResultsAreFrom) {
  const Json one = json({"--counts", "4", "-j", "1"}), other = json({"--counts", "4", "--over", "crypto.path=registers"});
  EXPECT_EQ(one["command"], "icesim slots " + trace + " --set replay.limit=500 --counts 4");
  EXPECT_EQ(other["command"], "icesim slots " + trace + " --set replay.limit=500 --counts 4 --over crypto.path=registers");
  for (const Json& each : {one, other, json({"--counts", "4"}, {trace, trace})["traces"][1]})
    EXPECT_EQ(each["sha256"], Json::parse(icesim({"run", trace, "-s", "replay.limit=1", "-o", "-"}).out)["trace"]["sha256"]);
  EXPECT_EQ(one["icesim"], other["icesim"]);
}

TEST(SlotsCommand, TriesTheNumbersThatAreAskedFor) {
  const Json some = json({"--counts", "12,8,1..4:x2"});
  EXPECT_THAT(counts_of(some), ElementsAre(1, 2, 4, 8, 12));
  expect_line(slots({"--counts", "0"}), "--counts 0: not all are 1 to 256");
  expect_line(slots({"--counts", "8,x"}), "--counts 8,x: 'x' is not a count");
}

TEST(SlotsCommand, MeasuresWhatIsAskedFor) {
  const Json mean = json({"--counts", "8"});
  EXPECT_EQ(mean["metric"]["requests"], "encrypted");
  const Json run = Json::parse(icesim({"run", trace, "-s", "replay.limit=500", "-s", "keyslots.num_keyslots=8", "-o", "-"}).out)["statistics"];
  EXPECT_EQ(json({"--counts", "8", "--of", "all"})["simulated"][0]["value"], run["latency.all.mean"]["value"]);
  EXPECT_EQ(json({"--counts", "8", "--metric", "p999", "--of", "write"})["simulated"][0]["value"], run["latency.write.p999"]["value"]);
  EXPECT_EQ(mean["simulated"][0]["mean_ps"], run["latency.all.mean"]["value"]) << "as it always was";
  EXPECT_NE(mean["simulated"][0]["value"], mean["simulated"][0]["mean_ps"]);
  const Json cost = json({"--counts", "8", "--metric", "key-cost"});
  EXPECT_EQ(cost["simulated"][0]["value"], (run["keys.cost.all"]["value"].get<std::uint64_t>() + cost["references"].get<std::uint64_t>() / 2) /
                                               cost["references"].get<std::uint64_t>());
  EXPECT_EQ(json({"--metric", "throughput"})["recommended"], 1) << "the trace has its own pace";
  expect_line(slots({"--metric", "speed"}), "--metric: 'speed' is not one of mean, p99, p999, key-cost, throughput, misses");
  expect_line(slots({"--metric", "misses", "--of", "read"}), "--of has no effect: --metric misses is no latency");
}

TEST(SlotsCommand, IsAsStrictAsItIsTold) {
  EXPECT_LE(json({"--within", "50%"})["recommended"], json({})["recommended"]);
  EXPECT_EQ(json({"--within", "0.25%"})["metric"]["within_ppm"], 2500);
  for (const char* text : {"x", "101%", "-1%", "%"}) expect_line(slots({"--within", text}), "is not a share from 0% to 100%");
}

TEST(SlotsCommand, AnswersForSeveralTraces) {
  const Json both = json({}, {trace, k612});
  ASSERT_EQ(both["traces"].size(), 2U);
  EXPECT_EQ(both["traces"][0]["recommended"], json({})["recommended"]);
  EXPECT_EQ(both["traces"][1]["recommended"], json({}, {k612})["recommended"]);
  EXPECT_EQ(both["recommended"], std::max(both["traces"][0]["recommended"], both["traces"][1]["recommended"]));
  EXPECT_FALSE(both["mean"]["recommended"].is_null());
  const Outcome text = slots({}, {trace, k612});
  EXPECT_THAT(text.out, HasSubstr("recommended for every trace: "));
  EXPECT_THAT(text.out, HasSubstr("recommended for their mean: "));
}

TEST(SlotsCommand, SaysWhenTheReplayCannotKeepItsPace) {
  EXPECT_THAT(slots({"-s", "device.command_occupancy=100us", "-s", "replay.time_scale=1"}).out, HasSubstr("\nSaturated: the replay does not keep the trace's pace with any number of keyslots"));
  EXPECT_THAT(slots({}).out, testing::Not(HasSubstr("Saturated")));
}

TEST(SlotsCommand, TellsWhichAssumptionsDecide) {
  const Outcome outcome = slots({"--sensitivity", "-s", "replay.limit=150", "-o", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json answer = Json::parse(outcome.out);
  const Json& moved = answer["sensitivity"]["moved"];
  ASSERT_GT(moved.size(), 5U);
  EXPECT_GT(answer["sensitivity"]["ends"], 100);
  std::size_t flipping = 0;
  for (const Json& each : moved) {
    if (each["recommended"] == answer["recommended"]) continue;
    // What it says holds: the answer is another one there.
    if (++flipping > 2) continue;
    const std::string set = each["assumption"].get<std::string>() + "=" + each["from"].get<std::string>();
    EXPECT_NE(json({"-s", "replay.limit=150", "-s", set})["recommended"], answer["recommended"]) << set;
  }
  EXPECT_GT(flipping, 0U);
  expect_line(slots({"--sensitivity", "--counts", "8"}), "--sensitivity tries its own numbers of keyslots; --counts has no effect");
}

TEST(SlotsCommand, KeepsPointsInAStore) {
  const Directory directory;
  const std::string store = directory.path("store");
  const Json first = json({"--store", store, "--counts", "1,2"});
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(store), {}), 2);
  EXPECT_EQ(json({"--store", store, "--counts", "1,2"}), first);
}

TEST(SlotsCommand, RefusesOptionsThatPartitionsDoNotLookAt) {
  for (const std::vector<std::string>& option : {std::vector<std::string>{"--counts", "8"}, {"--metric", "p99"}, {"--of", "all"}, {"--within", "2%"}}) {
    std::vector<std::string> words{"--vm", "android=process:*", "--partition", "16/16"};
    words.insert(words.end(), option.begin(), option.end());
    expect_line(slots(words), "--partition compares partitions; --counts, --metric, --of, --within and --sensitivity have no effect");
  }
}

}  // namespace
}  // namespace icesim::cli
