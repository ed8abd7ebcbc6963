// SPDX-License-Identifier: Apache-2.0
#include "models/unipro_link.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <rapidcheck/gtest.h>
#include <vector>

namespace icesim {
namespace {

using namespace literals;

struct Arrival {
  Upiu upiu;
  Cycles start;
  Picoseconds last;
};

struct Sink : UpiuSink {
  std::vector<Arrival> arrivals;
  void receive(const Upiu& upiu, Cycles start, Picoseconds last) override { arrivals.push_back({upiu, start, last}); }
};

Upiu upiu_of(std::uint32_t data) {
  Upiu upiu;
  upiu.data_length = data;
  return upiu;
}

/// A link with sinks at both ends, elaborated.
struct Bench {
  explicit Bench(const UniproLinkConfig& c) : config(c), link_(std::make_unique<UniproLink>("link", c)), link(*link_) {
    link.at_device(device);
    link.at_host(host);
    sc_core::sc_start(sc_core::sc_time::from_value(1));
  }
  ~Bench() {
    link_.reset();
    sc_core::sc_get_curr_simcontext()->reset();
  }

  Picoseconds edge(std::uint64_t n) const { return link.clock().edge(Cycles{n}); }
  /// Ready so that it is sampled at cycle `n`.
  Picoseconds sampled_at(std::uint64_t n) const { return edge(n - config.sync_stages.n); }
  std::uint64_t cycles_of(std::uint64_t wire) const { return divide_up(wire, link.lanes()); }
  std::uint64_t wire_of(std::uint64_t bytes) const {
    return unipro::wire_bytes(Bytes{bytes}, config.t_mtu, config.header_bytes, config.overhead_bytes).n;
  }
  /// Link cycle in which the last arrival at the device had left its transmitter.
  std::uint64_t left() const { return link.clock().next(device.arrivals.back().last - config.phy_latency).n; }

  UniproLinkConfig config;
  Sink device, host;

 private:
  std::unique_ptr<UniproLink> link_;

 public:
  UniproLink& link;
};

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
  // Data bytes, frames and wire bytes of spec 2.3.
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
  // Gear and nanoseconds at rate B on two lanes, spec 2.3.
  for (const auto& [gear, nanoseconds] : {std::pair<std::uint64_t, std::uint64_t>{3, 3650}, {4, 1825}, {5, 912}}) {
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
  const Picoseconds end = bench.device.arrivals.back().last - bench.config.phy_latency;
  bench.link.set_mode(UniproLink::Mode::hs);
  EXPECT_EQ(bench.link.statistics(Direction::to_device).busy, busy);
  // What was sent before has left before anything follows.
  bench.link.from_host->send(upiu_of(0), Picoseconds{0});
  EXPECT_EQ(bench.device.arrivals.back().start, bench.link.clock().next(end));
}

TEST(UniproLink, SustainsTheEfficiencyOfItsFrames) {
  Bench bench{UniproLinkConfig{}};
  const std::uint64_t count = 1000;
  for (std::uint64_t i = 0; i < count; ++i) bench.link.from_host->send(upiu_of(4096), Picoseconds{0});
  const auto& arrivals = bench.device.arrivals;
  const std::uint64_t cycles = bench.left() - arrivals.front().start.n;
  const double efficiency = static_cast<double>(count * 4096) / static_cast<double>(cycles * bench.config.lanes);
  EXPECT_NEAR(efficiency, 0.9624, 0.00005);  // spec 2.3
}

/// Frame by frame with each frame's fill level looked up anew: when the last one has left.
std::uint64_t every_frame(const Bench& bench, std::uint64_t size, const Train& ready, std::uint64_t end,
                          std::uint64_t& start) {
  std::uint64_t run = 0, run_first = 0;
  for (std::uint64_t frame = 0; frame * bench.config.t_mtu.n < size; ++frame) {
    const std::uint64_t last_byte = std::min((frame + 1) * bench.config.t_mtu.n, size);
    const auto chunk = std::find_if(ready.begin(), ready.end(), [&](const Chunk& c) { return c.end >= last_byte; });
    const std::uint64_t filled = bench.link.clock().sample(chunk->at).n;
    if (frame == 0 || filled > end) {
      run = std::max(filled, end);
      run_first = frame;
      if (frame == 0) start = run;
    }
    std::uint64_t wire = 0;
    for (std::uint64_t i = run_first; i <= frame; ++i) {
      const std::uint64_t content = std::min(bench.config.t_mtu.n, size - i * bench.config.t_mtu.n);
      wire += unipro::frame_bytes(Bytes{content}, bench.config.header_bytes, bench.config.overhead_bytes).n;
    }
    end = run + bench.cycles_of(wire);
  }
  return end;
}

RC_GTEST_PROP(UniproLink, SendsLikeTheRecurrenceFrameByFrame, ()) {
  UniproLinkConfig config;
  config.gear = *rc::gen::inRange<std::uint64_t>(1, 6);
  config.series = *rc::gen::element(RateSeries::a, RateSeries::b);
  config.lanes = *rc::gen::inRange<std::uint64_t>(1, 5);
  config.t_mtu = Bytes{
      *rc::gen::oneOf(rc::gen::inRange<std::uint64_t>(16, 289), rc::gen::element<std::uint64_t>(16, 17, 31, 32, 33))};
  config.header_bytes = Bytes{*rc::gen::inRange<std::uint64_t>(0, 4)};
  Bench bench(config);
  std::uint64_t end = 0;
  Picoseconds at{};
  for (int upius = *rc::gen::inRange(1, 10); upius > 0; --upius) {
    const auto data = *rc::gen::inRange<std::uint32_t>(0, 3000);
    Train ready;
    std::uint64_t bytes = 0;
    while (bytes < 32 + data) {
      at += Picoseconds{*rc::gen::inRange<std::uint64_t>(0, 300'000)};
      ready.push_back({bytes += *rc::gen::inRange<std::uint64_t>(1, 800), at});
    }
    const bool whole = *rc::gen::arbitrary<bool>();
    if (whole) ready = {{32 + data, at}};
    std::uint64_t start = 0;
    end = every_frame(bench, 32 + data, ready, end, start);
    if (whole) {
      bench.link.from_host->send(upiu_of(data), at);
    } else {
      bench.link.from_host->send(upiu_of(data), ready);
    }
    const Arrival& arrival = bench.device.arrivals.back();
    RC_ASSERT(arrival.start.n == start);
    RC_ASSERT(arrival.last == bench.edge(end) + config.phy_latency);
    if (!whole || data == 0) continue;
    Train train;
    bench.link.from_host->data_arrivals(arrival.upiu, arrival.start, train);
    RC_ASSERT(train.back().at == arrival.last);
    RC_ASSERT(train.back().end == data);
    std::size_t i = 0;
    for (std::uint64_t received = 0; received < 32 + data;) {
      received = std::min<std::uint64_t>(received + config.t_mtu.n, 32 + data);
      if (received <= 32) continue;  // nothing but header
      RC_ASSERT(train.at(i).end == received - 32);
      RC_ASSERT(train.at(i).at == bench.edge(start + bench.cycles_of(bench.wire_of(received))) + config.phy_latency);
      ++i;
    }
    RC_ASSERT(i == train.size());
  }
}

}  // namespace
}  // namespace icesim
