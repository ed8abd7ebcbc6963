// SPDX-License-Identifier: Apache-2.0
#include "models/aes_xts_pipeline.hpp"
#include "testbench/support/any_train.hpp"
#include "testbench/support/random_cases.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using namespace literals;

void program(KeyslotFile& keyslots, std::uint64_t keyslot, Bytes data_unit) {
  CryptoConfig entry;
  entry.set_config({data_unit_mask(data_unit), 0, true});
  for (std::size_t step = 0; step < program_writes; ++step) {
    const CryptoConfigWrite write = program_write(entry, step);
    keyslots.write(static_cast<std::uint32_t>(keyslot * CryptoConfig::word_count) + write.offset / 4, write.value);
  }
}

/// Mostly engines whose runs follow one rule, and tweaks that take about as long as a data unit.
AesXtsPipelineConfig any_engine() {
  AesXtsPipelineConfig config = test::any_config<AesXtsPipelineConfig>();
  if (test::any_of(0, 4, 0) < 4) {
    config.cores = config.ring_positions = 1;
    config.tweak_core = TweakCore::own;
  }
  if (test::any_of(0, 2, 0) > 0) {
    const std::uint64_t blocks = std::uint64_t{32} << test::any_of(0, 3, 0);
    config.tweak_latency = Cycles{
        std::clamp<std::uint64_t>(
            blocks * config.cycles_per_block.n * test::any_of(40, 220, 100) / 100 + test::any_of(0, 6, 3), 4, 259) -
        3};
  }
  return config;
}

std::vector<std::uint64_t> numbers_of(const AesXtsStatistics& s) {
  return {s.jobs,     s.blocks,   s.tweaks,        s.bytes.n,     s.bypassed.n, s.key_loads,
          s.key_hits, s.unusable, s.tweak_stall.n, s.key_stall.n, s.busy.n};
}

TEST(AesXtsRun, PassesLikeTheListOfItsChunks) {
  std::uint64_t at_once = 0, partly = 0, by_itself = 0;
  test::check_cases(4000, [&] {
    KeyslotFile keyslots{KeyslotFileConfig{}};
    const std::vector<std::uint64_t> units{512, 1024, 2048, 4096};
    for (std::uint64_t k = 0; k < 3; ++k) program(keyslots, k, Bytes{units[test::any_of(0, 3, 3)]});
    const AesXtsPipelineConfig config = any_engine();
    const ClockDomain ice{Hertz{test::any_of(10'000'000, 2'000'000'000, 300'000'000)}, Cycles{test::any_of(1, 4, 2)}};
    AesXtsPipeline pipeline("pipeline", config, ice, keyslots), slow("slow", config, ice, keyslots);
    std::array<Picoseconds, 2> at{};
    for (std::uint64_t jobs = test::any_of(1, 6, 2); jobs > 0; --jobs) {
      CryptoJob job;
      job.enabled = test::any_of(0, 6, 1) > 0;
      job.direction = test::any_of(0, 1, 0) == 0 ? Direction::to_device : Direction::to_host;
      job.keyslot = Keyslot{test::any_of(0, 3, 0)};  // the last one is not usable
      job.offset = 16 * test::any_of(0, 1000, 0);
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
  EXPECT_GT(at_once, 500u);
  EXPECT_GT(partly, 500u);
  EXPECT_GT(by_itself, 500u);
}

}  // namespace
}  // namespace icesim
