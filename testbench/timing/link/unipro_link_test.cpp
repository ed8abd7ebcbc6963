// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/unipro_link_bench.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using test::Arrival;
using test::upiu_of;
using Bench = test::UniproLinkBench;

TEST(UniproLink, MovesOneByteALaneAndSymbol) {
  for (const std::uint64_t lanes : {1u, 2u, 4u}) {
    UniproLinkConfig config;
    config.lanes = lanes;
    Bench bench(config);
    bench.link.from_host->send(upiu_of(0), bench.sampled_at(100));
    ASSERT_EQ(bench.device.arrivals.size(), 1u);
    EXPECT_EQ(bench.device.arrivals[0].start.n, 100u);
    EXPECT_EQ(bench.device.arrivals[0].last, bench.edge(100 + bench.cycles_of(40)) + config.phy_latency);
  }
}

TEST(UniproLink, SamplesReadinessOnItsOwnEdges) {
  Bench bench{UniproLinkConfig{}};
  bench.link.from_host->send(upiu_of(0), bench.sampled_at(100));
  bench.link.from_device->send(upiu_of(0), bench.sampled_at(100) + 1_ps);
  EXPECT_EQ(bench.device.arrivals.at(0).start.n, 100u);
  EXPECT_EQ(bench.host.arrivals.at(0).start.n, 101u);
}

TEST(UniproLink, PutsTheWireBytesOfTheStandardOnTheLanes) {
  Bench bench{UniproLinkConfig{}};
  // Data bytes, frames and wire bytes of [unipro-frames].
  const std::uint64_t table[][3] = {{0, 1, 40}, {4096, 16, 4256}, {8192, 31, 8472}, {32768, 121, 33768}};
  std::uint64_t frames = 0, wire = 0;
  for (const auto& [data, n, bytes] : table) {
    bench.link.from_host->send(upiu_of(static_cast<std::uint32_t>(data)), 10_us);
    EXPECT_EQ(bench.left() - bench.device.arrivals.back().start.n, bench.cycles_of(bytes));
    const LinkStatistics statistics = bench.link.statistics(Direction::to_device);
    EXPECT_EQ(statistics.frames, frames += n);
    EXPECT_EQ(statistics.wire_bytes.n, wire += bytes);
  }
}

TEST(UniproLink, TakesTheTimesOfTheStandardForFourKibibytes) {
  // Gear and nanoseconds at rate B on two lanes [unipro-rates].
  for (const auto& [gear, nanoseconds] : {std::pair<std::uint64_t, std::uint64_t>{3, 3650}, {4, 1825}, {5, 912}, {6, 365}}) {
    UniproLinkConfig config;
    config.gear = gear;
    Bench bench(config);
    bench.link.from_host->send(upiu_of(4096), bench.sampled_at(100));
    const Picoseconds taken = bench.device.arrivals.at(0).last - config.phy_latency - bench.edge(100);
    EXPECT_EQ((taken.n + 500) / 1000, nanoseconds) << "gear " << gear;
  }
}

TEST(UniproLink, PadsAnOddPayload) {
  Bench bench{UniproLinkConfig{}};
  for (const std::uint32_t data : {17u, 18u}) {
    bench.link.from_host->send(upiu_of(data), 1_us);
    EXPECT_EQ(bench.left() - bench.device.arrivals.back().start.n, bench.cycles_of(32 + 18 + 8)) << data;
  }
  EXPECT_EQ(bench.link.statistics(Direction::to_device).wire_bytes.n, 2u * (32 + 18 + 8));
}

TEST(UniproLink, SendsUpiusOfOneDirectionBackToBack) {
  Bench bench{UniproLinkConfig{}};
  bench.link.from_host->send(upiu_of(4096), bench.sampled_at(100));
  const std::uint64_t end = 100 + bench.cycles_of(bench.wire_of(32 + 4096));
  bench.link.from_host->send(upiu_of(0), bench.sampled_at(101));
  EXPECT_EQ(bench.device.arrivals[1].start.n, end);
  bench.link.from_host->send(upiu_of(0), bench.sampled_at(end + 1000));
  EXPECT_EQ(bench.device.arrivals[2].start.n, end + 1000);
  // The other direction does not wait.
  bench.link.from_device->send(upiu_of(0), bench.sampled_at(101));
  EXPECT_EQ(bench.host.arrivals[0].start.n, 101u);
}

