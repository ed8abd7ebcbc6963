// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/vms/partition_sweep.hpp"

#include "icesim/base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim {
namespace {

using namespace literals;
using testing::ContainsRegex;
using testing::HasSubstr;

VmPoint point(std::uint64_t keyslots, Picoseconds mean, Picoseconds p99) { return {keyslots, 1000, 900, 100, 1234, mean, p99, 5_us}; }

PartitionSweep sweep() {
  PartitionSweep sweep;
  sweep.vms = {"host", "android"};
  sweep.partitions = {"16/32", "24/24", "shared"};
  sweep.points.push_back({point(48, 110_us, 300_us), {point(16, 160_us, 400_us), point(32, 90_us, 200_us)}, 0});
  sweep.points.push_back({point(48, 105_us, 310_us), {point(24, 120_us, 330_us), point(24, 100_us, 250_us)}, 0});
  sweep.points.push_back({point(48, 100_us, 320_us), {point(48, 130_us, 320_us), point(48, 85_us, 240_us)}, 0});
  return sweep;
}

std::string best_by(PartitionMeasure measure) {
  PartitionSweep s = sweep();
  s.measure = measure;
  return partition_advice(s).partition;
}

TEST(PartitionAdvice, IsTheBestByTheMeasure) {
  EXPECT_EQ(best_by(PartitionMeasure::mean), "shared");
  EXPECT_EQ(best_by(PartitionMeasure::p99), "16/32");
  EXPECT_EQ(best_by(PartitionMeasure::worst_mean), "24/24");
  EXPECT_EQ(best_by(PartitionMeasure::worst_p99), "shared");
  EXPECT_EQ(partition_advice(sweep()).reason,
            "shared has the smallest mean latency of all requests, 100.00 us; with 24/24, the next, it is 5.0 % higher.");
}

TEST(PartitionAdvice, SaysWhenThereIsNothingToChoose) {
  PartitionSweep alone = sweep();
  alone.partitions.resize(1);
  alone.points.resize(1);
  EXPECT_THAT(partition_advice(alone).reason, HasSubstr("and no other was tried."));
  PartitionSweep same = sweep();
  for (PartitionPoint& each : same.points) each.all.mean = 7_us;
  EXPECT_EQ(partition_advice(same).partition, "16/32") << "the first of several";
  EXPECT_THAT(partition_advice(same).reason, HasSubstr("24/24 has the same."));
  PartitionSweep close = sweep();
  close.points[1].all.mean = 100'500_ns;
  EXPECT_THAT(partition_advice(close).reason, HasSubstr("with 24/24, the next, it is 0.5 % higher, which is next to nothing."));
  PartitionSweep failed = sweep();
  failed.points[1].failed = 3;
  EXPECT_EQ(partition_advice(failed).partition, "");
  EXPECT_THAT(partition_advice(failed).reason, HasSubstr("With 24/24 3 requests failed"));
  failed.points.clear();
  EXPECT_THROW(partition_advice(failed), Bug);
}

TEST(PartitionSweepText, ShowsALineForEachMachineAndOneForAll) {
  PartitionSweep s = sweep();
  s.points[0].vms[1].requests = 0;
  const std::string text = partition_sweep_text(s);
  EXPECT_THAT(text, ContainsRegex("16/32 +host +16 +1,000 +10.0 % +1,234 +160.00 +400.00 +5.00\n +android +32 +0 .* - +- +-\n +all +48 "));
  EXPECT_THAT(text, HasSubstr("best: shared\n"));
  EXPECT_EQ(text.find("warnings"), std::string::npos);
}

TEST(PartitionSweepJson, HasAllFigures) {
  PartitionSweep s = sweep();
  s.warnings = {"careful"};
  const auto json = nlohmann::json::parse(partition_sweep_json(s));
  EXPECT_EQ(json["machines"], (std::vector<std::string>{"host", "android"}));
  EXPECT_EQ(json["measure"], "mean");
  ASSERT_EQ(json["partitions"].size(), 3u);
  EXPECT_EQ(json["partitions"][1]["partition"], "24/24");
  EXPECT_EQ(json["partitions"][1]["machines"]["android"]["mean_ps"], (100_us).n);
  EXPECT_EQ(json["partitions"][1]["machines"]["host"]["keyslots"], 24u);
  EXPECT_EQ(json["partitions"][1]["all"]["p99_ps"], (310_us).n);
  EXPECT_EQ(json["best"], "shared");
  EXPECT_EQ(json["warnings"][0], "careful");
  s.points[0].failed = 1;
  EXPECT_TRUE(nlohmann::json::parse(partition_sweep_json(s))["best"].is_null());
}

}  // namespace
}  // namespace icesim
