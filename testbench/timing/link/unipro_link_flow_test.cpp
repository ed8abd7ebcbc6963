// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "models/system/forget_simulation.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/support/random_config.hpp"
#include "testbench/support/rigs/unipro_link_bench.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using test::Arrival;
using test::upiu_of;
using Bench = test::UniproLinkBench;

/// UPIUs of one frame, all ready before cycle 100.
std::vector<std::uint64_t> starts(Bench& bench, int count) {
  std::vector<std::uint64_t> list;
  for (int i = 0; i < count; ++i) {
    bench.link.from_host->send(upiu_of(0), bench.sampled_at(100));
    list.push_back(bench.device.arrivals.back().start.n);
  }
  return list;
}

std::uint64_t stalled_cycles(const Bench& bench, Direction direction = Direction::to_device) {
  return bench.link.clock().next(bench.link.statistics(direction).stalled).n;
}

TEST(UniproLinkFlow, KeepsAWindowOfUnacknowledgedFrames) {
  UniproLinkConfig config;
  config.window = 3;
  Bench bench(config);
  const std::uint64_t frame = bench.cycles_of(40);
  const std::uint64_t known = 100 + frame + bench.round();
  EXPECT_EQ(starts(bench, 4), (std::vector<std::uint64_t>{100, 100 + frame, 100 + 2 * frame, known}));
  EXPECT_EQ(stalled_cycles(bench), known - (100 + 3 * frame));
  // The lanes were idle in the meantime.
  EXPECT_EQ(bench.link.statistics(Direction::to_device).busy, bench.edge(4 * frame));
}

TEST(UniproLinkFlow, LetsAFrameStartInTheCycleInWhichItKnowsOfTheAcknowledgement) {
  for (const std::uint64_t early : {0u, 1u}) {
    UniproLinkConfig config;
    config.window = 1;
    Bench bench(config);
    const std::uint64_t known = 100 + bench.cycles_of(40) + bench.round();
    bench.link.from_host->send(upiu_of(0), bench.sampled_at(100));
    bench.link.from_host->send(upiu_of(0), bench.sampled_at(known - early));
    EXPECT_EQ(bench.device.arrivals.back().start.n, known);
    EXPECT_EQ(stalled_cycles(bench), early);
  }
}

TEST(UniproLinkFlow, AnAcknowledgementTakesBothWaysTheReceiverAndTheSymbolsOfItsFrame) {
  const auto known_after = [](const UniproLinkConfig& config) {
    Bench bench(config);
    const auto list = starts(bench, 2);
    return list[1] - list[0] - bench.cycles_of(40);
  };
  UniproLinkConfig config;
  config.window = 1;
  const std::uint64_t usual = known_after(config);
  config.ack_latency += 1_cycles;
  EXPECT_EQ(known_after(config), usual + 1);
  config.sync_stages += 1_cycles;
  EXPECT_EQ(known_after(config), usual + 3);
  config.afc_bytes += Bytes{config.lanes};
  EXPECT_EQ(known_after(config), usual + 4);
  config.afc_bytes += 1_B;
  EXPECT_EQ(known_after(config), usual + 5) << "a cycle that is not filled";
  const ClockDomain clock = Bench(config).link.clock();
  config.phy_latency = clock.edge(200_cycles);
  const std::uint64_t whole = known_after(config);
  config.phy_latency += 1_ps;
  EXPECT_EQ(known_after(config), whole + 2) << "the way is counted in whole cycles";
}

TEST(UniproLinkFlow, KeepsWithinTheReceiversBuffer) {
  // A frame of a UPIU of 32 bytes and its header take 34 bytes.
  UniproLinkConfig config;
  const std::uint64_t least = unipro::frame_credits(config.t_mtu, config.header_bytes);
  for (const std::uint64_t credits : {std::uint64_t{12}, std::uint64_t{13}, std::uint64_t{14}}) {
    ASSERT_GE(credits, least);
    config.credits = credits;
    Bench bench(config);
    const auto list = starts(bench, 8);
    const std::uint64_t frame = bench.cycles_of(40);
    const std::uint64_t frames = credits / 2;
    EXPECT_EQ(list[frames - 1], 100 + (frames - 1) * frame);
    EXPECT_EQ(list[frames],
              frames == 7 ? std::max(100 + frame + bench.round(), 100 + 7 * frame) : 100 + frame + bench.round());
  }
}

