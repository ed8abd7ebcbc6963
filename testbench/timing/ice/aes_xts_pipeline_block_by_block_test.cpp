// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/random.hpp"
#include "models/ice/aes_xts_pipeline.hpp"
#include "testbench/timing/ice/pipeline_rig.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <vector>

namespace icesim {
namespace {

using namespace literals;
using test::edge;
using test::ice;
using test::program;

/// The header's rules, position by position, with all positions and data units of the engine's life remembered.
class EveryBlock {
 public:
  EveryBlock(const AesXtsPipelineConfig& config, const KeyslotFile& keyslots) : config_(config), keyslots_(keyslots) {}

  void pass(const CryptoJob& job, Train& train) {
    std::uint64_t& order = order_[static_cast<std::size_t>(job.direction)];
    if (!job.enabled) {
      for (Chunk& chunk : train) {
        order = std::max((ice.sample(chunk.at) + config_.bypass_latency).n, order);
        chunk.at = edge(order);
      }
      return;
    }
    Life& life = lives_[config_.engines == Engines::shared ? 0 : static_cast<std::size_t>(job.direction)];
    KeyslotUse use;
    keyslots_.lookup(job.keyslot, use);
    const std::uint64_t arrival = ice.sample(train.front().at).n;
    const std::uint64_t key = load_key(life, job.direction, {job.keyslot.n, use.generation}, arrival);

    life.cores = cores_of(job.direction, arrival);

    const std::vector<Position> positions = order_of(job.offset, train.back().end, use.data_unit.n);
    const std::uint64_t offset = job.offset % use.data_unit.n == 0 ? 0 : config_.offset_tweak_cycles.n;
    const std::size_t first_unit = life.first.size();
    const bool decrypts = job.direction == Direction::to_host;
    const std::uint64_t interval = config_.cycles_per_block.n + (decrypts ? config_.decryption_block_cycles.n : 0);
    const std::uint64_t tweak_latency = config_.tweak_latency.n + (decrypts ? config_.decryption_tweak_cycles.n : 0);
    std::vector<std::uint64_t> tweaks, leaves;
    std::uint64_t requested_from = life.last_block;
    for (const Position& position : positions) {
      std::uint64_t at = key;
      const std::size_t p = life.x.size();
      if (p >= 1) at = std::max(at, life.x[p - 1]);
      if (position.tweak) {
        at = take(life, at, interval);
        tweaks.push_back(at + config_.latency.n + (tweaks.empty() ? offset : 0));
        continue;
      }
      const std::uint64_t last_byte = std::min((position.block + 1) * 16, train.back().end);
      const auto chunk = std::find_if(train.begin(), train.end(), [&](const Chunk& c) { return c.end >= last_byte; });
      at = std::max(at, ice.sample(chunk->at).n + config_.input_latency.n);
      if (leaves.empty() && order > config_.latency.n) at = std::max(at, order - config_.latency.n);
      if (position.first) {
        if (config_.tweak_core != TweakCore::shared) {
          std::uint64_t request = key;
          const bool drained = config_.tweak_core == TweakCore::drained;
          const std::uint64_t P = drained ? 0 : config_.tweak_prefetch;
          if (drained && !life.x.empty()) request = std::max(request, requested_from + config_.latency.n);
          if (P == 0) request = std::max(request, requested_from);
          if (P > 0 && life.first.size() >= P) request = std::max(request, life.first[life.first.size() - P]);
          life.tweak = std::max(life.tweak, request) + tweak_latency + (life.first.size() == first_unit ? offset : 0);
          at = std::max(at, life.tweak);
        } else {
          at = std::max(at, tweaks.at(life.first.size() - first_unit));
        }
      }
      at = take(life, at, interval);
      if (position.first) life.first.push_back(at);
      requested_from = life.last_block = at;
      leaves.push_back(at + config_.latency.n);
    }
    for (Chunk& chunk : train) chunk.at = edge(leaves.at((chunk.end + 15) / 16 - 1));
    order = leaves.back();
    life.left = leaves.back();
  }

