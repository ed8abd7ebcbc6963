// SPDX-License-Identifier: Apache-2.0
#include "models/ice/aes_xts_pipeline.hpp"

#include "models/system/forget_simulation.hpp"
#include "testbench/timing/ice/pipeline_rig.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <utility>

namespace icesim {
namespace {

using namespace literals;
using test::edge;
using test::ice;
using test::program;

/// Arrives so that it is sampled at cycle `n`.
Picoseconds sampled_at(std::uint64_t n) { return edge(n - ice.sync_stages().n); }

/// An engine whose first key is already loaded, so that only the rule under test costs cycles.
class AesXtsPipelineTest : public testing::Test {
 protected:
  ~AesXtsPipelineTest() override {
    pipeline_.reset();
    forget_simulation();
  }

  void build(Bytes data_unit = 4096_B) {
    for (std::uint64_t k = 0; k < 8; ++k) program(keyslots_, k, data_unit);
    pipeline_ = std::make_unique<AesXtsPipeline>("pipeline", config_, ice, keyslots_);
  }
  /// Passes one piece that arrives whole, and returns the cycle in which it has left.
  std::uint64_t pass(std::uint64_t sampled, std::uint64_t bytes, CryptoJob job) {
    Train train{{bytes, sampled_at(sampled)}};
    pipeline_->pass(job, train);
    return ice.next(train.back().at).n;
  }
  static CryptoJob job(std::uint64_t keyslot = 0, Direction direction = Direction::to_device) {
    CryptoJob result;
    result.direction = direction;
    result.enabled = true;
    result.keyslot = Keyslot{keyslot};
    return result;
  }
  /// Loads the key of a job with one block; everything has left long before cycle 1000.
  void warm(std::uint64_t keyslot = 0, Direction direction = Direction::to_device) {
    pass(10, 16, job(keyslot, direction));
  }

  std::uint64_t tweak() const { return config_.tweak_latency.n; }
  std::uint64_t latency() const { return config_.latency.n; }
  std::uint64_t interval() const { return config_.cycles_per_block.n; }

