// SPDX-License-Identifier: Apache-2.0
#include "models/controller/dma/dma_channel.hpp"

#include "icesim/base/random.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <vector>

namespace icesim {
namespace {

using namespace literals;

const ClockDomain bus{300_MHz, 2_cycles};

Picoseconds edge(std::uint64_t n) { return bus.edge(Cycles{n}); }

TEST(DmaChannel, ReadsABurstLatencyAndBeatsAfterItWasAsked) {
  const DmaConfig config;
  const std::uint64_t bytes = config.max_burst_bytes.n;
  const std::uint64_t cost = config.read_latency.n + bytes / config.bytes_per_cycle.n;
  Train train;
  EXPECT_EQ(DmaChannel(config, bus).read(edge(100), bytes, train), edge(100 + cost));
  // One picosecond after the edge is too late for it.
  EXPECT_EQ(DmaChannel(config, bus).read(edge(100) + 1_ps, bytes, train), edge(101 + cost));
  ASSERT_EQ(train.size(), 1u);
  EXPECT_EQ(train[0].end, bytes);
}

TEST(DmaChannel, TakesAWholeBeatForTheLastBytes) {
  const DmaConfig config;
  const std::uint64_t width = config.bytes_per_cycle.n;
  EXPECT_EQ(DmaChannel(config, bus).read(edge(9), 2 * width), edge(9 + config.read_latency.n + 2));
  EXPECT_EQ(DmaChannel(config, bus).read(edge(9), 2 * width + 1), edge(9 + config.read_latency.n + 3));
}

TEST(DmaChannel, StreamsBurstsBehindOneLatency) {
  const DmaConfig config;
  const std::uint64_t beats = config.max_burst_bytes.n / config.bytes_per_cycle.n;
  Train train;
  DmaChannel channel(config, bus);
  channel.read(edge(7), 4096, train);
  ASSERT_EQ(train.size(), 4096 / config.max_burst_bytes.n);
  for (std::size_t i = 0; i < train.size(); ++i) {
    EXPECT_EQ(train[i].end, (i + 1) * config.max_burst_bytes.n);
    EXPECT_EQ(train[i].at, edge(7 + config.read_latency.n + (i + 1) * beats)) << "burst " << i;
  }
  EXPECT_EQ(channel.busy(), edge(train.size() * beats));
}

TEST(DmaChannel, IssuesOneAddressACycle) {
  DmaConfig config;
  config.bytes_per_cycle = 128_B;
  config.max_burst_bytes = 16_B;  // one beat: data could follow every cycle, and addresses must
  config.max_outstanding = 64;
  Train train;
  DmaChannel channel(config, bus);
  channel.read(edge(3), 32 * 16, train);
  for (std::size_t i = 0; i < train.size(); ++i) EXPECT_EQ(train[i].at, edge(3 + i + config.read_latency.n + 1));
  // The next job's first address follows the last one of this job.
  EXPECT_EQ(channel.read(edge(3), 16), edge(3 + 32 + config.read_latency.n + 1));
}

TEST(DmaChannel, WaitsForTheOldestBurstWhenAllAreUnderWay) {
  DmaConfig config;
  config.max_outstanding = 2;
  const std::uint64_t beats = config.max_burst_bytes.n / config.bytes_per_cycle.n;
  ASSERT_GT(config.read_latency.n, 2 * beats);
  Train train;
  DmaChannel(config, bus).read(edge(0), 3 * config.max_burst_bytes.n, train);
  const std::uint64_t first = config.read_latency.n + beats;
  EXPECT_EQ(train[1].at, edge(first + beats));
  EXPECT_EQ(train[2].at, edge(first + config.read_latency.n + beats));
}

TEST(DmaChannel, ShowsAWriteLatencyAfterItsLastBeat) {
  const DmaConfig config;
  const std::uint64_t bytes = config.max_burst_bytes.n;
  const std::uint64_t cost = bytes / config.bytes_per_cycle.n + config.write_latency.n;
  EXPECT_EQ(DmaChannel(config, bus).write(edge(50), bytes), edge(50 + cost));
  EXPECT_EQ(DmaChannel(config, bus).write(edge(50) + 1_ps, bytes), edge(51 + cost));
}

TEST(DmaChannel, WritesABurstWhenItsLastByteIsThere) {
  const DmaConfig config;
  const std::uint64_t burst = config.max_burst_bytes.n;
  const std::uint64_t cost = burst / config.bytes_per_cycle.n + config.write_latency.n;
  // All but one byte of the second burst come early and do not help.
  const Train data{{2 * burst - 1, edge(10)}, {2 * burst, edge(500)}};
  EXPECT_EQ(DmaChannel(config, bus).write(data, DmaChannel::Source::same_clock), edge(500 + cost));
  const Train early{{2 * burst, edge(10)}};
  EXPECT_EQ(DmaChannel(config, bus).write(early, DmaChannel::Source::same_clock),
            edge(10 + cost + burst / config.bytes_per_cycle.n));
}

TEST(DmaChannel, SynchronisesDataOfAnotherClock) {
  const DmaConfig config;
  const Train data{{16, edge(10)}};
  const std::uint64_t cost = 1 + config.write_latency.n;
  EXPECT_EQ(DmaChannel(config, bus).write(data, DmaChannel::Source::same_clock), edge(10 + cost));
  EXPECT_EQ(DmaChannel(config, bus).write(data, DmaChannel::Source::other_clock),
            edge(10 + bus.sync_stages().n + cost));
}

TEST(DmaChannel, WritesWaitForTheOldestAcknowledgement) {
  DmaConfig config;
  config.max_outstanding = 1;
  const std::uint64_t beats = config.max_burst_bytes.n / config.bytes_per_cycle.n;
  EXPECT_EQ(DmaChannel(config, bus).write(edge(20), 3 * config.max_burst_bytes.n),
            edge(20 + 3 * (beats + config.write_latency.n)));
}

TEST(DmaChannel, SustainsTheWidthOfTheBusOrWhatIsOutstanding) {
  for (const std::uint64_t outstanding : {1u, 2u, 4u, 16u}) {
    DmaConfig config;
    config.max_outstanding = outstanding;
    DmaChannel channel(config, bus);
    const std::uint64_t bytes = 1 << 22;
    const std::uint64_t cycles = bus.next(channel.read(0_ps, bytes)).n;
    const std::uint64_t turn = config.read_latency.n + config.max_burst_bytes.n / config.bytes_per_cycle.n;
    const double bound =
        std::min(static_cast<double>(config.bytes_per_cycle.n),
                 static_cast<double>(outstanding * config.max_burst_bytes.n) / static_cast<double>(turn));
    EXPECT_NEAR(static_cast<double>(bytes) / static_cast<double>(cycles), bound, 0.01 * bound) << outstanding;
  }
}

/// The recurrences of the header, with all bursts remembered.
struct EveryBurst {
  DmaConfig config;
  std::vector<std::uint64_t> a, e, d;