TEST(UniproLink, StartsAFrameWhenItsLastByteIsInTheBuffer) {
  Bench bench{UniproLinkConfig{}};
  const std::uint64_t mtu = bench.config.t_mtu.n;
  const std::uint64_t frame = bench.cycles_of(bench.wire_of(mtu));
  const auto data = static_cast<std::uint32_t>(2 * mtu - 32);
  // All but one byte of the second frame is early.
  bench.link.from_host->send(upiu_of(data), {{2 * mtu - 1, bench.sampled_at(100)}, {2 * mtu, bench.sampled_at(900)}});
  EXPECT_EQ(bench.device.arrivals[0].start.n, 100u);
  EXPECT_EQ(bench.left(), 900 + frame);
  // Ready just as the first frame leaves: no gap. One cycle later: a gap of one.
  bench.link.from_host->send(upiu_of(data), {{mtu, bench.sampled_at(2000)}, {2 * mtu, bench.sampled_at(2000 + frame)}});
  EXPECT_EQ(bench.left(), 2000 + 2 * frame);
  bench.link.from_host->send(upiu_of(data), {{mtu, bench.sampled_at(4000)}, {2 * mtu, bench.sampled_at(4001 + frame)}});
  EXPECT_EQ(bench.left(), 4001 + 2 * frame);
  // Gaps are not busy.
  EXPECT_EQ(bench.link.statistics(Direction::to_device).busy, bench.edge(6 * frame));
}

TEST(UniproLink, GoesOnInACycleThatTheFrameBeforeDoesNotFill) {
  UniproLinkConfig config;
  config.lanes = 3;
  const std::uint64_t mtu = config.t_mtu.n;
  for (const std::uint64_t late : {0u, 1u}) {
    Bench bench(config);
    const std::uint64_t wire = bench.wire_of(mtu);
    ASSERT_NE(wire % 3, 0u);
    // The second frame may begin on the lanes that the first leaves free in its last cycle, which is cycle `behind`.
    const std::uint64_t behind = 100 + wire / 3;
    bench.link.from_host->send(upiu_of(static_cast<std::uint32_t>(2 * mtu - 32)),
                               {{mtu, bench.sampled_at(100)}, {2 * mtu, bench.sampled_at(behind + late)}});
    EXPECT_EQ(bench.left(), late == 0 ? 100 + bench.cycles_of(2 * wire) : behind + 1 + bench.cycles_of(wire));
  }
}

TEST(UniproLink, ExpandsARunIntoTheArrivalsOfItsFrames) {
  Bench bench{UniproLinkConfig{}};
  const Upiu upiu = upiu_of(4096);
  bench.link.from_device->send(upiu, bench.sampled_at(100));
  const Arrival& arrival = bench.host.arrivals[0];
  Train train;
  bench.link.from_device->data_arrivals(upiu, arrival.start, train);
  ASSERT_EQ(train.size(), unipro::frames(Bytes{32 + 4096}, bench.config.t_mtu));
  for (std::size_t i = 0; i < train.size(); ++i) {
    const std::uint64_t bytes = std::min<std::uint64_t>((i + 1) * bench.config.t_mtu.n, 32 + 4096);
    EXPECT_EQ(train[i].end, bytes - 32);
    EXPECT_EQ(train[i].at, bench.edge(100 + bench.cycles_of(bench.wire_of(bytes))) + bench.config.phy_latency);
  }
  EXPECT_EQ(train.back().at, arrival.last);
}

TEST(UniproLink, AUpiuWithoutDataHasNoArrivals) {
  for (const std::uint64_t mtu : {16u, 31u, 32u, 33u, 272u}) {
    UniproLinkConfig config;
    config.t_mtu = Bytes{mtu};
    Bench bench(config);
    Train train{{1, 1_ps}};
    bench.link.from_device->data_arrivals(upiu_of(0), 100_cycles, train);
    EXPECT_TRUE(train.empty()) << mtu;
  }
}

