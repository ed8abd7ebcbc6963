// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/flash/flash_fixture.hpp"

namespace icesim {
namespace {
using namespace literals;

/// One superblock of 8 rows of 4 blocks in SLC mode on each of 4 dies.
class FlashBoosterTiming : public FlashTest {
 protected:
  void SetUp() override {
    FlashArrayConfig c = small_flash();
    c.booster.capacity = logical_block * (4 * 32);
    c.booster.idle_time = 3_ms;
    build(c);
  }
  const FlashBoosterStatistics& counts() const { return flash->statistics().booster; }
  std::uint32_t row() const { return flash->geometry().row_blocks; }
  /// Fills all of it, and lets that end; returns when the last request is taken.
  Picoseconds fill() {
    const Picoseconds at = kernel_now() + 1_us;
    flash->write(Lba{0}, 64, at);
    run_to(kernel_now() + 1_ms);
    flash->write(Lba{64}, 64, at + 1_ms);
    return taken(at + 1_ms);
  }
};

TEST_F(FlashBoosterTiming, AProgramIsARowOnTheBusAndItsProgramTime) {
  const Picoseconds at = 1'234'567_ps;
  flash->write(Lba{0}, row(), at);
  const Cycles end = later(clock.sample(at) + transfer(row()), config.booster.program_time);
  run();
  ASSERT_EQ(listener->freed.size(), 1u);
  EXPECT_EQ(listener->freed[0].blocks, row());
  EXPECT_EQ(listener->freed[0].at, clock.edge(end));
}

TEST_F(FlashBoosterTiming, AReadTakesItsReadTime) {
  flash->write(Lba{100}, row(), 1_us);
  run();
  const Picoseconds at = kernel_now() + 1_us;
  flash->read(7, Lba{101}, 2, at);
  run();
  const Cycles sensed = later(clock.sample(at), config.booster.read_time);
  ASSERT_EQ(listener->pieces.size(), 1u);
  EXPECT_EQ(listener->pieces[0], (FlashListener::Piece{7, 101, 2, clock.edge(sensed + transfer(2))}));
}

TEST_F(FlashBoosterTiming, MigrationBeginsWhenTheFlashWasAskedForNothingForIdleTime) {
  const Picoseconds last = fill();
  const Cycles begin = clock.next(last + config.booster.idle_time);
  const Cycles first_read = later(begin, config.booster.read_time) + transfer(row());
  run_to(clock.edge(first_read - 1_cycles));
  EXPECT_EQ(counts().migration_reads, 0u);
  run_to(clock.edge(first_read));
  EXPECT_EQ(counts().migration_reads, 2u) << "of two dies; the buses of their channels have two each";
  run();
  EXPECT_EQ(counts().migrated_blocks, 128u);
}

TEST_F(FlashBoosterTiming, ARequestBeforeThatPutsItOff) {
  const Picoseconds last = fill();
  const Cycles begin = clock.next(last + config.booster.idle_time);
  // Of a block that lies in the rest of the flash, so that it is taken without an event.
  const Picoseconds at = clock.edge(begin - clock.sync_stages() - 1_cycles);
  run_to(at - 2_us);
  flash->read(1, Lba{1000}, 1, at);
  const Cycles put_off = clock.next(taken(at) + config.booster.idle_time);
  const Cycles first_read = later(put_off, config.booster.read_time) + transfer(row());
  run_to(clock.edge(first_read - 1_cycles));
  EXPECT_EQ(counts().migration_reads, 0u);
  run_to(clock.edge(first_read));
  EXPECT_EQ(counts().migration_reads, 2u);
}

/// A request ends the rest: the operation under way ends, and none follows.
TEST_F(FlashBoosterTiming, ARequestEndsTheRest) {
  const Picoseconds last = fill();
  const Cycles begin = clock.next(last + config.booster.idle_time);
  run_to(clock.edge(begin));
  const Picoseconds at = clock.edge(begin + 100_cycles);
  flash->read(1, Lba{1000}, 1, at);
  run_to(clock.edge(clock.next(taken(at) + config.booster.idle_time)) - 1_ps);
  EXPECT_EQ(counts().migration_reads, 4u) << "one of each die";
  EXPECT_EQ(counts().migration_programs, 0u);
  run();
  EXPECT_EQ(counts().migrated_blocks, 128u);
}

/// A flush and the booster's being enabled are taken as requests are, and migration has what the dies' other work leaves.
TEST_F(FlashBoosterTiming, AFlushBeginsOnTheEdgeOnWhichItIsTaken) {
  fill();
  run_to(kernel_now() + 2_ms);
  const Picoseconds at = kernel_now() + 1_us;
  flash->booster()->flush(true, at);
  const Cycles first_read = later(clock.sample(at), config.booster.read_time) + transfer(row());
  run_to(clock.edge(first_read - 1_cycles));
  EXPECT_EQ(counts().migration_reads, 0u);
  run_to(clock.edge(first_read));
  EXPECT_EQ(counts().migration_reads, 2u);
}

}  // namespace
}  // namespace icesim
