// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/sim_test.hpp"

namespace icesim {
namespace {

using namespace literals;
using test::Values;

/// One 4 KiB read or write at a time, at random over a gibibyte, whose map has 256 pages.
Values replay(Bytes map_cache, std::uint64_t read_percent) {
  SystemConfig config;
  config.payload = Payload::verify;
  config.replay.mode = ReplayMode::asap;
  config.replay.queue_depth = 1;
  config.flash.capacity = 1_GiB;
  config.device.map.map_cache = map_cache;
  GeneratorConfig workload;
  workload.requests = 2000;
  workload.range = 1_GiB;
  workload.read_percent = read_percent;
  return test::simulate(config, workload);
}

TEST(SimulationMap, AMissingPageCostsAReadOfTheFlashAndItsTimeAndAFullTableCostsNothing) {
  Values none = replay(0_B, 100);
  Values half = replay(512_KiB, 100);
  Values all = replay(1_MiB, 100);
  EXPECT_EQ(half.at("flash.reads"), none.at("flash.reads") + half.at("device.map.page_reads"));
  EXPECT_EQ(half.at("device.map.hits") + half.at("device.map.misses"), 2000u);
  // Half of the pages are there.
  EXPECT_GT(half.at("device.map.misses"), 850u);
  EXPECT_LT(half.at("device.map.misses"), 1250u);
  EXPECT_LE(all.at("device.map.misses"), 256u);
  // tR and the transfer of a page of the map, for half of the reads; less than the firmware's time may be added.
  const std::uint64_t longer = half.at("latency.read.mean") - none.at("latency.read.mean");
  EXPECT_GT(longer, 20'000'000u);
  EXPECT_LT(longer, 30'000'000u);
}

TEST(SimulationMap, ChangedPagesAreWrittenBackAndNothingIsLost) {
  Values v = replay(64_KiB, 50);
  EXPECT_EQ(v.at("payload.mismatches"), 0u);
  EXPECT_EQ(v.at("driver.requests_completed"), 2000u);
  EXPECT_GT(v.at("device.map.page_writes"), 500u);
  EXPECT_EQ(v.at("flash.host_blocks_written"), v.at("device.map.page_writes") + replay(0_B, 50).at("flash.host_blocks_written"));
}

}  // namespace
}  // namespace icesim
