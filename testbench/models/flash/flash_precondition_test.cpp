// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "testbench/models/flash/flash_oracle.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace icesim {
namespace {
using namespace literals;

TEST(IndexPermutation, IsAnOrderOfAllNumbersBelowAnySizeBothWays) {
  for (const std::uint32_t size : {1u, 2u, 3u, 7u, 64u, 65u, 1000u, 4097u}) {
    const IndexPermutation order(size, 5);
    std::vector<std::uint32_t> numbers;
    std::uint32_t in_place = 0;
    for (std::uint32_t i = 0; i < size; ++i) {
      numbers.push_back(order.at(i));
      in_place += numbers.back() == i ? 1 : 0;
      ASSERT_EQ(order.index_of(numbers.back()), i);
    }
    std::sort(numbers.begin(), numbers.end());
    for (std::uint32_t i = 0; i < size; ++i) ASSERT_EQ(numbers[i], i);
    EXPECT_LT(in_place, size > 60 ? 8u : 8u + size) << size;
  }
  const IndexPermutation large(~0u, 5);
  for (const std::uint32_t i : {0u, 1u, 77'777'777u, ~0u - 1}) EXPECT_EQ(large.index_of(large.at(i)), i);
}

/// Two dies of 120 superblocks of 96 blocks, 15 % of them over-provisioned.
FlashArrayConfig used_flash() {
  FlashArrayConfig config = small_flash();
  config.channels = 2;
  config.dies_per_channel = 1;
  config.capacity = logical_block * (2 * 102 * 96);
  config.over_provisioning_ppm = 180'000;
  return config;
}

class FlashPrecondition : public FlashTest {
 protected:
  struct Means {
    double free = 0;    ///< superblocks of a die after the flash has rested
    double read = 0;    ///< in us, of one block, in the first half of an overwrite at half the rate
    double write = 0;   ///< in us for a block, in the overwrite after that
    double amplification = 0;
    double erases = 0;  ///< for each block written
  };
  std::uint32_t random_block() { return random_() % written_; }

  /// Overwrites blocks at random as fast as they are taken.
  void overwrite(std::uint32_t count) {
    const std::uint64_t freed = listener->freed_blocks();
    for (std::uint32_t written = 0; written < count; run_to(kernel_now() + 100_us)) {
      for (auto held = written - (listener->freed_blocks() - freed); held < flash->buffer_blocks() && written < count; ++held) {
        flash->write(Lba{random_block()}, 1, kernel_now() + 1_ps);
        ++written;
      }
    }
    flash->flush(0, kernel_now() + 1_ps);
    run();
    listener->freed.clear();
  }

