// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/flash/flash_fixture.hpp"

namespace icesim {
namespace {
using namespace literals;

class FlashSuspensionTiming : public FlashTest {
 protected:
  void build_with(std::uint64_t most, GcPriority priority = GcPriority::after_host) {
    FlashArrayConfig c = small_flash();
    c.suspension.most = most;
    c.suspension.program_time = 10_us;
    c.suspension.erase_time = 20_us;
    c.suspension.resume_time = 3_us;
    c.gc_priority = priority;
    build(c);
  }
  /// Writes one unit, which the first die programs; returns the edge on which all of it is across.
  Cycles program(Picoseconds at) {
    flash->write(Lba{0}, flash->geometry().unit_blocks, at);
    return clock.sample(at) + transfer(flash->geometry().unit_blocks);
  }
  /// Reads from the first die, a block that nobody wrote.
  void read(std::uint32_t command, Picoseconds at) { flash->read(command, Lba{unit_on(0, command)}, 1, at); }
  Cycles sensed(Cycles start) const { return later(start, config.read_time); }
  /// Nothing is told of a program that ends on that edge one edge early, and all on time.
  void expect_programmed(Cycles end) {
    run_to(clock.edge(end - 1_cycles));
    EXPECT_TRUE(listener->freed.empty());
    run_to(clock.edge(end));
    ASSERT_EQ(listener->freed.size(), 1u);
    EXPECT_EQ(listener->freed[0].at, clock.edge(end + 1_cycles));
  }
  /// Prepares that a block more to write makes the first die erase a superblock; returns when to write it.
  Picoseconds prepare_erase() {
    const FlashGeometry& g = flash->geometry();
    for (std::uint32_t unit = 0; unit < g.superblock_units; ++unit) flash->trim(Lba{unit_on(0, unit)}, g.unit_blocks, 1_us);
    Picoseconds at = 2_us;
    const std::uint32_t opened = g.superblocks - g.home_superblocks - static_cast<std::uint32_t>(config.gc_threshold);
    for (std::uint32_t r = 0; r < (opened - 1) * g.superblock_units; ++r) {
      flash->write(Lba{unit_on(0, g.superblock_units)}, g.unit_blocks * g.dies, at);
      run();
      at = kernel_now() + 1_us;
    }
    return at;
  }
};

TEST_F(FlashSuspensionTiming, AReadHasAProgramSuspendedAndItGoesOn) {
  build_with(2);
  const Cycles moved = program(1_us);
  const Cycles end = later(moved, config.program_time);
  const Picoseconds at = clock.edge(moved) + 100_us;
  read(20, at);
  const Cycles arrived = clock.sample(at);
  const Cycles found = sensed(later(arrived, config.suspension.program_time));
  run_to(clock.edge(found - 1_cycles));
  EXPECT_TRUE(listener->pieces.empty()) << "one edge early the page is not sensed";
  run_to(clock.edge(found));
  ASSERT_EQ(listener->pieces.size(), 1u);
  const Cycles read = found + transfer(1);
  EXPECT_EQ(listener->pieces[0].at, clock.edge(read));
  expect_programmed(later(read, config.suspension.resume_time) + (end - arrived));
  EXPECT_EQ(flash->statistics().suspension.programs, 1u);
  EXPECT_EQ(flash->statistics().programs, 1u);
}

TEST_F(FlashSuspensionTiming, AProgramIsNotSuspendedBeforeItIsAcross) {
  build_with(1);
  const Cycles moved = program(1_us);
  read(20, clock.edge(clock.sample(1_us)) + 1_ns);
  const Cycles found = sensed(later(moved, config.suspension.program_time));
  run_to(clock.edge(found - 1_cycles));
  EXPECT_TRUE(listener->pieces.empty());
  run_to(clock.edge(found));
  EXPECT_EQ(listener->pieces.size(), 1u);
}

/// A read on the last edge of a program finds its die idle, and one edge before that it does not.
TEST_F(FlashSuspensionTiming, AProgramIsSuspendedUntilItsLastEdge) {
  for (const Cycles early : {1_cycles, 0_cycles}) {
    build_with(1);
    const Cycles moved = program(1_us);
    const Cycles end = later(moved, config.program_time);
    read(20, clock.edge(end - early - clock.sync_stages()));
    run();
    ASSERT_EQ(listener->pieces.size(), 1u);
    const Cycles begin = early == 0_cycles ? end : later(end - early, config.suspension.program_time);
    EXPECT_EQ(listener->pieces[0].at, clock.edge(sensed(begin) + transfer(1)));
    EXPECT_EQ(flash->statistics().suspension.programs, early.n);
    take_down();
  }
}

TEST_F(FlashSuspensionTiming, AllReadsThatWaitAreServedBeforeItGoesOn) {
  build_with(1);
  const Cycles moved = program(1_us);
  const Cycles end = later(moved, config.program_time);
  const Picoseconds at = clock.edge(moved) + 100_us;
  const Cycles arrived = clock.sample(at);
  read(20, at);
  read(21, at + 5_us);   // while it is being suspended
  read(22, at + 60_us);  // while the second one is read
  Cycles read = later(arrived, config.suspension.program_time);
  for (int i = 0; i < 3; ++i) read = sensed(read) + transfer(1);
  expect_programmed(later(read, config.suspension.resume_time) + (end - arrived));
  ASSERT_EQ(listener->pieces.size(), 3u);
  EXPECT_EQ(listener->pieces[2].at, clock.edge(read));
  EXPECT_EQ(flash->statistics().suspension.programs, 1u);
}

TEST_F(FlashSuspensionTiming, NothingIsSuspendedMoreOftenThanItMayBe) {
  for (const std::uint64_t most : {1, 2}) {
    build_with(most);
    const Cycles moved = program(1_us);
    Cycles end = later(moved, config.program_time);
    Picoseconds at = clock.edge(moved) + 100_us;
    for (std::uint32_t i = 0; i < most; ++i) {
      read(20 + i, at);
      const Cycles arrived = clock.sample(at);
      const Cycles read = sensed(later(arrived, config.suspension.program_time)) + transfer(1);
      end = later(read, config.suspension.resume_time) + (end - arrived);
      // While it goes on, before it has done so for resume_time.
      at = clock.edge(read) + 1_us;
      run_to(clock.edge(read));
    }
    read(29, at);
    expect_programmed(end);
    run();
    ASSERT_EQ(listener->pieces.size(), most + 1);
    EXPECT_EQ(listener->pieces.back().at, clock.edge(sensed(end) + transfer(1)));
    EXPECT_EQ(flash->statistics().suspension.programs, most);
    take_down();
  }
}

/// The limit is of each operation.
TEST_F(FlashSuspensionTiming, TheNextProgramMayBeSuspendedAgain) {
  build_with(1);
  for (std::uint32_t i = 0; i < 8; ++i) {  // two for each die
    const Cycles moved = program(kernel_now() + 1_us);
    read(20 + i, clock.edge(moved) + 100_us);
    run();
  }
  EXPECT_EQ(flash->statistics().suspension.programs, 2u);
}

TEST_F(FlashSuspensionTiming, NothingIsSuspendedWhileCollectionGoesFirst) {
  build_with(2, GcPriority::before_host);
  const Cycles moved = program(1_us);
  const Cycles end = later(moved, config.program_time);
  read(20, clock.edge(moved) + 100_us);
  run();
  ASSERT_EQ(listener->pieces.size(), 1u);
  EXPECT_EQ(listener->pieces[0].at, clock.edge(sensed(end) + transfer(1)));
  EXPECT_EQ(flash->statistics().suspension.programs, 0u);
}

TEST_F(FlashSuspensionTiming, AReadHasAnEraseSuspendedAndItGoesOn) {
  build_with(1);
  const Picoseconds at = prepare_erase();
  ASSERT_EQ(flash->statistics().erases, 0u);
  flash->write(Lba{unit_on(0, flash->geometry().superblock_units)}, 1, at);
  const Cycles end = later(clock.sample(at), config.erase_time);
  const Cycles arrived = clock.sample(at + 1_us);
  read(30, at + 1_us);
  const Cycles found = sensed(later(arrived, config.suspension.erase_time));
  run_to(clock.edge(found - 1_cycles));
  EXPECT_TRUE(listener->pieces.empty());
  run_to(clock.edge(found));
  ASSERT_EQ(listener->pieces.size(), 1u);
  const Cycles erased = later(found + transfer(1), config.suspension.resume_time) + (end - arrived);
  run_to(clock.edge(erased - 1_cycles));
  EXPECT_EQ(flash->statistics().erases, 0u);
  run_to(clock.edge(erased));
  EXPECT_EQ(flash->statistics().erases, 1u);
  EXPECT_EQ(flash->statistics().suspension.erases, 1u);
}

/// A die is busy from the start of each operation to its end, while it suspends and resumes, too.
TEST_F(FlashSuspensionTiming, BusyTimesAddUp) {
  build_with(1);
  const Cycles moved = program(1_us);
  const Cycles end = later(moved, config.program_time);
  const Picoseconds at = clock.edge(moved) + 100_us;
  read(20, at);
  run();
  const Cycles arrived = clock.sample(at);
  const Cycles read = sensed(later(arrived, config.suspension.program_time)) + transfer(1);
  const Cycles resumed = later(read, config.suspension.resume_time) + (end - arrived);
  // In one piece.
  EXPECT_EQ(flash->statistics().die_busy, clock.edge(resumed) - clock.edge(clock.sample(1_us)));
  const Picoseconds bus = clock.edge(transfer(flash->geometry().unit_blocks) + transfer(1));
  EXPECT_NEAR(static_cast<double>((flash->statistics().channel_busy - bus).n), 0, 4);
}

}  // namespace
}  // namespace icesim
