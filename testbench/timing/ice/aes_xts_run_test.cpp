// SPDX-License-Identifier: Apache-2.0
#include "models/ice/aes_xts_pipeline.hpp"
#include "testbench/support/any_train.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/timing/ice/pipeline_rig.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using test::program;

/// Mostly engines whose runs follow one rule, and tweaks that take about as long as a data unit of `blocks`.
AesXtsPipelineConfig any_engine(std::uint64_t blocks) {
  AesXtsPipelineConfig config = test::any_config<AesXtsPipelineConfig>();
  if (config.engines == Engines::allocated) config.ring_positions = 1;
  if (test::any_of(0, 4, 0) < 4) {
    config.cores = config.ring_positions = 1;
    config.allocator.to_host_alone = config.allocator.to_device_both = 1;
    config.tweak_core = TweakCore::own;
  }
  if (test::any_of(0, 2, 1) > 0) {
    config.tweak_prefetch = 1;
    config.decryption_tweak_cycles = config.decryption_block_cycles = Cycles{0};
    if (test::any_of(0, 1, 1) > 0) config.cycles_per_block = Cycles{1};
    const std::uint64_t unit = blocks * config.cycles_per_block.n;
    const std::uint64_t about = test::any_of(0, 2, 0) < 2 ? unit : unit * test::any_of(20, 220, 50) / 100;
    config.tweak_latency = Cycles{std::clamp<std::uint64_t>(about + test::any_of(0, 4, 4), 4, 259) - 3};
  }
  return config;
}

std::vector<std::uint64_t> numbers_of(const AesXtsStatistics& s) {
  return {s.jobs,     s.jobs_beside, s.blocks,   s.tweaks,        s.bytes.n,     s.bypassed.n, s.key_loads,
          s.key_hits, s.unusable, s.tweak_stall.n, s.key_stall.n, s.busy.n};
}

TEST(AesXtsRun, PassesLikeTheListOfItsChunks) {
  std::uint64_t cases = 0, at_once = 0, partly = 0, by_itself = 0;
  test::check_cases(4000, [&] {
    ++cases;
    KeyslotFile keyslots{KeyslotFileConfig{}};
    const std::uint64_t unit = std::uint64_t{512} << test::any_of(0, 3, 1);
    for (std::uint64_t k = 0; k < 3; ++k) program(keyslots, k, Bytes{test::any_of(0, 3, 1) > 0 ? unit : 4096});
    const AesXtsPipelineConfig config = any_engine(unit / 16);
    const ClockDomain ice{Hertz{test::any_of(10'000'000, 2'000'000'000, 300'000'000)}, Cycles{test::any_of(1, 4, 2)}};
    AesXtsPipeline pipeline("pipeline", config, ice, keyslots), slow("slow", config, ice, keyslots);
    std::array<Picoseconds, 2> at{};
    for (std::uint64_t jobs = test::any_of(1, 6, 2); jobs > 0; --jobs) {
      CryptoJob job;
      job.enabled = test::any_of(0, 6, 1) > 0;
      job.direction = test::any_of(0, 1, 0) == 0 ? Direction::to_device : Direction::to_host;
      job.keyslot = Keyslot{test::any_of(0, 3, 0)};  // the last one is not usable
      job.offset = 16 * test::any_of(0, 1000, 0);
      if (test::any_of(0, 2, 0) == 1) {  // the first unit ends about when the next one's tweak is there
        const std::uint64_t blocks = config.tweak_latency.n / config.cycles_per_block.n + test::any_of(0, 4, 2) - 2;
        job.offset = unit - 16 * std::clamp<std::uint64_t>(blocks, 1, unit / 16);
      }
      Picoseconds& time = at[static_cast<std::size_t>(job.direction)];
      time += Picoseconds{test::any_of(0, 5'000'000, 0)};
      const std::uint64_t step = test::any_of(0, 6, 1) == 0 ? test::any_of(1, 600, 24) : 16 * test::any_of(1, 40, 17);
      const std::uint64_t grain = test::any_of(0, 6, 1) == 0 ? 8 : 16;
      Train train = test::any_train(ice, divide_up(step, 16) * config.block_cycles(job.direction).n, step, grain, time);
      const std::uint64_t count = train.run().count();
      Train list = test::list_of(train);
      if (list.front().end == 0) continue;
      slow.pass(job, list);
      pipeline.pass(job, train);
      ++(train.run().count() == count ? at_once : train.has_run() ? partly : by_itself);
      RC_ASSERT(train.back().at == list.back().at);
      RC_ASSERT(train.size() == list.size());
      for (std::size_t i = 0; i < list.size(); ++i) {
        RC_ASSERT(train[i].end == list[i].end);
        RC_ASSERT(train[i].at == list[i].at);
      }
      for (const Direction direction : {Direction::to_device, Direction::to_host}) {
        RC_ASSERT(numbers_of(pipeline.statistics(direction)) == numbers_of(slow.statistics(direction)));
      }
      if (test::any_of(0, 3, 1) == 0) time = list.back().at;
    }
  });
  EXPECT_GT(at_once, cases / 8);
  EXPECT_GT(partly, cases / 8);
  EXPECT_GT(by_itself, cases / 8);
}

}  // namespace
}  // namespace icesim
