// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/unipro_link_bench.hpp"

#include <gtest/gtest.h>

/// Frames that are lost with their NAC, lanes with times of their own, and forward error correction.
namespace icesim {
namespace {

using namespace literals;
using test::upiu_of;
using Bench = test::UniproLinkBench;

UniproLinkConfig losing(std::uint64_t ppm = 100'000) {
  UniproLinkConfig config;
  config.lost_frames_ppm = ppm;
  config.replay_timeout = 1'000_us;
  return config;
}

bool is_lost(std::uint64_t n, std::uint64_t ppm = 100'000) {
  return link_fate_of_frame(Direction::to_device, n, 0, ppm) == FrameFate::is_lost;
}

/// The first frame of the direction that is lost, and `behind` before which none is.
std::uint64_t first_lost(std::uint64_t from = 0) {
  std::uint64_t n = from;
  while (!is_lost(n)) ++n;
  return n;
}

std::uint64_t sent_at(Bench& bench, std::uint64_t cycle) {
  bench.link.from_host->send(upiu_of(0), bench.sampled_at(cycle));
  return bench.device.arrivals.back().start.n;
}

/// What a host's end tells of.
struct Events : LinkEvents {
  struct Error {
    std::uint32_t code;
    Picoseconds at;
  };
  std::vector<Error> errors;
  void link_lost(Picoseconds) override {}
  void data_link_error(std::uint32_t code, Picoseconds at) override { errors.push_back({code, at}); }
};

TEST(UniproLinkTimer, SendsALostFrameAgainWhenTheReplayTimerEnds) {
  const std::uint64_t lost = first_lost();
  ASSERT_FALSE(is_lost(lost + 1)) << "it arrives the second time";
  Bench bench(losing());
  Events events;
  bench.link.connect(events);
  const std::uint64_t timer = bench.link.clock().next(1'000_us).n;
  for (std::uint64_t n = 0; n < lost; ++n) EXPECT_EQ(sent_at(bench, 1000 * (n + 1)), 1000 * (n + 1)) << n;
  const std::uint64_t at = 1000 * (lost + 1), ends = at + bench.cycles_of(40) + timer;
  EXPECT_EQ(sent_at(bench, at), ends);
  EXPECT_EQ(bench.left(), ends + bench.cycles_of(40));
  EXPECT_EQ(sent_at(bench, at), ends + bench.cycles_of(40)) << "what was behind it is sent behind it again";
  EXPECT_EQ(bench.link.statistics(Direction::to_device).replay_timeouts, 1u);
  EXPECT_EQ(bench.link.statistics(Direction::to_device).nac_frames, 0u);
  ASSERT_EQ(events.errors.size(), 1u);
  EXPECT_EQ(events.errors[0].code, 2u) << "TCx_REPLAY_TIMER";
  EXPECT_EQ(events.errors[0].at, bench.edge(ends));
}

/// The timer begins anew when the acknowledgement of the UPIU before is known.
TEST(UniproLinkTimer, BeginsAnewWithAnAcknowledgement) {
  const std::uint64_t lost = first_lost();
  ASSERT_GT(lost, 0u);
  Bench bench(losing());
  for (std::uint64_t n = 0; n < lost; ++n) sent_at(bench, 1000 * (n + 1));
  const std::uint64_t before = bench.left();
  EXPECT_EQ(sent_at(bench, before), before + bench.round() + bench.link.clock().next(1'000_us).n) << "known later than this frame has left";
}

/// Frames of a UPIU that have arrived and are not acknowledged go again, too, for nothing.
TEST(UniproLinkTimer, SendsAllAgainThatIsNotAcknowledged) {
  std::uint64_t lost = first_lost();
  while (lost == 0 || is_lost(lost - 1) || is_lost(lost + 1) || is_lost(lost + 2)) lost = first_lost(lost + 1);
  Bench bench(losing());
  for (std::uint64_t n = 0, sent = 0; n < lost - 1; ++n, ++sent) sent_at(bench, 100'000'000 * (sent + 1));
  const std::uint64_t at = 100'000'000 * (lost + 100), full = bench.cycles_of(280);
  bench.link.from_host->send(upiu_of(272 * 2), bench.sampled_at(at));  // three frames, of which the second is lost
  const std::uint64_t again = at + full + bench.link.clock().next(1'000_us).n;
  EXPECT_EQ(bench.device.arrivals.back().start.n, at) << "the first has arrived";
  EXPECT_EQ(bench.left(), again + bench.cycles_of(280 * 2 + 40));
  Train train;
  bench.link.from_host->data_arrivals(upiu_of(272 * 2), Cycles{at}, train);
  EXPECT_EQ(train[0].at, bench.edge(at + full) + bench.config.phy_latency);
  EXPECT_EQ(train[1].at, bench.edge(again + 2 * full) + bench.config.phy_latency);
}

/// The first AFC of the direction that is lost, with so many of a million.
std::uint64_t first_lost_afc(std::uint64_t ppm, bool next_too) {
  std::uint64_t n = 0;
  while (!link_loses_afc(Direction::to_device, n, ppm) || link_loses_afc(Direction::to_device, n + 1, ppm) != next_too) ++n;
  return n;
}

/// A window of one frame: each waits for the acknowledgement of the one before.
TEST(UniproLinkTimer, AsksForAnAcknowledgementThatIsLost) {
  constexpr std::uint64_t ppm = 300'000;
  UniproLinkConfig config;
  config.lost_afcs_ppm = ppm;
  config.afc_timeout = 200_us;
  config.window = 1;
  const std::uint64_t lost = first_lost_afc(ppm, false);
  Bench bench(config);
  const std::uint64_t timer = bench.link.clock().next(200_us).n, far = 10'000'000;
  for (std::uint64_t n = 0; n < lost; ++n) sent_at(bench, far * (n + 1));
  const std::uint64_t at = far * (lost + 1);
  EXPECT_EQ(sent_at(bench, at), at) << "what was before is acknowledged";
  EXPECT_EQ(sent_at(bench, at), at + bench.cycles_of(40) + timer + 1 + bench.round());
  const std::uint64_t left = bench.left();
  EXPECT_EQ(sent_at(bench, at), left + bench.round()) << "which is not lost";
  EXPECT_GE(bench.link.statistics(Direction::to_device).afc_requests, 1u);
}

TEST(UniproLinkTimer, DoesNotAskWhenALaterAcknowledgementComes) {
  constexpr std::uint64_t ppm = 300'000;
  UniproLinkConfig config;
  config.lost_afcs_ppm = ppm;
  config.afc_timeout = 200_us;
  config.window = 2;
  const std::uint64_t lost = first_lost_afc(ppm, false);
  Bench bench(config);
  const std::uint64_t far = 10'000'000;
  for (std::uint64_t n = 0; n < lost; ++n) sent_at(bench, far * (n + 1));
  const std::uint64_t before = bench.link.statistics(Direction::to_device).afc_requests, at = far * (lost + 1);
  sent_at(bench, at);
  sent_at(bench, at);
  EXPECT_EQ(sent_at(bench, at), at + 2 * bench.cycles_of(40) + bench.round()) << "the second one's stands for both";
  EXPECT_EQ(bench.link.statistics(Direction::to_device).afc_requests, before);
}

TEST(UniproLinkTimer, IsRefusedWhereItAsksTooLate) {
  UniproLinkConfig config;
  config.lost_afcs_ppm = 1;
  config.replay_timeout = 20'000_us;
  EXPECT_THROW(Bench{config}, UserError);
}

TEST(UniproLinkTimer, TellsTheHostOfItsOwnNacsOnly) {
  UniproLinkConfig config;
  config.broken_frames_ppm = 500'000;
  Bench bench(config);
  Events events;
  bench.link.connect(events);
  for (std::uint64_t n = 0; n < 20; ++n) bench.link.from_device->send(upiu_of(0), bench.sampled_at(1000 * (n + 1)));
  EXPECT_GT(bench.link.statistics(Direction::to_host).nac_frames, 0u);
  EXPECT_TRUE(events.errors.empty());
  std::uint64_t broken = 0;
  while (!link_breaks_frame(Direction::to_device, broken, 500'000)) ++broken;
  for (std::uint64_t n = 0; n <= broken; ++n) sent_at(bench, 100'000 * (n + 1));
  ASSERT_FALSE(events.errors.empty());
  EXPECT_EQ(events.errors[0].code, 1u) << "NAC_RECEIVED";
  EXPECT_EQ(events.errors[0].at, bench.edge(100'000 * (broken + 1) + bench.cycles_of(40) + bench.round()));
}

TEST(UniproLinkLanes, AReceiverWaitsForTheSlowest) {
  UniproLinkConfig config;
  config.skew_to_device = 700_ps;
  config.skew_to_host = 90_ns;
  for (const std::uint64_t lanes : {1u, 2u}) {
    config.lanes = lanes;
    Bench bench(config);
    bench.link.from_host->send(upiu_of(0), bench.sampled_at(100));
    bench.link.from_device->send(upiu_of(0), bench.sampled_at(100));
    const Picoseconds left = bench.edge(100 + bench.cycles_of(40)) + config.phy_latency;
    EXPECT_EQ(bench.device.arrivals[0].last, lanes == 1 ? left : left + 700_ps);
    EXPECT_EQ(bench.host.arrivals[0].last, lanes == 1 ? left : left + 90_ns);
    const auto cycles = [&](Picoseconds way) { return bench.link.clock().next(config.phy_latency + (lanes == 1 ? 0_ps : way)).n; };
    EXPECT_EQ(bench.round(), cycles(700_ps) + cycles(90_ns) + 2 * config.sync_stages.n + config.ack_latency.n + bench.cycles_of(6));
  }
}

TEST(UniproLinkLanes, HaveNoSkewInPwm) {
  UniproLinkConfig config;
  config.skew_to_device = 700_ps;
  Bench bench(config);
  bench.link.set_mode(UniproLink::Mode::pwm);
  EXPECT_EQ(bench.link.way(Direction::to_device), config.phy_latency);
}

TEST(UniproLinkCorrection, TakesItsPartOfTheRateAndItsTimeInGear6Only) {
  UniproLinkConfig config;
  config.fec_data = 240_B;
  config.fec_parity = 15_B;
  config.fec_latency = 60_ns;
  for (const std::uint64_t gear : {5u, 6u}) {
    config.gear = gear;
    Bench bench(config);
    const Hertz lanes = unipro::lane_bytes(gear, unipro::Series::b);
    EXPECT_EQ(bench.link.clock().frequency(), gear == 6 ? Hertz{lanes.n * 240 / 255} : lanes);
    EXPECT_EQ(bench.link.way(Direction::to_host), gear == 6 ? config.phy_latency + 60_ns : config.phy_latency);
    bench.link.set_gear(1);
    EXPECT_EQ(bench.link.clock().frequency(), unipro::lane_bytes(1, unipro::Series::b));
    EXPECT_EQ(bench.link.way(Direction::to_host), config.phy_latency) << "a lower gear has no code";
  }
}

}  // namespace
}  // namespace icesim