TEST(UniproLink, CountsTheSymbolsOfAnyUpiuOnAnyNumberOfLanes) {
  for (const std::uint64_t lanes : {1u, 2u, 3u, 4u}) {
    UniproLinkConfig config;
    config.lanes = lanes;
    Bench bench(config);
    for (std::uint32_t data = 0; data < 70'000; ++data) {
      bench.link.from_host->send(upiu_of(data), Picoseconds{0});
      ASSERT_EQ(bench.left() - bench.device.arrivals.back().start.n, bench.cycles_of(bench.wire_of(32 + data))) << data;
      bench.device.arrivals.clear();
    }
  }
}

TEST(UniproLink, RunsInPwmGearOneOnOneLaneUntilThePowerModeChange) {
  Bench bench{UniproLinkConfig{}};
  bench.link.set_mode(UniproLink::Mode::pwm);
  EXPECT_EQ(bench.link.clock().frequency().n, bench.config.pwm_rate.n / 10);
  bench.link.from_host->send(upiu_of(0), bench.sampled_at(10));
  EXPECT_EQ(bench.left(), 10u + 40);
  const Picoseconds busy = bench.link.statistics(Direction::to_device).busy;
  // What was sent before has left, and is known to be acknowledged, before anything follows.
  const Picoseconds known = bench.edge(bench.left() + bench.round());
  bench.link.set_mode(UniproLink::Mode::hs);
  EXPECT_EQ(bench.link.statistics(Direction::to_device).busy, busy);
  bench.link.from_device->send(upiu_of(0), Picoseconds{0});
  EXPECT_EQ(bench.host.arrivals.back().start, bench.link.clock().next(known));
  bench.link.from_host->send(upiu_of(0), Picoseconds{0});
  EXPECT_EQ(bench.device.arrivals.back().start, bench.link.clock().next(known));
}

TEST(UniproLink, RunsInTheGearThatWasSetLast) {
  UniproLinkConfig config;
  config.gear = 5;
  Bench bench{config};
  const auto rate = [&](std::uint64_t gear) { return unipro::lane_bytes(gear, unipro::Series::b).n; };
  EXPECT_EQ(bench.link.clock().frequency().n, rate(5));
  bench.link.set_gear(1);
  EXPECT_EQ(bench.link.clock().frequency().n, rate(1));
  bench.link.set_gear(0);
  EXPECT_EQ(bench.link.mode(), UniproLink::Mode::pwm);
  bench.link.set_mode(UniproLink::Mode::hs);
  EXPECT_EQ(bench.link.clock().frequency().n, rate(1)) << "as before";
}

TEST(UniproLink, BeginsAnewAtOnceWhateverIsOnTheWay) {
  Bench bench{UniproLinkConfig{}};
  for (int i = 0; i < 50; ++i) {
    bench.link.from_host->send(upiu_of(60000), Picoseconds{0});
    bench.link.from_device->send(upiu_of(60000), Picoseconds{0});
  }
  bench.link.reset();
  EXPECT_EQ(bench.link.mode(), UniproLink::Mode::pwm);
  EXPECT_EQ(bench.device.resets, 1u);
  EXPECT_EQ(bench.host.resets, 1u);
  bench.link.from_host->send(upiu_of(0), bench.sampled_at(10));
  EXPECT_EQ(bench.device.arrivals.back().start.n, 10u);
  bench.link.from_device->send(upiu_of(0), bench.sampled_at(11));
  EXPECT_EQ(bench.host.arrivals.back().start.n, 11u);
}

TEST(UniproLink, SustainsTheEfficiencyOfItsFrames) {
  Bench bench{UniproLinkConfig{}};
  const std::uint64_t count = 1000;
  for (std::uint64_t i = 0; i < count; ++i) bench.link.from_host->send(upiu_of(4096), Picoseconds{0});
  const auto& arrivals = bench.device.arrivals;
  const std::uint64_t cycles = bench.left() - arrivals.front().start.n;
  const double efficiency = static_cast<double>(count * 4096) / static_cast<double>(cycles * bench.config.lanes);
  EXPECT_NEAR(efficiency, 0.9624, 0.00005);  // [unipro-frames]
}

}  // namespace
}  // namespace icesim
