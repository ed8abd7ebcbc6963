// SPDX-License-Identifier: Apache-2.0
#include "models/controller/dma/dma_channel.hpp"
#include "testbench/support/any_train.hpp"
#include "testbench/support/random_cases.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

ClockDomain any_bus() {
  return {Hertz{test::any_of(10'000'000, 2'000'000'000, 300'000'000)}, Cycles{test::any_of(1, 4, 2)}};
}

/// Configurations at whose edges runs begin and end: data that come as fast as the bus takes them, latencies of about
/// as many bursts as may be outstanding.
DmaConfig any_balanced_config() {
  DmaConfig config = test::any_config<DmaConfig>();
  const std::uint64_t beats = divide_up(config.max_burst_bytes.n, config.bytes_per_cycle.n);
  const std::uint64_t covered = beats * (config.max_outstanding - 1);
  if (test::any_of(0, 1, 0) > 0)
    config.read_latency = Cycles{std::clamp<std::uint64_t>(covered + 1 - test::any_of(0, 2, 1), 1, 4096)};
  if (test::any_of(0, 1, 0) > 0)
    config.write_latency = Cycles{std::min<std::uint64_t>(covered + 1 - test::any_of(0, 1, 1), 4096)};
  return config;
}

TEST(DmaChannelRun, ReadsLongJobsLikeTheSameBurstsOneByOne) {
  std::uint64_t cases = 0, runs = 0;
  test::check_cases(1500, [&] {
    ++cases;
    const DmaConfig config = any_balanced_config();
    const ClockDomain bus = any_bus();
    DmaChannel channel(config, bus), slow(config, bus);
    Picoseconds at{};
    for (std::uint64_t jobs = test::any_of(1, 6, 2); jobs > 0; --jobs) {
      at += Picoseconds{test::any_of(0, 3'000'000, 0)};
      const std::uint64_t bytes = test::any_of(0, 3, 1) == 0 ? test::any_of(1, 4 * config.max_burst_bytes.n, 1)
                                                             : test::any_of(1, 200, 128) * config.max_burst_bytes.n;
      Train train;
      const Picoseconds done = channel.read(at, bytes, train);
      runs += train.has_run();
      RC_ASSERT(train.size() == divide_up(bytes, config.max_burst_bytes.n));
      std::uint64_t end = 0;
      for (const Chunk& chunk : train) {
        const std::uint64_t burst = std::min(bytes - end, config.max_burst_bytes.n);
        RC_ASSERT(chunk.end == (end += burst));
        RC_ASSERT(chunk.at == slow.read(at, burst));
      }
      RC_ASSERT(train.back().at == done);
    }
    RC_ASSERT(channel.busy() == slow.busy());
    for (std::uint64_t after = 0; after < config.max_outstanding; ++after) {
      RC_ASSERT(channel.read(at, 1) == slow.read(at, 1));
    }
  });
  EXPECT_GT(runs, cases / 3);
}

TEST(DmaChannelRun, WritesRunsLikeTheListOfTheirChunks) {
  test::check_cases(4000, [] {
    const DmaConfig config = any_balanced_config();
    const ClockDomain bus = any_bus();
    DmaChannel channel(config, bus), slow(config, bus);
    const std::uint64_t burst = config.max_burst_bytes.n;
    const std::uint64_t beats = divide_up(burst, config.bytes_per_cycle.n);
    const std::uint64_t rho = std::max(beats, divide_up(beats + config.write_latency.n, config.max_outstanding));
    Picoseconds at{};
    for (std::uint64_t jobs = test::any_of(1, 5, 2); jobs > 0; --jobs) {
      at += Picoseconds{test::any_of(0, 20'000'000, 1'000'000)};
      if (test::any_of(0, 3, 1) == 0) {
        const std::uint64_t bytes = test::any_of(1, 3 * burst, 32);
        RC_ASSERT(channel.write(at, bytes) == slow.write(at, bytes));
        continue;
      }
      const std::uint64_t step = test::any_of(0, 3, 1) == 0 ? test::any_of(1, 4 * burst, 272) : burst + burst / 16;
      const std::uint64_t grain = test::any_of(1, burst / 4, 1);  // bursts before the run, or only bytes
      const Train train = test::any_train(bus, divide_up(step * rho, burst), step, grain, at);
      const auto source = test::any_of(0, 1, 1) == 0 ? DmaChannel::Source::same_clock : DmaChannel::Source::other_clock;
      RC_ASSERT(channel.write(train, source) == slow.write(test::list_of(train), source));
      RC_ASSERT(channel.bytes() == slow.bytes());
    }
    for (std::uint64_t after = 0; after < config.max_outstanding; ++after) {
      RC_ASSERT(channel.write(at, 1) == slow.write(at, 1));
    }
  });
}

/// The first burst of a run waits for the job before, and is visible after the run's last one has been written, so that
/// what is written next waits for it: at rho = 80 cycles a burst, the run as soon as it may be taken for one.
TEST(DmaChannelRun, RemembersABurstThatTheJobBeforeHeldUp) {
  DmaConfig config;
  config.write_latency = Cycles{399};
  config.bytes_per_cycle = Bytes{32};
  config.max_burst_bytes = Bytes{19};
  config.max_outstanding = 5;
  const ClockDomain bus{Hertz{300'000'000}, Cycles{2}};
  for (std::uint64_t begin = 1100; begin < 1300; ++begin) {
    DmaChannel channel(config, bus), slow(config, bus);
    for (DmaChannel* each : {&channel, &slow}) each->write(bus.edge(Cycles{1000}), 5 * config.max_burst_bytes.n);
    Train train;
    train.run() = ChunkRun(8, 6, 10, {bus, begin, 0, 80});
    train.tail().push_back({77, train.run().at(7)});
    ASSERT_EQ(channel.write(train, DmaChannel::Source::same_clock),
              slow.write(test::list_of(train), DmaChannel::Source::same_clock))
        << begin;
    for (std::uint64_t after = 0; after < config.max_outstanding; ++after)
      ASSERT_EQ(channel.write(Picoseconds{}, 1), slow.write(Picoseconds{}, 1)) << begin;
  }
}

/// A short run behind a head that brings the last bursts but one: the run's only chunk brings none of them.
TEST(DmaChannelRun, LeavesTheBurstsOfTheHeadToTheHead) {
  DmaConfig config;
  config.max_burst_bytes = Bytes{16};
  const ClockDomain bus{Hertz{300'000'000}, Cycles{2}};
  DmaChannel channel(config, bus), slow(config, bus);
  Train train;
  train.head().push_back({48, bus.edge(Cycles{1000})});
  train.run() = ChunkRun(1, 63, 16, {bus, 1200, 0, 280});
  EXPECT_EQ(channel.write(train, DmaChannel::Source::same_clock), bus.edge(Cycles{1201} + config.write_latency));
  EXPECT_EQ(slow.write(test::list_of(train), DmaChannel::Source::same_clock),
            bus.edge(Cycles{1201} + config.write_latency));
}

/// A read whose first bursts are just covered, or just not, by the full ones behind a shorter one.
TEST(DmaChannelRun, ReadsBehindAShorterBurstLikeTheSameBurstsOneByOne) {
  const ClockDomain bus{Hertz{300'000'000}, Cycles{2}};
  DmaConfig config;
  const std::uint64_t burst = config.max_burst_bytes.n, beats = divide_up(burst, config.bytes_per_cycle.n);
  for (config.max_outstanding = 2; config.max_outstanding < 9; ++config.max_outstanding) {
    for (std::uint64_t less = 0; less < beats; ++less) {
      config.read_latency = Cycles{(config.max_outstanding - 1) * beats - less};
      for (std::uint64_t full = 0; full <= config.max_outstanding; ++full) {
        DmaChannel channel(config, bus), slow(config, bus);
        for (const std::uint64_t bytes : {burst, std::uint64_t{1}, full * burst, 10 * burst}) {
          if (bytes == 0) continue;
          Train train;
          channel.read(Picoseconds{}, bytes, train);
          std::uint64_t end = 0;
          for (const Chunk& chunk : train) {
            ASSERT_EQ(chunk.at, slow.read(Picoseconds{}, chunk.end - end))
                << config.max_outstanding << " outstanding, latency " << config.read_latency.n << ", " << full
                << " full ones behind the short one, byte " << chunk.end;
            end = chunk.end;
          }
        }
      }
    }
  }
}

/// The bursts behind a run that wait for one of its own: latencies of about as long as the bursts take that may be
/// outstanding, when data come more slowly than the bus takes them.
TEST(DmaChannelRun, RemembersTheBurstsForWhichOthersWait) {
  const ClockDomain bus{Hertz{300'000'000}, Cycles{2}};
  DmaConfig config;
  const std::uint64_t burst = config.max_burst_bytes.n, beats = divide_up(burst, config.bytes_per_cycle.n);
  for (const std::uint64_t step : {burst, burst + burst / 16, burst + burst / 2}) {
    for (std::uint64_t spacing = beats + 1; spacing < 3 * beats; ++spacing) {
      for (config.max_outstanding = 1; config.max_outstanding < 7; ++config.max_outstanding) {
        const std::uint64_t covered = (config.max_outstanding - 1) * spacing;
        for (std::uint64_t variant = 0; variant < 10; ++variant) {
          const std::uint64_t off = variant / 2;
          config.write_latency = Cycles{std::max<std::uint64_t>(covered + off, 2) - 2};
          DmaChannel channel(config, bus), slow(config, bus);
          Train train;
          train.run() = ChunkRun(100, step, step, {bus, 1000, 0, divide_up(step * spacing, burst)});
          if (variant % 2 > 0) train.tail().push_back({100 * step + burst, train.run().at(99)});
          ASSERT_EQ(channel.write(train, DmaChannel::Source::same_clock),
                    slow.write(test::list_of(train), DmaChannel::Source::same_clock));
          for (std::uint64_t after = 0; after < config.max_outstanding; ++after)
            ASSERT_EQ(channel.write(Picoseconds{}, 1), slow.write(Picoseconds{}, 1))
                << "step " << step << ", spacing " << spacing << ", outstanding " << config.max_outstanding
                << ", latency " << config.write_latency.n << ", burst " << after << " behind the run";
        }
      }
    }
  }
}

}  // namespace
}  // namespace icesim