  AesXtsPipelineConfig config_;
  KeyslotFile keyslots_{KeyslotFileConfig{}};
  std::unique_ptr<AesXtsPipeline> pipeline_;
};

TEST_F(AesXtsPipelineTest, SendsOutTheFirstBlockTweakAndBlockLatencyAfterItWasSampled) {
  build();
  warm();
  EXPECT_EQ(pass(1000, 16, job()), 1000 + tweak() + latency());
  // One picosecond late is one cycle late.
  Train train{{16, sampled_at(2000) + 1_ps}};
  pipeline_->pass(job(), train);
  EXPECT_EQ(train[0].at, edge(2001 + tweak() + latency()));
}

TEST_F(AesXtsPipelineTest, AgreesWithTheMeasuredEngine) {
  build();
  warm();
  // Recorded RTL, AES-256, fully unrolled [aes-cores] [aes-cost-model]: cycles until 1 block, 4 KiB and 6 x 4 KiB have
  // left.
  EXPECT_EQ(pass(1000, 16, job()) - 1000, 63u);
  EXPECT_EQ(pass(2000, 4096, job()) - 2000, 318u);
  EXPECT_EQ(pass(3000, 6 * 4096, job()) + 1 - 3000, 1599u);
}

TEST_F(AesXtsPipelineTest, AcceptsABlockEveryInterval) {
  config_.cycles_per_block = 3_cycles;
  build();
  warm();
  EXPECT_EQ(pass(1000, 4096, job()), 1000 + tweak() + 255 * interval() + latency());
}

TEST_F(AesXtsPipelineTest, GivesBlocksToItsCoresInTurn) {
  config_.cores = 4;
  config_.cycles_per_block = 15_cycles;
  build();
  warm();
  // The last block is number 255: number 3 of turn 63.
  EXPECT_EQ(pass(1000, 4096, job()), 1000 + tweak() + 63 * interval() + latency());
  EXPECT_EQ(pass(3000, 4096 + 16, job()), 3000 + tweak() + 64 * interval() + latency());
}

TEST_F(AesXtsPipelineTest, SlowDataLeaveALatencyAfterTheyWereSampled) {
  build();
  warm();
  Train train;
  for (std::uint64_t i = 0; i < 16; ++i) train.push_back({(i + 1) * 256, sampled_at(1000 + 100 * i)});
  pipeline_->pass(job(), train);
  EXPECT_EQ(train[0].at, edge(1000 + tweak() + 15 + latency()));
  for (std::uint64_t i = 1; i < 16; ++i) EXPECT_EQ(train[i].at, edge(1000 + 100 * i + 15 + latency())) << i;
}

TEST_F(AesXtsPipelineTest, BytesOfABrokenBlockWaitForTheRestOfIt) {
  build();
  warm();
  Train train{{40, sampled_at(1000)}, {47, sampled_at(1200)}, {64, sampled_at(1500)}};
  pipeline_->pass(job(), train);
  EXPECT_EQ(train[0].at, edge(1500 + latency()));
  EXPECT_EQ(train[1].at, edge(1500 + latency()));
  EXPECT_EQ(train[2].at, edge(1501 + latency()));
}

TEST_F(AesXtsPipelineTest, AShortDataUnitWaitsForTheTweakOfTheNext) {
  build(512_B);
  warm();
  const std::uint64_t blocks = 512 / 16;
  ASSERT_GT(tweak(), blocks * interval());
  const std::uint64_t bubble = tweak() - blocks * interval();
  EXPECT_EQ(pass(1000, 4096, job()), 1000 + tweak() + 255 + 7 * bubble + latency());
  EXPECT_EQ(pipeline_->statistics(Direction::to_device).tweak_stall.n, 2 * tweak() + 7 * bubble);
}

TEST_F(AesXtsPipelineTest, WithoutPrefetchEachDataUnitPaysItsTweak) {
  config_.tweak_prefetch = 0;
  build(1024_B);
  warm();
  const std::uint64_t blocks = 1024 / 16;
  // Requested when the last block was issued, which is `blocks - 1` intervals after the first.
  EXPECT_EQ(pass(1000, 4096, job()), 1000 + 4 * tweak() + 4 * (blocks - 1) + latency());
}

TEST_F(AesXtsPipelineTest, ASharedTweakCoreTakesOnePositionADataUnit) {
  config_.tweak_core = TweakCore::shared;
  build(4096_B);
  warm();
  // Tweak, first block when it has left, then one more position for each following data unit.
  EXPECT_EQ(pass(1000, 4 * 4096, job()), 1000 + latency() + (4 * 256 - 1) + 3 + latency());
}

TEST_F(AesXtsPipelineTest, ASharedTweakCoreWithoutPrefetchDrainsForEachDataUnit) {
  config_.tweak_core = TweakCore::shared;
  config_.tweak_prefetch = 0;
  build(4096_B);
  warm();
  // From the last block of a data unit to the first of the next: block latency + II [aes-cost-model].
  EXPECT_EQ(pass(1000, 2 * 4096, job()), 1000 + latency() + 255 + (latency() + interval()) + 255 + latency());
}

TEST_F(AesXtsPipelineTest, APieceInsideADataUnitPaysForItsOffset) {
  config_.offset_tweak_cycles = 11_cycles;
  build();
  warm();
  CryptoJob inside = job();
  inside.offset = 4096 + 240;
  EXPECT_EQ(pass(1000, 16, inside), 1000 + tweak() + 11 + latency());
  inside.offset = 8192;
  EXPECT_EQ(pass(2000, 16, inside), 2000 + tweak() + latency());
}

TEST_F(AesXtsPipelineTest, APieceInsideADataUnitMeetsTheNextUnitEarlier) {
  build(512_B);
  warm();
  CryptoJob inside = job();
  inside.offset = 512 - 16;
  // The first unit has one block; the tweak of the second was requested when that block was issued.
  EXPECT_EQ(pass(1000, 32, inside), 1000 + 2 * tweak() + latency());
}

TEST_F(AesXtsPipelineTest, TheNextPiecesTweakIsReadyWhenItsDataWaitedLongEnough) {
  build();
  warm();
  const std::uint64_t first = pass(1000, 4096, job());
  EXPECT_EQ(pass(1001, 4096, job()), first + 256);
}

TEST_F(AesXtsPipelineTest, ASwitchOfKeyDrainsAndLoads) {
  build();
  warm();
  const std::uint64_t drained = pass(1000, 4096, job(0));
  const std::uint64_t second = pass(1001, 16, job(1));
  EXPECT_EQ(second, drained + config_.key_load_cycles.n + tweak() + latency());
  // Once drained, only the load remains.
  EXPECT_EQ(pass(2000, 16, job(0)), 2000 + config_.key_load_cycles.n + tweak() + latency());
  EXPECT_EQ(pass(3000, 16, job(0)), 3000 + tweak() + latency());
  EXPECT_EQ(pipeline_->statistics(Direction::to_device).key_loads, 3u);
}

TEST_F(AesXtsPipelineTest, AKeyProgrammedAnewIsLoadedAnew) {
  build();
  warm();
  program(keyslots_, 0, 4096_B);
  EXPECT_EQ(pass(1000, 16, job(0)), 1000 + config_.key_load_cycles.n + tweak() + latency());
}

TEST_F(AesXtsPipelineTest, SwitchingToAnExpandedKeyIsFreeUntilItIsReplaced) {
  config_.expanded_key_cache = 1;
  build();
  warm(0);
  pass(500, 16, job(1));
  EXPECT_EQ(pass(1000, 16, job(0)), 1000 + tweak() + latency());
  EXPECT_EQ(pass(2000, 16, job(1)), 2000 + tweak() + latency());
  EXPECT_EQ(pass(3000, 16, job(2)), 3000 + config_.key_load_cycles.n + tweak() + latency());  // replaces 0
  EXPECT_EQ(pass(4000, 16, job(1)), 4000 + tweak() + latency());
  EXPECT_EQ(pass(5000, 16, job(0)), 5000 + config_.key_load_cycles.n + tweak() + latency());
  program(keyslots_, 1, 4096_B);  // still cached, but stale
  EXPECT_EQ(pass(6000, 16, job(1)), 6000 + config_.key_load_cycles.n + tweak() + latency());
  EXPECT_EQ(pipeline_->statistics(Direction::to_device).key_hits, 3u);
}

TEST_F(AesXtsPipelineTest, BypassedDataCostTheBypassAndStayInOrder) {
  build();
  warm();
  CryptoJob plain;
  EXPECT_EQ(pass(1000, 4096, plain), 1000 + config_.bypass_latency.n);
  const std::uint64_t left = pass(2000, 4096, job());
  EXPECT_EQ(pass(2001, 16, plain), left);
  EXPECT_EQ(pipeline_->statistics(Direction::to_device).bypassed, 4096_B + 16_B);
}

TEST_F(AesXtsPipelineTest, EncryptedDataDoNotOvertakeASlowBypass) {
  config_.bypass_latency = 200_cycles;
  build();
  warm();
  const std::uint64_t left = pass(1000, 16, CryptoJob{});
  ASSERT_EQ(left, 1200u);
  EXPECT_EQ(pass(1001, 16, job()), left);
}

TEST_F(AesXtsPipelineTest, DirectionsHaveTheirOwnEngines) {
  build();
  warm(0, Direction::to_device);
  warm(0, Direction::to_host);
  const std::uint64_t write = pass(1000, 4096, job(0, Direction::to_device));
  EXPECT_EQ(pass(1000, 4096, job(0, Direction::to_host)), write);
}

TEST_F(AesXtsPipelineTest, ASharedEngineServesTheDirectionsOneAfterTheOther) {
  config_.engines = Engines::shared;
  build();
  warm();
  const std::uint64_t write = pass(1000, 4096, job(0, Direction::to_device));
  EXPECT_EQ(pass(1000, 4096, job(0, Direction::to_host)), write + 256);
}

TEST_F(AesXtsPipelineTest, APieceWhoseKeyWasWipedPassesBy) {
  build();
  warm();
  keyslots_.wipe(KeyslotFile::WipeCause::power_collapse);
  EXPECT_EQ(pass(1000, 4096, job()), 1000 + config_.bypass_latency.n);
  EXPECT_EQ(pipeline_->statistics(Direction::to_device).unusable, 1u);
}

TEST_F(AesXtsPipelineTest, SustainsSixteenBytesAnIntervalAndCore) {
  for (const auto& [cores, cycles] : {std::pair{1u, 1u}, {1u, 2u}, {1u, 15u}, {15u, 15u}, {28u, 14u}}) {
    config_.cores = cores;
    config_.cycles_per_block = Cycles{cycles};
    build();
    warm();
    const std::uint64_t bytes = 1 << 22;
    const std::uint64_t taken = pass(1000, bytes, job()) - 1000;
    const double rate = 16.0 * cores / cycles;
    EXPECT_NEAR(static_cast<double>(bytes) / static_cast<double>(taken), rate, 0.01 * rate) << cores << "/" << cycles;
    const Picoseconds occupied = ice.edge(Cycles{(bytes / 16 + 1) * cycles});
    EXPECT_EQ(pipeline_->statistics(Direction::to_device).busy.n, occupied.n / cores);
    pipeline_.reset();
  }
}

}  // namespace
}  // namespace icesim
