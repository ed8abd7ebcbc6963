// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/any_train.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/support/rigs/unipro_link_bench.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using Bench = test::UniproLinkBench;

UniproLinkConfig any_link() {
  UniproLinkConfig config = test::any_config<UniproLinkConfig>();
  const std::uint64_t least = unipro::frame_credits(config.t_mtu, config.header_bytes);
  config.lost_afcs_ppm = config.afc_timeout < config.replay_timeout ? config.lost_afcs_ppm : 0;
  if (config.credits > 0) config.credits = std::max(config.credits, least);
  if (test::any_of(0, 3, 0) < 2) {  // not held up by window or credits
    config.window = unipro::max_window;
    config.credits = 0;
    config.phy_latency = Picoseconds{test::any_of(0, 200'000, 100'000)};
    config.ack_latency = Cycles{32};
  }
  return config;
}

std::vector<std::uint64_t> numbers_of(const LinkStatistics& s) {
  return {s.upius, s.frames, s.wire_bytes.n, s.busy.n, s.afc_frames, s.stalled.n};
}

/// Notes nothing.
struct SilentTap : LinkTap {
  void acknowledgement(Direction, std::uint32_t, Picoseconds, Picoseconds, Picoseconds) override {}
};

/// Everything that one link sent on, and counted; with a tap that watches it, or without.
std::vector<std::uint64_t> sent(const UniproLinkConfig& config, const std::vector<Train>& trains,
                                LinkTap* tap = nullptr) {
  Bench bench(config);
  if (tap != nullptr) bench.link.connect(*tap);
  for (const Train& train : trains) {
    const auto data = static_cast<std::uint32_t>(train.back().end - upiu_header_size);
    if (data == 0) {
      bench.link.from_host->send(test::upiu_of(0), train.back().at);
    } else {
      bench.link.from_host->send(test::upiu_of(data), train);
    }
  }
  std::vector<std::uint64_t> result = numbers_of(bench.link.statistics(Direction::to_device));
  for (const test::Arrival& arrival : bench.device.arrivals) {
    result.push_back(arrival.start.n);
    result.push_back(arrival.last.n);
  }
  return result;
}

TEST(UniproLinkRun, SendsRunsLikeTheListOfTheirChunks) {
  test::check_cases(1500, [] {
    const UniproLinkConfig config = any_link();
    const ClockDomain clock = Bench(config).link.clock();
    const std::uint64_t frame = unipro::frame_bytes(config.t_mtu, config.header_bytes, config.overhead_bytes).n;
    std::vector<Train> trains, lists;
    Picoseconds at{};
    for (std::uint64_t jobs = test::any_of(1, 5, 2); jobs > 0; --jobs) {
      at += Picoseconds{test::any_of(0, 20'000'000, 0)};
      if (test::any_of(0, 3, 1) == 0) {
        trains.push_back({{upiu_header_size, at}});
        lists.push_back(trains.back());
        continue;
      }
      const std::uint64_t step = test::any_of(1, 600, 256);
      Train train = test::any_train(clock, divide_up(step * frame, config.t_mtu.n * config.lanes), step, 1, at);
      train.shift(upiu_header_size);
      lists.push_back(test::list_of(train));
      trains.push_back(std::move(train));
    }
    RC_ASSERT(sent(config, trains) == sent(config, lists));
    SilentTap tap;
    RC_ASSERT(sent(config, trains) == sent(config, trains, &tap));
  });
}

TEST(UniproLinkRun, DeliversLongUpiusFrameByFrame) {
  test::check_cases(300, [] {
    const UniproLinkConfig config = any_link();
    Bench bench(config);
    SilentTap tap;
    if (test::any_of(0, 3, 0) == 1) bench.link.connect(tap);
    const auto data = static_cast<std::uint32_t>(test::any_of(1, max_data_segment.n, 32768));
    const Upiu upiu = test::upiu_of(data);
    bench.link.from_device->send(upiu, Picoseconds{test::any_of(0, 50'000'000, 0)});
    const test::Arrival& arrival = bench.host.arrivals.front();
    Train train;
    bench.link.from_device->data_arrivals(upiu, arrival.start, train);
    RC_ASSERT(train.back().at == arrival.last);
    RC_ASSERT(train.back().end == data);
    const LinkStatistics done = bench.link.statistics(Direction::to_host);
    const bool one_run = done.stalled.n == 0 && done.nac_frames == 0 && done.replay_timeouts == 0;
    RC_ASSERT(one_run || !train.has_run());
    std::size_t i = 0;
    for (std::uint64_t received = 0; received < upiu_header_size + data;) {
      received = std::min(received + config.t_mtu.n, upiu_header_size + data);
      if (received <= upiu_header_size) continue;
      RC_ASSERT(train.at(i).end == received - upiu_header_size);
      const Picoseconds left = bench.edge(arrival.start.n + bench.cycles_of(bench.wire_of(received)));
      if (one_run) RC_ASSERT(train.at(i).at == left + bench.link.way(Direction::to_host));
      ++i;
    }
    RC_ASSERT(i == train.size());
  });
}

}  // namespace
}  // namespace icesim