 private:
  struct Position {
    bool tweak = false;
    bool first = false;
    std::uint64_t block = 0;
  };
  struct Life {
    std::vector<std::uint64_t> x, first;
    std::array<std::vector<bool>, AesXtsPipelineConfig::max_cores> taken;  // cycles, by core
    std::uint64_t cores = 0;  // by the allocator
    std::uint64_t left = 0;
    std::uint64_t tweak = 0;
    std::uint64_t last_block = 0;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> keys;  // oldest use first
  };

  std::uint64_t cores_of(Direction direction, std::uint64_t arrival) const {
    const Life& other = lives_[direction == Direction::to_host ? 0 : 1];
    return config_.allocator.cores(direction, other.left > arrival);
  }

  /// The first cycle from `at` on that the next core has free becomes the next position's, and II in all; with an
  /// allocator, the first one in which not all cores have a position.
  std::uint64_t take(Life& life, std::uint64_t at, std::uint64_t interval) {
    if (config_.engines == Engines::allocated) {
      const auto busy = [&](std::uint64_t x) { return x + interval > at; };
      while (std::count_if(life.x.begin(), life.x.end(), busy) >= static_cast<std::ptrdiff_t>(life.cores)) ++at;
      life.x.push_back(at);
      return at;
    }
    std::vector<bool>& taken = life.taken[life.x.size() % config_.cores];
    while (at < taken.size() && taken[at]) ++at;
    for (std::uint64_t turn = 0; turn < interval; ++turn) {
      const std::uint64_t cycle = at + turn * config_.ring_positions;
      if (taken.size() <= cycle) taken.resize(2 * cycle + 1);
      taken[cycle] = true;
    }
    life.x.push_back(at);
    return at;
  }

  std::uint64_t load_key(Life& life, Direction direction, std::pair<std::uint64_t, std::uint64_t> key,
                         std::uint64_t arrival) {
    const bool known = std::find(life.keys.begin(), life.keys.end(), key) != life.keys.end();
    life.keys.erase(std::remove_if(life.keys.begin(), life.keys.end(), [&](auto& k) { return k.first == key.first; }),
                    life.keys.end());
    life.keys.push_back(key);
    while (life.keys.size() > 1 + config_.expanded_key_cache) life.keys.erase(life.keys.begin());
    if (known) return arrival;
    const std::uint64_t drained = life.x.empty() ? 0 : life.x.back() + config_.latency.n;
    const std::uint64_t more = direction == Direction::to_host ? config_.decryption_key_cycles.n : 0;
    return std::max(arrival, drained) + config_.key_load_cycles.n + more;
  }

  std::vector<Position> order_of(std::uint64_t offset, std::uint64_t bytes, std::uint64_t data_unit) const {
    std::vector<std::vector<Position>> units;
    for (std::uint64_t block = 0; block * 16 < bytes; ++block) {
      const bool first = block == 0 || (offset + block * 16) % data_unit == 0;
      if (first) units.emplace_back();
      units.back().push_back({false, first, block});
    }
    std::vector<Position> order;
    const bool shared = config_.tweak_core == TweakCore::shared;
    const std::size_t P = config_.tweak_prefetch;
    if (shared) order.resize(std::min(P, units.size()), Position{true, false, 0});
    for (std::size_t j = 0; j < units.size(); ++j) {
      if (shared && P == 0) order.push_back({true, false, 0});
      order.push_back(units[j].front());
      if (shared && P > 0 && j + P < units.size()) order.push_back({true, false, 0});
      order.insert(order.end(), units[j].begin() + 1, units[j].end());
    }
    return order;
  }

