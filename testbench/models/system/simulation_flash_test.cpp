// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/odd_flash.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/support/sim_test.hpp"

namespace icesim {
namespace {

using namespace literals;
using test::Values;

/// Reads and overwrites of a small full device, as fast as they go.
GeneratorConfig overwrites(Bytes range, std::uint64_t seed) {
  GeneratorConfig workload;
  workload.requests = 3000;
  workload.lengths = Lengths::two;
  workload.longest = 64_KiB;
  workload.long_percent = 20;
  workload.range = range;
  workload.read_percent = 30;
  workload.seed = seed;
  return workload;
}

Values replay(const FlashArrayConfig& flash, const GeneratorConfig& workload, ReplayMode mode) {
  SystemConfig config;
  config.payload = Payload::verify;
  config.replay.mode = mode;
  config.flash = flash;
  return test::simulate(config, workload);
}

FlashArrayConfig one_channel(Bytes capacity) {
  FlashArrayConfig flash;
  flash.capacity = capacity;
  flash.channels = 1;
  flash.planes = 2;
  flash.page_bytes = 4_KiB;
  return flash;
}

/// Collection once padded what it moved into superblocks that were as worth collecting as those before, and so on.
TEST(SimulationFlash, CollectionOfASmallFullDeviceEnds) {
  FlashArrayConfig flash = one_channel(2_MiB);
  flash.dies_per_channel = 1;
  flash.pages_per_program = 4;
  flash.pages_per_block = 32;
  Values v = replay(flash, overwrites(2_MiB, 14), ReplayMode::asap);
  EXPECT_EQ(v.at("driver.requests_completed"), 3000u);
  EXPECT_EQ(v.at("payload.mismatches"), 0u);
  EXPECT_GT(v.at("flash.gc_moved_blocks"), 0u);

  flash = one_channel(1200_KiB);
  flash.dies_per_channel = 2;
  flash.pages_per_program = flash.pages_per_block = 1;
  v = replay(flash, overwrites(1200_KiB, 41), ReplayMode::asap);
  EXPECT_EQ(v.at("driver.requests_completed"), 3000u);
  EXPECT_EQ(v.at("payload.mismatches"), 0u);
  EXPECT_GT(v.at("flash.gc_moved_blocks"), 0u);
}

TEST(SimulationFlash, EveryShapeOfASmallDeviceKeepsWhatIsWritten) {
  std::uint64_t moved = 0;
  test::check_cases(8, [&] {
    Random random(*rc::gen::arbitrary<std::uint64_t>());
    const FlashArrayConfig flash = test::odd_flash(random);
    GeneratorConfig workload = overwrites(random.chance(50) ? flash.capacity : 512_KiB, random.next());
    workload.requests = 1500;
    workload.read_percent = random.below(60);
    workload.flush_percent = random.below(2) * random.below(30);
    workload.discard_percent = random.below(2) * random.below(30);
    workload.keys = random.below(4);
    const Values v = replay(flash, workload, static_cast<ReplayMode>(random.below(3)));
    RC_ASSERT(v.at("driver.requests_completed") == workload.requests);
    RC_ASSERT(v.at("driver.failed") == 0u);
    RC_ASSERT(v.at("payload.mismatches") == 0u);
    moved += v.at("flash.gc_moved_blocks");
  });
  EXPECT_GT(moved, 0u);
}

}  // namespace
}  // namespace icesim
