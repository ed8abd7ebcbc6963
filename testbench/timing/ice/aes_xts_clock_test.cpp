// SPDX-License-Identifier: Apache-2.0
#include "models/ice/aes_xts_pipeline.hpp"
#include "models/system/forget_simulation.hpp"
#include "testbench/timing/ice/pipeline_rig.hpp"

#include <gtest/gtest.h>
#include <memory>

/// The engine's clock changes while nothing is in it.
namespace icesim {
namespace {

using namespace literals;
using test::ice;

const ClockDomain low{Hertz{75'000'000}, Cycles{2}};

class AesXtsClockTest : public testing::Test {
 protected:
  AesXtsClockTest() { test::program(keyslots_, 0, 4096_B); }
  ~AesXtsClockTest() override {
    pipeline_.reset();
    forget_simulation();
  }
  void build() { pipeline_ = std::make_unique<AesXtsPipeline>("pipeline", config_, ice, keyslots_); }
  /// Passes a piece that is there at `at`, and returns when it has left.
  Picoseconds pass(Picoseconds at, std::uint64_t bytes = 4096, std::uint64_t offset = 0) {
    CryptoJob job;
    job.enabled = true;
    job.keyslot = Keyslot{0};
    job.offset = offset;
    Train train{{bytes, at}};
    pipeline_->pass(job, train);
    return train.back().at;
  }
  /// Cycles of a piece from the first edge that comes with it or after it: synchroniser, tweak, and a block a cycle.
  Cycles way(std::uint64_t blocks) const { return 2_cycles + config_.tweak_latency + Cycles{blocks - 1} + config_.latency; }

  AesXtsPipelineConfig config_;
  KeyslotFile keyslots_{KeyslotFileConfig{}};
  std::unique_ptr<AesXtsPipeline> pipeline_;
};

TEST_F(AesXtsClockTest, APieceBehindTheChangeLeavesOnEdgesOfTheNewClock) {
  build();
  pass(0_us);
  EXPECT_EQ(pass(10_us), ice.edge(ice.next(10_us) + way(256)));
  const AesXtsStatistics before = pipeline_->statistics(Direction::to_device);
  pipeline_->set_clock(low, 20_us + 1_ps);
  EXPECT_EQ(pipeline_->statistics(Direction::to_device).busy, before.busy) << "what was is not counted in the new clock";
  EXPECT_EQ(pass(20_us + 2_ps), low.edge(low.next(20_us + 2_ps) + way(256))) << "its key is still there";
  EXPECT_EQ(pipeline_->statistics(Direction::to_device).busy, before.busy + low.edge(256_cycles));
  pipeline_->set_clock(ice, 40_us);
  EXPECT_EQ(pass(40_us), ice.edge(ice.next(40_us) + way(256)));
}

/// A core takes a block in 100 cycles: 98 of them are left when the only block has left it, whatever the clock is.
TEST_F(AesXtsClockTest, ACoreThatIsStillBusyIsForAsManyCyclesOfTheNewClock) {
  config_.cycles_per_block = 100_cycles;
  config_.latency = 2_cycles;
  config_.tweak_latency = 1_cycles;
  build();
  pass(0_us, 16);
  const Picoseconds left = pass(10_us, 16);
  pipeline_->set_clock(low, left + 1_ps);
  const Cycles free = low.next(left + 1_ps) + 97_cycles;  // the first edge of the new clock stands for that behind `left`
  EXPECT_EQ(pass(left + 1_ps, 16, 16), low.edge(free + config_.latency));
}

}  // namespace
}  // namespace icesim