TEST(UniproLinkFlow, ABufferFullOfShortFramesDelaysALongOne) {
  // More short frames are under way than the buffer could hold of long ones.
  UniproLinkConfig config;
  config.afc_interval = 1;
  const std::uint64_t least = unipro::frame_credits(config.t_mtu, config.header_bytes);
  config.credits = 4 * least;
  config.ack_latency = 150_cycles;
  Bench bench(config);
  const std::uint64_t frame = bench.cycles_of(40);
  const std::uint64_t shorts = 15, of_short = 2;
  ASSERT_GT(bench.round(), (shorts - 1) * frame);
  const auto list = starts(bench, static_cast<int>(shorts));
  ASSERT_EQ(list.back(), 100 + (shorts - 1) * frame);
  bench.link.from_host->send(upiu_of(4096), Picoseconds{0});
  std::uint64_t acknowledged = 0;
  while ((shorts - acknowledged) * of_short + least > config.credits) ++acknowledged;
  ASSERT_GT(acknowledged, 0u);
  EXPECT_EQ(bench.device.arrivals.back().start.n, 100 + acknowledged * frame + bench.round());
}

TEST(UniproLinkFlow, AcknowledgesEveryFewFramesAndTheLastOfAUpiu) {
  UniproLinkConfig config;
  config.window = 4;
  for (const std::uint64_t interval : {1u, 2u, 3u, 4u, 5u, 16u}) {
    config.afc_interval = interval;
    Bench bench(config);
    const std::uint64_t group = std::min<std::uint64_t>(interval, 4);  // no more than the window holds
    const std::uint64_t frame = bench.cycles_of(bench.wire_of(config.t_mtu.n));
    const Upiu upiu = upiu_of(static_cast<std::uint32_t>(6 * config.t_mtu.n - 32));
    bench.link.from_host->send(upiu, bench.sampled_at(100));
    Train train;
    bench.link.from_host->data_arrivals(upiu, bench.device.arrivals[0].start, train);
    ASSERT_EQ(train.size(), 6u);
    // The fifth frame waits for the first, which is acknowledged with the last of its group.
    const std::uint64_t known = 100 + group * frame + bench.round();
    const std::uint64_t fifth = std::max(100 + 4 * frame, known);
    EXPECT_EQ(train[3].at, bench.edge(100 + 4 * frame) + config.phy_latency) << interval;
    EXPECT_EQ(train[4].at, bench.edge(fifth + frame) + config.phy_latency) << interval;
    EXPECT_EQ(train[5].at, bench.device.arrivals[0].last);
    EXPECT_EQ(bench.link.statistics(Direction::to_device).afc_frames, divide_up(6, group));
    EXPECT_EQ(bench.link.statistics(Direction::to_device).busy, bench.edge(6 * frame));
    // A UPIU begins a group of its own.
    bench.link.from_host->send(upiu_of(0), Picoseconds{0});
    EXPECT_EQ(bench.link.statistics(Direction::to_device).afc_frames, divide_up(6, group) + 1);
  }
}

TEST(UniproLinkFlow, NeverStallsFullUpiusWithTheLimitsAsDelivered) {
  for (std::uint64_t gear = 1; gear <= unipro::max_gear; ++gear) {
    for (const std::uint64_t lanes : {1u, 2u, 4u}) {
      UniproLinkConfig config;
      config.gear = gear;
      config.lanes = lanes;
      Bench bench(config);
      for (int i = 0; i < 50; ++i) {
        bench.link.from_host->send(upiu_of(4096), Picoseconds{0});
        bench.link.from_device->send(upiu_of(i % 2 == 0 ? 32768 : 4096), Picoseconds{0});
      }
      // On four lanes of HS-G6 the window's 16 frames have left before an acknowledgement is back.
      const bool stalls = gear == 6 && lanes == 4;
      EXPECT_EQ(stalled_cycles(bench) > 0, stalls) << "gear " << gear << ", " << lanes << " lanes";
      EXPECT_EQ(stalled_cycles(bench, Direction::to_host) > 0, stalls) << "gear " << gear << ", " << lanes << " lanes";
    }
  }
}

TEST(UniproLinkFlow, ABufferMustHoldAFrame) {
  UniproLinkConfig config;
  config.credits = unipro::frame_credits(config.t_mtu, config.header_bytes);
  EXPECT_NO_THROW(Bench{config});
  --config.credits;
  EXPECT_THROW(UniproLink("link", config), UserError);
  forget_simulation();
}

/// The contract once more, frame by frame and with all that was ever sent at hand.
class EveryFrame {
 public:
  explicit EveryFrame(const Bench& bench) : bench_(bench), c_(bench.config) {}

  std::vector<std::uint64_t> ends;  ///< of the last UPIU's frames
  std::uint64_t start = 0;