  /// Overwrites at half of that rate, and reads; returns the mean time of a read in us.
  double read(std::uint32_t count) {
    listener->pieces.clear();
    std::vector<Picoseconds> asked;
    while (asked.size() < count) {
      for (std::uint32_t i = 0; i < 3; ++i) flash->write(Lba{random_block()}, 1, kernel_now() + 1_ps);
      run_to(kernel_now() + Picoseconds{random_() % 900'000'000u});
      asked.push_back(kernel_now() + 1_ps);
      flash->read(static_cast<std::uint32_t>(asked.size()) - 1, Lba{random_block()}, 1, asked.back());
      run_to(Picoseconds{(kernel_now().n / 1'000'000'000 + 1) * 1'000'000'000});
    }
    flash->flush(0, kernel_now() + 1_ps);
    run();
    double sum = 0;
    for (const FlashListener::Piece& piece : listener->pieces) sum += static_cast<double>((piece.at - asked[piece.command]).n);
    listener->freed.clear();
    return sum / 1e6 / count;
  }

  Means measured() {
    Means means;
    means.free = static_cast<double>(flash->free_superblocks()) / flash->geometry().dies;
    means.read = read(written_ / 6);
    const FlashStatistics before = flash->statistics();
    const Picoseconds begin = kernel_now();
    overwrite(written_);
    const FlashStatistics& after = flash->statistics();
    means.amplification = static_cast<double>(after.flash_blocks_programmed - before.flash_blocks_programmed) / written_;
    means.erases = static_cast<double>(after.erases - before.erases) / written_;
    means.write = static_cast<double>((listener->flushed.back().at - begin).n) / 1e6 / written_;
    return means;
  }

  /// Replays: overwrites a device that was written in order, for long.
  Means replayed(FlashArrayConfig config) {
    config.precondition.pattern = FlashPattern::sequential;
    build(config);
    written_ = flash->geometry().delivered_blocks;
    overwrite(6 * written_);
    return measured();
  }
  Means constructed(FlashArrayConfig config) {
    config.precondition.pattern = FlashPattern::random;
    build(config);
    written_ = flash->geometry().delivered_blocks;
    return measured();
  }

  FlashRandom random_{7};
  std::uint32_t written_ = 0;

};

class FlashPreconditionFills : public FlashPrecondition, public testing::WithParamInterface<std::uint64_t> {};

/// What is built at once behaves as what six overwrites of everything leave. The distances: a superblock of each die, 3 %, and
/// 15 % of the mean of reads, of which one in twenty waits for collection.
TEST_P(FlashPreconditionFills, IsWhatReplayingLeaves) {
  FlashArrayConfig config = used_flash();
  config.precondition.fill_ppm = GetParam();
  const Means was = replayed(config);
  take_down();
  const Means is = constructed(config);
  EXPECT_NEAR(is.free, was.free, 1.0);
  EXPECT_NEAR(is.amplification, was.amplification, 0.03 * was.amplification);
  EXPECT_NEAR(is.erases, was.erases, 0.03 * was.erases);
  EXPECT_NEAR(is.write, was.write, 0.03 * was.write);
  EXPECT_NEAR(is.read, was.read, 0.15 * was.read);
}

INSTANTIATE_TEST_SUITE_P(Some, FlashPreconditionFills, testing::Values(1'000'000, 700'000));

class FlashPreconditionVictims : public FlashPrecondition, public testing::WithParamInterface<GcVictim> {};

/// The same where collection chooses otherwise.
TEST_P(FlashPreconditionVictims, IsWhatReplayingLeaves) {
  FlashArrayConfig config = used_flash();
  config.gc_victim = GetParam();
  const Means was = replayed(config);
  take_down();
  const Means is = constructed(config);
  EXPECT_NEAR(is.free, was.free, 1.0);
  EXPECT_NEAR(is.amplification, was.amplification, 0.03 * was.amplification);
  EXPECT_NEAR(is.erases, was.erases, 0.03 * was.erases);
}

INSTANTIATE_TEST_SUITE_P(Other, FlashPreconditionVictims,
                         testing::Values(GcVictim::cost_benefit, GcVictim::fifo, GcVictim::windowed));

TEST_F(FlashPrecondition, WhatIsDeliveredInOrderIsNotThat) {
  FlashArrayConfig config = used_flash();
  build(config);
  written_ = flash->geometry().delivered_blocks;
  const double in_order = read(written_ / 24);
  EXPECT_EQ(flash->statistics().gc_moved_blocks, 0u) << "while there is space that was never used";
  take_down();
  config.precondition.pattern = FlashPattern::random;
  build(config);
  EXPECT_GT(read(written_ / 24), 2 * in_order);
}

/// Every block lies somewhere, alone, and what lies there says so; what was not written lies nowhere.
TEST(FlashPreconditionMap, EveryDeliveredBlockHasAPlaceOfItsOwn) {
  FlashArrayConfig config = used_flash();
  config.precondition = {600'000, FlashPattern::random};
  const FlashOracle oracle(config);
  const FlashGeometry& g = oracle.geometry;
  EXPECT_EQ(g.delivered_blocks, g.blocks * 6 / 10);
  std::set<BlockNumber> places;
  std::uint32_t behind = 0;
  for (BlockNumber block = 0; block < g.blocks; ++block) {
    const FlashMap::Found found = oracle.translation.map().find(block);
    ASSERT_EQ(found.where == FlashMap::Where::flash, block < g.delivered_blocks);
    if (block >= g.delivered_blocks) continue;
    ASSERT_TRUE(places.insert(g.number(found.place)).second);
    ASSERT_EQ(oracle.translation.map().space(found.place.die).resident(found.place.superblock, found.place.offset), block);
    behind += block > 0 && oracle.translation.map().find(block - 1).place.superblock == found.place.superblock ? 1 : 0;
  }
  EXPECT_LT(behind, g.delivered_blocks / 20) << "in no order";
}

TEST(FlashPreconditionSize, ADeviceOfTooManySuperblocksIsRefusedInALineThatNamesWhatToChange) {
  FlashArrayConfig config;
  config.pages_per_block = 3;
  config.precondition.pattern = FlashPattern::random;
  config.capacity = Bytes{std::uint64_t{4} << 40};
  try {
    FlashGeometry{config};
    FAIL();
  } catch (const UserError& error) {
    const std::string line = error.what();
    EXPECT_EQ(line.find("flash.precondition.pattern: random is for 4194304 superblocks at most, and "), 0u) << line;
    EXPECT_NE(line.find("flash.pages_per_block of 3"), std::string::npos) << line;
  }
  config.precondition.pattern = FlashPattern::sequential;
  EXPECT_NO_THROW(FlashGeometry{config});
}

TEST(FlashPreconditionSize, ADeviceWhoseCollectionMovesTooMuchIsRefusedInALineThatNamesWhatToChange) {
  FlashArrayConfig config;
  config.precondition.pattern = FlashPattern::random;
  config.capacity = Bytes{std::uint64_t{4} << 40};
  config.over_provisioning_ppm = 0;
  try {
    FlashGeometry{config};
    FAIL();
  } catch (const UserError& error) {
    const std::string line = error.what();
    EXPECT_EQ(line.find("flash.precondition.pattern: random has collection move "), 0u) << line;
    EXPECT_NE(line.find("; raise flash.over_provisioning_ppm of 0, or"), std::string::npos) << line;
  }
  config.over_provisioning_ppm = 70'000;
  EXPECT_NO_THROW(FlashGeometry{config});
}

/// It is asked for before a geometry is made of the configuration.
TEST(FlashPreconditionSize, WhatCollectionMovesIsNotTalliedForSuperblocksWithoutAUnit) {
  FlashArrayConfig config;
  config.precondition.pattern = FlashPattern::random;
  config.pages_per_block = 1;
  EXPECT_THROW(FlashGeometry::moved_for(config, 1), UserError);
}

/// 256 GB in less than a second, 1 TB in less memory than its map would take.
TEST(FlashPreconditionSize, ALargeDeviceIsThereAtOnce) {
  for (const std::uint64_t gib : {238u, 931u}) {
    FlashArrayConfig config;
    config.capacity = Bytes{gib << 30};
    config.precondition.pattern = FlashPattern::random;
    const auto begin = std::chrono::steady_clock::now();
    const FlashGeometry geometry(config);
    FlashDies dies(geometry);
    FlashStatistics statistics;
    const FlashTranslation translation(config, geometry, dies, statistics);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(translation.find(77'777).where, FlashTranslation::Where::flash);
    EXPECT_LT(took.count(), 10.0) << "ten times what it takes, as tests run beside others";
    RecordProperty("milliseconds_" + std::to_string(gib), static_cast<int>(took.count() * 1000));
  }
}

}  // namespace
}  // namespace icesim
