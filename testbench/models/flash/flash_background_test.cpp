// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/random.hpp"
#include "testbench/models/flash/flash_fixture.hpp"

namespace icesim {
namespace {
using namespace literals;

/// A flash with spare superblocks, of which a third of the blocks are overwritten at random over and over.
class FlashBackgroundTest : public FlashTest {
 protected:
  void SetUp() override {
    FlashArrayConfig c = small_flash();
    c.over_provisioning_ppm = 700'000;
    build(c);
  }
  void overwrite(std::uint32_t blocks) {
    const std::uint64_t freed = listener->freed_blocks();
    for (std::uint32_t i = 0; i < blocks; i += 12) {
      while (i + 12 - (listener->freed_blocks() - freed) > flash->buffer_blocks()) run_to(kernel_now() + 50_us);
      for (std::uint32_t each = 0; each < 12; ++each)
        flash->write(Lba{random_.below(flash->geometry().blocks / 3)}, 1, kernel_now() + 1_ps);
      run_to(kernel_now() + 5_us);
    }
    run_to(kernel_now() + 100_ms);
  }
  FlashBackgroundControl::State state(std::uint32_t more) const { return flash->background()->state(more); }
  void ask(std::uint32_t more) {
    flash->background()->collect_ahead(more, kernel_now() + 1_ps);
    run_to(kernel_now() + 1'000_ms);
  }

 private:
  Random random_{7};
};

TEST_F(FlashBackgroundTest, CollectsAheadWhileItIsAskedToAndSomethingIsGained) {
  EXPECT_FALSE(state(3).wants);
  ask(3);
  EXPECT_EQ(flash->statistics().gc_moved_blocks, 0u) << "nothing is gained of a flash that was not overwritten";
  ask(0);
  overwrite(flash->geometry().blocks * 2);
  const FlashGeometry& g = flash->geometry();
  const std::uint32_t before = flash->free_superblocks();
  ASSERT_LE(before, g.dies * (config.gc_threshold + 1));
  ASSERT_TRUE(state(3).wants);
  ASSERT_FALSE(state(3).works);
  const std::uint64_t moved = flash->statistics().gc_moved_blocks;
  run_to(kernel_now() + 1'000_ms);
  EXPECT_EQ(flash->statistics().gc_moved_blocks, moved);
  ask(3);
  EXPECT_GT(flash->statistics().gc_moved_blocks, moved);
  EXPECT_GE(flash->free_superblocks(), before + 2 * g.dies);
  EXPECT_FALSE(state(3).works);
  EXPECT_FALSE(state(3).needs);
  // It goes on when something is gained, and ends when it is asked to.
  const std::uint64_t ahead = flash->statistics().gc_moved_blocks;
  overwrite(g.blocks);
  EXPECT_GT(flash->statistics().gc_moved_blocks, ahead);
  EXPECT_GE(flash->free_superblocks(), before + 2 * g.dies);
  ask(0);
  overwrite(g.blocks);
  EXPECT_LE(flash->free_superblocks(), before + g.dies);
}

TEST_F(FlashBackgroundTest, IsTakenOnTheEdgeOfARequest) {
  overwrite(flash->geometry().blocks * 2);
  ASSERT_TRUE(state(3).wants);
  const Picoseconds at = kernel_now() + 1'234_ps;
  flash->background()->collect_ahead(3, at);
  run_to(taken(at) - 2_ps);
  EXPECT_FALSE(state(3).works);
  run_to(taken(at));
  EXPECT_TRUE(state(3).works);
}

}  // namespace
}  // namespace icesim
