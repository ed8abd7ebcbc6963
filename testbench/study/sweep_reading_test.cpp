// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/sweep_reading.hpp"

#include "icesim/base/error.hpp"
#include "icesim/study/front.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::size_t> points_of(const std::vector<Weighed>& front) {
  std::vector<std::size_t> points;
  for (const Weighed& each : front) points.push_back(each.point);
  return points;
}

TEST(ParetoFront, LeavesOutWhatIsWorseInBoth) {
  const auto front = pareto_front({{0, 8, 10}, {1, 1, 90}, {2, 4, 12}, {3, 4, 11}, {4, 9, 10}, {5, 1, 90}});
  EXPECT_THAT(points_of(front), ElementsAre(1, 3, 0));
  EXPECT_TRUE(pareto_front({}).empty());
}

TEST(Knee, IsFurthestFromTheLineBetweenTheEnds) {
  EXPECT_EQ(knee({{0, 1, 100}, {1, 2, 20}, {2, 4, 15}, {3, 8, 10}}), 1U);
  EXPECT_EQ(knee({{0, 1, 100}, {1, 2, 80}, {2, 3, 15}, {3, 8, 0}}), 2U);
  EXPECT_FALSE(knee({{0, 1, 100}, {1, 8, 10}})) << "two ends have nothing between";
  EXPECT_FALSE(knee({{0, 0, 4}, {1, 2, 2}, {2, 4, 0}})) << "a straight line has none";
  EXPECT_FALSE(knee({{0, 0, 4}, {1, 3, 3}, {2, 4, 0}})) << "nor one that is bent the other way";
  const Wide large = Wide{1} << 99;
  EXPECT_EQ(knee({{0, 1, large}, {1, 2, large / 10}, {2, 9, 0}}), 1U);
}

/// Four points: keyslots 1, 2, 4, 8 with falling latency.
Sweep sweep() {
  Sweep all;
  all.version = "1";
  all.names = {"keyslots", "path"};
  all.measures = {{"mean", "ps", false}, {"throughput", "B/s", true}};
  all.pareto = {"keyslots", "mean"};
  all.knee = true;
  all.count = 4;
  std::uint64_t number = 0;
  for (const auto& [keyslots, mean] : std::vector<std::pair<const char*, std::uint64_t>>{{"1", 100}, {"2", 50}, {"4", 48}, {"8", 48}}) {
    SweepPoint point;
    point.number = ++number;
    point.values = {keyslots, "registers"};
    point.measures = {Wide{mean}, Wide{1000 - mean}};
    all.points.push_back(point);
  }
  all.warnings = {"a", "b"};
  return all;
}

ShardFile shard(std::uint64_t index, std::uint64_t count) {
  ShardFile file{std::to_string(index) + ".json", sweep()};
  file.sweep.shard = std::to_string(index) + "/" + std::to_string(count);
  file.sweep.points.clear();
  for (const SweepPoint& point : sweep().points)
    if ((point.number - 1) % count == index - 1) file.sweep.points.push_back(point);
  file.sweep.warnings = {index == 1 ? "b" : "a"};
  return file;
}

std::string refusal(const std::vector<ShardFile>& shards) {
  try {
    merge_shards(shards);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(SweepReading, MarksFrontAndKnee) {
  Sweep all = sweep();
  all.points[1].refused = "cannot be";
  mark_front(all);
  EXPECT_TRUE(all.points[0].on_front);
  EXPECT_FALSE(all.points[1].on_front) << "it was refused";
  EXPECT_TRUE(all.points[2].on_front);
  EXPECT_FALSE(all.points[3].on_front) << "no better than with half as many";
  Sweep failing = sweep();
  failing.points[0].failed = 1;
  failing.pareto = {"throughput", "keyslots"};
  mark_front(failing);
  EXPECT_FALSE(failing.points[0].on_front) << "a run with failures says nothing";
  EXPECT_TRUE(failing.points[1].on_front);
  EXPECT_TRUE(failing.points[2].on_front) << "of throughput more is better";
}

TEST(SweepReading, ShardsInAnyOrderAreTheWhole) {
  Sweep whole = sweep();
  mark_front(whole);
  EXPECT_EQ(sweep_json(merge_shards({shard(2, 3), shard(3, 3), shard(1, 3)})), sweep_json(whole));
  EXPECT_EQ(sweep_json(merge_shards({shard(1, 2), shard(1, 2), shard(2, 2)})), sweep_json(whole)) << "one that came twice";
  EXPECT_EQ(sweep_json(merge_shards({shard(1, 1), shard(2, 2)})), sweep_json(whole)) << "and one that did more than its part";
}

TEST(SweepReading, WhatIsMissingIsNamed) {
  EXPECT_EQ(refusal({shard(1, 3), shard(2, 3)}), "1 of 4 points are missing, the first is number 3; they are of 3/3");
  EXPECT_EQ(refusal({shard(3, 4)}), "3 of 4 points are missing, the first is number 1; they are of 1/4, 2/4, 4/4");
}

TEST(SweepReading, WhatIsOfAnotherSweepIsNamed) {
  ShardFile other = shard(2, 2);
  other.sweep.version = "2";
  EXPECT_EQ(refusal({shard(1, 2), other}), "2.json: of another sweep than 1.json");
  ShardFile moved = shard(1, 2);
  moved.name = "moved.json";
  moved.sweep.points[0].measures[0] = 1;
  EXPECT_EQ(refusal({shard(1, 2), moved, shard(2, 2)}), "moved.json: tells otherwise of point 1 than a file before it");
}

TEST(SweepReading, AFrontIsOfTwoNamesThatThereAre) {
  EXPECT_THAT(read_pareto("keyslots,mean", sweep()), ElementsAre("keyslots", "mean"));
  for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
           {"mean", "is not two names"}, {"a,b,c", "is not two names"}, {"mean,mean", "is the same twice"}, {"keyslots,maen", "did you mean mean?; here are mean, throughput, keyslots, path"}}) {
    try {
      read_pareto(text, sweep());
      FAIL() << text;
    } catch (const UserError& error) {
      EXPECT_THAT(error.what(), HasSubstr(why));
    }
  }
}

}  // namespace
}  // namespace icesim