  void send(std::uint64_t size, const Train& ready) {
    const std::uint64_t full = unipro::frame_credits(c_.t_mtu, c_.header_bytes);
    std::uint64_t group = std::min(c_.afc_interval, c_.window);
    if (c_.credits > 0) group = std::min(group, c_.credits / full);
    std::uint64_t run = 0, bytes = 0, done = 0;
    const std::size_t first = frames_.size();
    for (std::uint64_t i = 0; done < size; ++i) {
      const std::uint64_t content = std::min(c_.t_mtu.n, size - done);
      done += content;
      const auto chunk = std::find_if(ready.begin(), ready.end(), [&](const Chunk& c) { return c.end >= done; });
      const std::uint64_t behind = i == 0 ? end_ : run + bytes / bench_.link.lanes();
      std::uint64_t s = std::max(bench_.link.clock().sample(chunk->at).n, behind);
      const std::uint64_t credits = unipro::frame_credits(Bytes{content}, c_.header_bytes);
      while (!permitted(s, credits)) ++s;
      if (i == 0 || s > behind) {
        run = s;
        bytes = 0;
      }
      if (i == 0) start = s;
      bytes += unipro::frame_bytes(Bytes{content}, c_.header_bytes, c_.overhead_bytes).n;
      end_ = run + bench_.cycles_of(bytes);
      frames_.push_back({end_, never, credits});
      if ((i + 1) % group == 0 || done == size) {
        for (auto frame = frames_.rbegin(); frame != frames_.rend() && frame->known == never; ++frame)
          frame->known = end_ + bench_.round();
      }
    }
    ends.clear();
    for (std::size_t i = first; i < frames_.size(); ++i) ends.push_back(frames_[i].end);
  }

 private:
  static constexpr std::uint64_t never = ~0ull;
  struct Frame {
    std::uint64_t end, known, credits;
  };

  bool permitted(std::uint64_t cycle, std::uint64_t credits) const {
    std::uint64_t count = 0;
    for (auto frame = frames_.rbegin(); frame != frames_.rend() && frame->known > cycle; ++frame) {
      ++count;
      credits += frame->credits;
    }
    return count < c_.window && (c_.credits == 0 || credits <= c_.credits);
  }

  const Bench& bench_;
  const UniproLinkConfig& c_;
  std::uint64_t end_ = 0;
  std::vector<Frame> frames_;
};

TEST(UniproLinkFlow, SendsLikeTheContractFrameByFrame) {
  test::check_cases(2000, [] {
    UniproLinkConfig config = test::any_config(UniproLinkConfig{}, {"phy_latency", "burst_gap", "broken_frames_ppm", "lost_frames_ppm", "lost_afcs_ppm", "skew_to_device", "skew_to_host", "fec_parity", "fec_latency"});
    config.phy_latency = Picoseconds{*rc::gen::inRange<std::uint64_t>(0, 1'000'000)};
    if (config.credits > 0)
      config.credits = std::max(config.credits, unipro::frame_credits(config.t_mtu, config.header_bytes));
    Bench bench(config);
    EveryFrame expected(bench);
    Picoseconds at{};
    for (int upius = *rc::gen::inRange(1, 20); upius > 0; --upius) {
      const auto data = *rc::gen::weightedOneOf<std::uint32_t>(
          {{2, rc::gen::inRange<std::uint32_t>(0, 6000)}, {1, rc::gen::inRange<std::uint32_t>(0, 40)}});
      Train ready;
      std::uint64_t bytes = 0;
      while (bytes < 32 + data) {
        at += Picoseconds{*rc::gen::inRange<std::uint64_t>(0, 300'000)};
        ready.push_back({bytes += *rc::gen::inRange<std::uint64_t>(1, 800), at});
      }
      const bool whole = *rc::gen::arbitrary<bool>();
      if (whole) ready = {{32 + data, at}};
      expected.send(32 + data, ready);
      if (whole) {
        bench.link.from_host->send(upiu_of(data), at);
      } else {
        bench.link.from_host->send(upiu_of(data), ready);
      }
      const Arrival& arrival = bench.device.arrivals.back();
      RC_ASSERT(arrival.start.n == expected.start);
      RC_ASSERT(arrival.last == bench.edge(expected.ends.back()) + config.phy_latency);
      if (!whole) continue;
      Train train, every;
      bench.link.from_host->data_arrivals(arrival.upiu, arrival.start, train);
      for (std::size_t i = 0; i < expected.ends.size(); ++i) {
        const std::uint64_t received = std::min<std::uint64_t>((i + 1) * config.t_mtu.n, 32 + data);
        if (received > 32) every.push_back({received - 32, bench.edge(expected.ends[i]) + config.phy_latency});
      }
      RC_ASSERT(train.size() == every.size());
      for (std::size_t i = 0; i < every.size(); ++i)
        RC_ASSERT(train[i].end == every[i].end && train[i].at == every[i].at);
    }
  });
}

}  // namespace
}  // namespace icesim
