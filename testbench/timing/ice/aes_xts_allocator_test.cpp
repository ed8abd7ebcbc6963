// SPDX-License-Identifier: Apache-2.0
#include "models/ice/aes_xts_pipeline.hpp"
#include "models/system/forget_simulation.hpp"
#include "testbench/timing/ice/pipeline_rig.hpp"

#include <gtest/gtest.h>
#include <memory>

namespace icesim {
namespace {

using namespace literals;
using test::ice;

/// Iterative cores from a pool. Keys and tweaks cost nothing that is counted here: both directions have their key.
class AesXtsAllocatorTest : public testing::Test {
 protected:
  AesXtsAllocatorTest() {
    config_.engines = Engines::allocated;
    config_.cycles_per_block = 14_cycles;
    config_.latency = 15_cycles;
    config_.tweak_latency = 15_cycles;
    test::program(keyslots_, 0, 4096_B);
    pipeline_ = std::make_unique<AesXtsPipeline>("pipeline", config_, ice, keyslots_);
    pass(10, 16, Direction::to_device);
    pass(500, 16, Direction::to_host);
  }
  ~AesXtsAllocatorTest() override {
    pipeline_.reset();
    forget_simulation();
  }

  /// Passes a piece that is sampled whole at cycle `n`, and returns the cycle in which it has left.
  std::uint64_t pass(std::uint64_t n, std::uint64_t bytes, Direction direction, bool enabled = true) {
    CryptoJob job;
    job.direction = direction;
    job.enabled = enabled;
    job.keyslot = Keyslot{0};
    Train train{{bytes, ice.edge(Cycles{n} - ice.sync_stages())}};
    pipeline_->pass(job, train);
    return ice.next(train.back().at).n;
  }
  /// Cycles for `blocks` on `cores`: the tweak, the turns that all cores take, and one block.
  std::uint64_t cycles(std::uint64_t blocks, std::uint64_t cores) const {
    return (config_.tweak_latency + config_.cycles_per_block * ((blocks - 1) / cores) + config_.latency).n;
  }
  std::uint64_t beside(Direction direction) const { return pipeline_->statistics(direction).jobs_beside; }

  AesXtsPipelineConfig config_;
  KeyslotFile keyslots_{KeyslotFileConfig{}};
  std::unique_ptr<AesXtsPipeline> pipeline_;
};

TEST_F(AesXtsAllocatorTest, HasTheNumbersThatLinuxWritesForQualcommsEngine) {
  EXPECT_EQ(config_.allocator.cores(Direction::to_host, false), 28u);
  EXPECT_EQ(config_.allocator.cores(Direction::to_device, false), 28u);
  EXPECT_EQ(config_.allocator.cores(Direction::to_host, true), 15u);
  EXPECT_EQ(config_.allocator.cores(Direction::to_device, true), 13u);
}

TEST_F(AesXtsAllocatorTest, ADirectionAloneHasTheCoresForThat) {
  EXPECT_EQ(pass(1000, 4096, Direction::to_device), 1000 + cycles(256, 28));
  EXPECT_EQ(pass(2000, 4096, Direction::to_host), 2000 + cycles(256, 28));
  EXPECT_EQ(beside(Direction::to_device) + beside(Direction::to_host), 0u);
}

TEST_F(AesXtsAllocatorTest, APieceThatBeginsBesideAnotherHasItsShareUntilTheOtherHasLeft) {
  for (const Direction first : {Direction::to_device, Direction::to_host}) {
    const Direction second = first == Direction::to_device ? Direction::to_host : Direction::to_device;
    const std::uint64_t share = second == Direction::to_host ? 15 : 13;
    const std::uint64_t early = first == Direction::to_device ? 10'000 : 20'000;
    // One edge before the last block has left.
    std::uint64_t left = pass(early, 4096, first);
    EXPECT_EQ(pass(left - 1, 4096, second), left - 1 + cycles(256, share));
    EXPECT_EQ(beside(second), 1u);
    // On time.
    left = pass(early + 5000, 4096, first);
    EXPECT_EQ(pass(left, 4096, second), left + cycles(256, 28));
    EXPECT_EQ(beside(second), 1u);
  }
}

TEST_F(AesXtsAllocatorTest, APieceUnderWayKeepsItsCores) {
  const std::uint64_t left = pass(1000, 9 * 28 * 16, Direction::to_host);  // the last 28 begin at once
  ASSERT_EQ(left, 1000 + cycles(9 * 28, 28));
  const std::uint64_t other = pass(1001, 4096, Direction::to_device);
  EXPECT_EQ(other, 1001 + cycles(256, 13));
  // The next one of the same direction has its share, behind the last 15 blocks of the one before.
  EXPECT_EQ(pass(1002, 16, Direction::to_host), left + config_.cycles_per_block.n);
}

TEST_F(AesXtsAllocatorTest, ManyCoresAreFreeAtOnceAfterFew) {
  pass(1000, 65536, Direction::to_device);
  const std::uint64_t squeezed = pass(1001, 16 * 15, Direction::to_host);
  ASSERT_EQ(squeezed, 1001 + cycles(15, 15));
  const std::uint64_t alone = pass(1000 + cycles(4096, 28), 16 * 28, Direction::to_host);
  EXPECT_EQ(alone, 1000 + cycles(4096, 28) + cycles(28, 28));
}

TEST_F(AesXtsAllocatorTest, WhatPassesByNeedsNoCores) {
  pass(1000, 4096, Direction::to_device, false);
  EXPECT_EQ(pass(1000, 4096, Direction::to_host), 1000 + cycles(256, 28));
}

TEST_F(AesXtsAllocatorTest, SustainsSixteenBytesACoreAndInterval) {
  const std::uint64_t bytes = 1 << 20;
  const std::uint64_t first = pass(1000, 16, Direction::to_device) - 1;  // the one under way
  pass(first, bytes, Direction::to_host);
  const double rate = static_cast<double>(bytes) / static_cast<double>(pass(first + 1, bytes, Direction::to_device) - first);
  EXPECT_NEAR(rate, 16.0 * 13 / 14, 0.01 * rate);
}

}  // namespace
}  // namespace icesim