  std::uint64_t beats(std::uint64_t bytes) const { return divide_up(bytes, config.bytes_per_cycle.n); }
  std::uint64_t before(const std::vector<std::uint64_t>& done) const {
    const std::size_t i = e.size();
    return i >= config.max_outstanding ? done[i - config.max_outstanding] : 0;
  }
  void read(std::uint64_t asked, std::uint64_t bytes) {
    const std::uint64_t address = std::max({a.empty() ? 0 : a.back() + 1, asked, before(e)});
    const std::uint64_t start = std::max(address + config.read_latency.n, e.empty() ? 0 : e.back());
    a.push_back(address);
    e.push_back(start + beats(bytes));
  }
  void write(std::uint64_t available, std::uint64_t bytes) {
    const std::uint64_t start = std::max({available, e.empty() ? 0 : e.back(), before(d)});
    e.push_back(start + beats(bytes));
    d.push_back(e.back() + config.write_latency.n);
  }
};

DmaConfig any_config() {
  DmaConfig config;
  config.read_latency = Cycles{*rc::gen::inRange<std::uint64_t>(1, 80)};
  config.write_latency = Cycles{*rc::gen::inRange<std::uint64_t>(0, 80)};
  config.bytes_per_cycle = Bytes{*rc::gen::inRange<std::uint64_t>(1, 129)};
  config.max_burst_bytes = Bytes{*rc::gen::inRange<std::uint64_t>(16, 600)};
  config.max_outstanding = *rc::gen::inRange<std::uint64_t>(1, DmaConfig::outstanding_limit + 1);
  return config;
}

RC_GTEST_PROP(DmaChannel, ReadsLikeTheRecurrenceBurstByBurst, ()) {
  const DmaConfig config = any_config();
  DmaChannel channel(config, bus);
  EveryBurst slow{config, {}, {}, {}};
  Picoseconds at{};
  for (int job = *rc::gen::inRange(1, 12); job > 0; --job) {
    at += Picoseconds{*rc::gen::inRange<std::uint64_t>(0, 400'000)};
    const auto bytes = *rc::gen::inRange<std::uint64_t>(1, 9000);
    Train train;
    const bool whole = *rc::gen::arbitrary<bool>();
    const Picoseconds done = whole ? channel.read(at, bytes) : channel.read(at, bytes, train);
    std::size_t burst = 0;
    for (std::uint64_t end = 0; end < bytes; ++burst) {
      const std::uint64_t piece = std::min(bytes - end, config.max_burst_bytes.n);
      slow.read(bus.next(at).n, piece);
      end += piece;
      if (whole) continue;
      RC_ASSERT(train.at(burst).end == end);
      RC_ASSERT(train.at(burst).at == edge(slow.e.back()));
    }
    RC_ASSERT(done == edge(slow.e.back()));
  }
}

RC_GTEST_PROP(DmaChannel, WritesLikeTheRecurrenceBurstByBurst, ()) {
  const DmaConfig config = any_config();
  DmaChannel channel(config, bus);
  EveryBurst slow{config, {}, {}, {}};
  Picoseconds at{};
  for (int job = *rc::gen::inRange(1, 12); job > 0; --job) {
    Train train;
    std::uint64_t bytes = 0;
    for (int chunk = *rc::gen::inRange(1, 20); chunk > 0; --chunk) {
      at += Picoseconds{*rc::gen::inRange<std::uint64_t>(0, 100'000)};
      train.push_back({bytes += *rc::gen::inRange<std::uint64_t>(1, 700), at});
    }
    const bool other = *rc::gen::arbitrary<bool>();
    const Picoseconds done =
        channel.write(train, other ? DmaChannel::Source::other_clock : DmaChannel::Source::same_clock);
    for (std::uint64_t end = 0; end < bytes;) {
      const std::uint64_t piece = std::min(bytes - end, config.max_burst_bytes.n);
      end += piece;
      const auto chunk = std::find_if(train.begin(), train.end(), [&](const Chunk& c) { return c.end >= end; });
      slow.write(other ? bus.sample(chunk->at).n : bus.next(chunk->at).n, piece);
    }
    RC_ASSERT(done == edge(slow.d.back()));
  }
}

/// Bursts that end with a chunk, inside one, or after several, in data faster and slower than the bus.
TEST(DmaChannel, WritesTrainsOfAnyGrainLikeTheRecurrence) {
  Random random(3);
  std::uint64_t with_chunk = 0, inside_chunk = 0, over_chunks = 0, waited_for_data = 0, waited_for_bus = 0;
  for (int channels = 0; channels < 5000; ++channels) {
    DmaConfig config;
    config.bytes_per_cycle = Bytes{std::uint64_t{1} << random.below(6)};
    config.max_burst_bytes = Bytes{random.below(2) == 0 ? 256 : 16 + random.below(500)};
    config.max_outstanding = 1 + random.below(DmaConfig::outstanding_limit);
    DmaChannel channel(config, bus);
    EveryBurst slow{config, {}, {}, {}};
    Picoseconds at{};
    for (int jobs = 0; jobs < 5; ++jobs) {
      const std::uint64_t spacing = random.below(200'000);
      const std::uint64_t size = random.below(2) == 0 ? config.max_burst_bytes.n : 1 + random.below(1000);
      Train train;
      std::uint64_t bytes = 0;
      for (std::uint64_t chunks = 1 + random.below(20); chunks > 0; --chunks) {
        at += Picoseconds{spacing};
        train.push_back({bytes += random.below(8) == 0 ? random.below(40) + (bytes == 0 ? 1 : 0) : size, at});
      }
      const bool other = random.below(2) == 0;
      const Picoseconds done =
          channel.write(train, other ? DmaChannel::Source::other_clock : DmaChannel::Source::same_clock);
      for (std::uint64_t end = 0; end < bytes;) {
        const std::uint64_t before = end;
        end += std::min(bytes - end, config.max_burst_bytes.n);
        const auto holds = [&](std::uint64_t last) {
          return std::find_if(train.begin(), train.end(), [&](const Chunk& c) { return c.end >= last; });
        };
        const auto chunk = holds(end);
        const std::uint64_t available = other ? bus.sample(chunk->at).n : bus.next(chunk->at).n;
        slow.write(available, end - before);
        with_chunk += chunk->end == end;
        ++(holds(before + 1) == chunk ? inside_chunk : over_chunks);
        ++(slow.e.back() == available + slow.beats(end - before) ? waited_for_data : waited_for_bus);
      }
      ASSERT_EQ(done, edge(slow.d.back())) << channels << ' ' << jobs;
    }
  }
  for (const std::uint64_t seen : {with_chunk, inside_chunk, over_chunks, waited_for_data, waited_for_bus}) {
    EXPECT_GT(seen, 5'000u);
  }
}

}  // namespace
}  // namespace icesim