  AesXtsPipelineConfig config_;
  const KeyslotFile& keyslots_;
  std::array<Life, 2> lives_;
  std::array<std::uint64_t, 2> order_{};
};

AesXtsPipelineConfig any_config() {
  AesXtsPipelineConfig config;
  config.cores = *rc::gen::element<std::uint64_t>(1, 1, 2, 3, 7, 28, 32);
  config.cycles_per_block = Cycles{*rc::gen::inRange<std::uint64_t>(1, 18)};
  config.latency = Cycles{*rc::gen::inRange<std::uint64_t>(1, 60)};
  config.ring_positions = *rc::gen::element<std::uint64_t>(1, 1, 2, 5, 10, 16);
  config.input_latency = Cycles{*rc::gen::inRange<std::uint64_t>(0, 3)};
  config.tweak_core = *rc::gen::element(TweakCore::own, TweakCore::shared, TweakCore::drained);
  config.tweak_latency = Cycles{*rc::gen::inRange<std::uint64_t>(1, 80)};
  config.tweak_prefetch = *rc::gen::inRange<std::uint64_t>(0, AesXtsPipelineConfig::max_prefetch + 1);
  config.offset_tweak_cycles = Cycles{*rc::gen::inRange<std::uint64_t>(0, 20)};
  config.key_load_cycles = Cycles{*rc::gen::inRange<std::uint64_t>(0, 100)};
  config.expanded_key_cache = *rc::gen::inRange<std::uint64_t>(0, 4);
  config.engines = *rc::gen::element(Engines::separate, Engines::shared, Engines::allocated, Engines::allocated);
  if (config.engines == Engines::allocated) config.ring_positions = 1;
  const auto cores = [] { return *rc::gen::element<std::uint64_t>(1, 2, 3, 13, 15, 28, 64); };
  config.allocator = {cores(), cores(), cores(), cores()};
  config.bypass_latency = Cycles{*rc::gen::inRange<std::uint64_t>(0, 120)};
  config.decryption_block_cycles = Cycles{*rc::gen::element<std::uint64_t>(0, 0, 1, 9)};
  config.decryption_tweak_cycles = Cycles{*rc::gen::element<std::uint64_t>(0, 14)};
  config.decryption_key_cycles = Cycles{*rc::gen::element<std::uint64_t>(0, 12)};
  return config;
}

CryptoJob any_job() {
  CryptoJob job;
  job.enabled = *rc::gen::weightedElement<bool>({{6, true}, {1, false}});
  job.direction = *rc::gen::element(Direction::to_device, Direction::to_host);
  job.keyslot = Keyslot{*rc::gen::inRange<std::uint64_t>(0, 5)};
  job.offset = *rc::gen::element<std::uint64_t>(0, 0, 4096, 16, 240, 512, 3584);
  return job;
}

RC_GTEST_PROP(AesXtsPipeline, PassesDataLikeTheRulesBlockByBlock, ()) {
  KeyslotFile keyslots{KeyslotFileConfig{}};
  for (std::uint64_t k = 0; k < 5; ++k) program(keyslots, k, *rc::gen::element(512_B, 1024_B, 4096_B));
  const AesXtsPipelineConfig config = any_config();
  AesXtsPipeline pipeline("pipeline", config, ice, keyslots);
  EveryBlock slow(config, keyslots);
  std::array<Picoseconds, 2> at{};
  for (int jobs = *rc::gen::inRange(1, 16); jobs > 0; --jobs) {
    const CryptoJob job = any_job();
    if (*rc::gen::inRange(0, 8) == 0) program(keyslots, job.keyslot.n, 512_B);
    Picoseconds& time = at[static_cast<std::size_t>(job.direction)];
    time += Picoseconds{*rc::gen::element<std::uint64_t>(0, 0, 100'000, 3'000'000)};
    const bool odd = *rc::gen::inRange(0, 3) == 0;
    Train fast;
    std::uint64_t end = 0;
    for (int chunks = *rc::gen::inRange(1, 18); chunks > 0; --chunks) {
      time += Picoseconds{*rc::gen::element<std::uint64_t>(0, 3'333, 20'000, 120'000, 400'000)};
      end += odd ? *rc::gen::inRange<std::uint64_t>(1, 60) : 16 * *rc::gen::inRange<std::uint64_t>(1, 70);
      fast.push_back({end, time});
    }
    Train expected = fast;
    pipeline.pass(job, fast);
    slow.pass(job, expected);
    for (std::size_t i = 0; i < fast.size(); ++i) {
      RC_ASSERT(fast[i].end == expected[i].end);
      RC_ASSERT(fast[i].at.n == expected[i].at.n);
    }
  }
}

/// Trains as the link makes them: many chunks of whole blocks on one core, with the ends of such runs (data units,
/// broken blocks, chunks without a block of their own) as often as their middles.
TEST(AesXtsPipeline, PassesRunsOfWholeBlocksLikeTheRulesBlockByBlock) {
  Random random(7);
  std::uint64_t inside = 0, across = 0, at_boundary = 0, broken = 0, empty = 0, waited_for_core = 0,
                waited_for_data = 0;
  for (int engine = 0; engine < 4000; ++engine) {
    AesXtsPipelineConfig config;
    config.cores = random.below(8) == 0 ? 2 : 1;
    config.cycles_per_block = Cycles{random.below(2) == 0 ? 1 : 1 + random.below(20)};
    config.latency = Cycles{1 + random.below(40)};  // shorter than the interval, too
    config.tweak_core = random.below(4) == 0 ? TweakCore::shared : TweakCore::own;
    config.tweak_prefetch = random.below(3);
    const std::uint64_t unit = std::uint64_t{512} << random.below(4);
    KeyslotFile keyslots{KeyslotFileConfig{}};
    for (std::uint64_t k = 0; k < 2; ++k) program(keyslots, k, Bytes{unit});
    AesXtsPipeline pipeline("pipeline", config, ice, keyslots);
    EveryBlock slow(config, keyslots);
    Picoseconds time{};
    for (int jobs = 0; jobs < 6; ++jobs) {
      CryptoJob job;
      job.enabled = true;
      job.keyslot = Keyslot{random.below(2)};
      job.offset = 16 * random.below(3) * random.below(2 * unit / 16);
      const std::uint64_t spacing = random.below(200'000);
      const std::uint64_t size = 16 * (1 + random.below(20));
      Train fast;
      for (std::uint64_t end = 0, chunks = 1 + random.below(20); chunks > 0; --chunks) {
        time += Picoseconds{spacing};
        const std::uint64_t other = random.below(12);
        const std::uint64_t before = end;
        end += end == 0 || other > 2 ? size : other == 0 ? 1 + random.below(40) : other == 1 ? 0 : size;
        if (other == 2) end = divide_up(job.offset + end, unit) * unit - job.offset;
        fast.push_back({end, time});
        empty += end == before;
        broken += end % 16 != 0;
        at_boundary += (job.offset + end) % unit == 0;
        ++((job.offset + before) / unit == (job.offset + end - 1) / unit ? inside : across);
      }
      const Train arrived = fast;
      Train expected = fast;
      pipeline.pass(job, fast);
      slow.pass(job, expected);
      for (std::size_t i = 0; i < fast.size(); ++i) {
        ASSERT_EQ(fast[i].end, expected[i].end) << engine << ' ' << jobs << ' ' << i;
        ASSERT_EQ(fast[i].at.n, expected[i].at.n) << engine << ' ' << jobs << ' ' << i;
        if (i == 0 || arrived[i].end <= arrived[i - 1].end || config.cores > 1) continue;
        const std::uint64_t blocks = (arrived[i].end - arrived[i - 1].end) / 16;
        const std::uint64_t at_once = ice.sample(arrived[i].at).n + (blocks - 1) * config.cycles_per_block.n;
        ++(expected[i].at <= edge(at_once + config.latency.n) ? waited_for_data : waited_for_core);
      }
    }
  }
  for (const std::uint64_t seen : {inside, across, at_boundary, broken, empty, waited_for_core, waited_for_data}) {
    EXPECT_GT(seen, 5'000u);
  }
}

}  // namespace
}  // namespace icesim
