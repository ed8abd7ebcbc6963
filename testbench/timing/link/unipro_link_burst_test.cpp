// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/unipro_link_bench.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using test::upiu_of;
using Bench = test::UniproLinkBench;

UniproLinkConfig with_bursts() {
  UniproLinkConfig config;
  config.burst_gap = 50_cycles;
  config.burst_start = 30_cycles;
  return config;
}

/// Where a frame starts that is there in `cycle`.
std::uint64_t start_at(Bench& bench, std::uint64_t cycle) {
  bench.link.from_host->send(upiu_of(0), bench.sampled_at(cycle));
  return bench.device.arrivals.back().start.n;
}

TEST(UniproLinkBurst, EndsAfterItsGapAndHasToStartAgain) {
  for (const std::uint64_t early : {1u, 0u}) {
    Bench bench(with_bursts());
    ASSERT_EQ(start_at(bench, 100), 130u) << "the mode began in cycle 0";
    const std::uint64_t closed = 130 + bench.cycles_of(40) + 50;
    EXPECT_EQ(start_at(bench, closed - early), early > 0 ? closed - 1 : closed + 30);
    EXPECT_EQ(bench.link.statistics(Direction::to_device).bursts, 2 - early);
  }
}

TEST(UniproLinkBurst, AlsoEndsWithinAUpiuWhoseBytesComeLate) {
  Bench bench(with_bursts());
  const std::uint64_t frame = bench.cycles_of(280);
  bench.link.from_host->send(upiu_of(512), {{272, bench.sampled_at(10)}, {544, bench.sampled_at(10 + frame + 50)}});
  EXPECT_EQ(bench.device.arrivals.back().start.n, 10u);
  EXPECT_EQ(bench.left(), 10 + frame + 50 + 30 + frame);
}

TEST(UniproLinkBurst, StartsInNoTimeWhereBurstsDoNotEnd) {
  UniproLinkConfig config = with_bursts();
  config.burst_gap = 0_cycles;
  Bench bench(config);
  EXPECT_EQ(start_at(bench, 100), 100u);
  EXPECT_EQ(start_at(bench, 100'000), 100'000u);
}

/// The first frame of the direction that breaks, with so many of a million.
std::uint64_t first_broken(std::uint64_t ppm) {
  std::uint64_t n = 0;
  while (!link_breaks_frame(Direction::to_device, n, ppm)) ++n;
  return n;
}

TEST(UniproLinkReplay, SendsABrokenFrameAgainWhenItsNacIsKnown) {
  UniproLinkConfig config;
  config.broken_frames_ppm = 100'000;
  const std::uint64_t broken = first_broken(100'000);
  ASSERT_FALSE(link_breaks_frame(Direction::to_device, broken + 1, 100'000)) << "it comes whole the second time";
  Bench bench(config);
  for (std::uint64_t n = 0; n < broken; ++n) EXPECT_EQ(start_at(bench, 1000 * (n + 1)), 1000 * (n + 1)) << n;
  const std::uint64_t at = 1000 * (broken + 1), again = at + bench.cycles_of(40) + bench.round();
  EXPECT_EQ(start_at(bench, at), again);
  EXPECT_EQ(bench.left(), again + bench.cycles_of(40));
  EXPECT_EQ(start_at(bench, at), again + bench.cycles_of(40)) << "what was behind it is sent behind it again";
  EXPECT_EQ(bench.link.statistics(Direction::to_device).nac_frames, 1u);
  EXPECT_EQ(bench.link.statistics(Direction::to_device).frames, broken + 2) << "frames are counted once";
}

TEST(UniproLinkReplay, BeginsABurst) {
  UniproLinkConfig config = with_bursts();
  config.broken_frames_ppm = 500'000;
  config.burst_gap = 1'000'000_cycles;
  const std::uint64_t broken = first_broken(500'000);
  std::uint64_t times = 1;
  while (link_breaks_frame(Direction::to_device, broken + times, 500'000)) ++times;
  Bench bench(config);
  for (std::uint64_t n = 0; n < broken; ++n) start_at(bench, 1000 * (n + 1));
  const std::uint64_t at = 1000 * (broken + 1);
  EXPECT_EQ(start_at(bench, at), at + times * (bench.cycles_of(40) + bench.round() + 30));
}

TEST(UniproLinkReplay, BreaksAsManyFramesAsItIsTold) {
  for (const std::uint64_t ppm : {0u, 1000u, 500'000u}) {
    std::uint64_t count = 0;
    for (std::uint64_t n = 0; n < 1'000'000; ++n) count += link_breaks_frame(Direction::to_host, n, ppm) ? 1 : 0;
    EXPECT_NEAR(static_cast<double>(count), static_cast<double>(ppm), ppm == 0 ? 0.0 : 3.0 * 500) << ppm;
  }
}

}  // namespace
}  // namespace icesim
