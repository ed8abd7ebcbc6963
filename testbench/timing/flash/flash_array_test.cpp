// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/flash/flash_fixture.hpp"

namespace icesim {
namespace {
using namespace literals;

class FlashArrayTiming : public FlashTest {
 protected:
  void SetUp() override { build(small_flash()); }
  const FlashGeometry& geometry() const { return flash->geometry(); }
  Cycles edge_of(Picoseconds at) const { return clock.next(at); }
  /// When a program that starts on edge `start` with a free bus ends.
  Cycles program_end(Cycles start) const {
    return later(start + transfer(geometry().unit_blocks), config.program_time);
  }
};

TEST_F(FlashArrayTiming, AReadTakesReadTimeAndTheTransferOfItsBlocksFromTheSampledEdge) {
  const Picoseconds at = 1'234'567_ps;
  flash->read(7, Lba{1}, 2, at);
  const Cycles sensed = later(clock.sample(at), config.read_time);
  run_to(clock.edge(sensed - 1_cycles));
  EXPECT_TRUE(listener->pieces.empty()) << "one edge early the page is not sensed";
  run_to(clock.edge(sensed));
  ASSERT_EQ(listener->pieces.size(), 1u);
  EXPECT_EQ(listener->pieces[0], (FlashListener::Piece{7, 1, 2, clock.edge(sensed + transfer(2))}));
}

TEST_F(FlashArrayTiming, ARequestIsNotTakenBeforeItsSampledEdge) {
  const Picoseconds at = clock.edge(1000_cycles) + 1_ps;
  flash->write(Lba{0}, 1, at);
  run_to(taken(at) - 1_ps);
  EXPECT_EQ(flash->statistics().host_blocks_written, 0u);
  run_to(taken(at));
  EXPECT_EQ(flash->statistics().host_blocks_written, 1u);
}

TEST_F(FlashArrayTiming, TwoReadsOfOneDieFollowEachOther) {
  const Picoseconds at = 1_us;
  const std::uint32_t near = unit_on(0, 0), far = unit_on(0, 1);
  flash->read(1, Lba{near}, 1, at);
  flash->read(2, Lba{far}, 1, at);
  run();
  const Cycles first = later(clock.sample(at), config.read_time) + transfer(1);
  const Cycles second = later(first, config.read_time) + transfer(1);
  ASSERT_EQ(listener->pieces.size(), 2u);
  EXPECT_EQ(listener->pieces[0].at, clock.edge(first));
  EXPECT_EQ(listener->pieces[1].at, clock.edge(second));
}

TEST_F(FlashArrayTiming, TwoDiesOfAChannelOverlapReadTimeAndShareTheBus) {
  const Picoseconds at = 1_us;
  ASSERT_EQ(geometry().channel(0), geometry().channel(2));
  flash->read(1, Lba{unit_on(2)}, 1, at);
  flash->read(2, Lba{unit_on(0)}, 4, at);
  run();
  const Cycles sensed = later(clock.sample(at), config.read_time);
  ASSERT_EQ(listener->pieces.size(), 2u);
  EXPECT_EQ(listener->pieces[0], (FlashListener::Piece{2, unit_on(0), 4, clock.edge(sensed + transfer(4))}));
  EXPECT_EQ(listener->pieces[1],
            (FlashListener::Piece{1, unit_on(2), 1, clock.edge(sensed + transfer(4) + transfer(1))}));
}

TEST_F(FlashArrayTiming, DiesOfDifferentChannelsDoNotWaitForEachOther) {
  const Picoseconds at = 1_us;
  flash->read(1, Lba{unit_on(0)}, 1, at);
  flash->read(2, Lba{unit_on(1)}, 1, at);
  run();
  ASSERT_EQ(listener->pieces.size(), 2u);
  EXPECT_EQ(listener->pieces[0].at, listener->pieces[1].at);
}

TEST_F(FlashArrayTiming, BlocksOfOneRowAreOneReadAndRowsAreSeparateOnes) {
  const Picoseconds at = 1_us;
  flash->read(1, Lba{unit_on(0)}, geometry().row_blocks + 1, at);
  run();
  const Cycles row = later(clock.sample(at), config.read_time) + transfer(geometry().row_blocks);
  ASSERT_EQ(listener->pieces.size(), 2u);
  EXPECT_EQ(listener->pieces[0].count, geometry().row_blocks);
  EXPECT_EQ(listener->pieces[0].at, clock.edge(row));
  EXPECT_EQ(listener->pieces[1].at, clock.edge(later(row, config.read_time) + transfer(1)));
  EXPECT_EQ(flash->statistics().reads, 2u);
}

TEST_F(FlashArrayTiming, AFullUnitIsTransferredAndProgrammedAtOnce) {
  const Picoseconds at = 1_us;
  flash->write(Lba{0}, geometry().unit_blocks, at);
  run();
  ASSERT_EQ(listener->freed.size(), 1u);
  EXPECT_EQ(listener->freed[0].blocks, geometry().unit_blocks);
  EXPECT_EQ(listener->freed[0].at, clock.edge(program_end(clock.sample(at))));
}

TEST_F(FlashArrayTiming, AUnitIsReadFromTheBufferUntilItsProgramIsComplete) {
  const Picoseconds at = 1_us;
  flash->write(Lba{0}, geometry().unit_blocks, at);
  const Cycles end = program_end(clock.sample(at));
  run_to(1_us);
  const Picoseconds early = clock.edge(end - 1_cycles - clock.sync_stages());
  const Picoseconds on_time = clock.edge(end - clock.sync_stages());
  flash->read(1, Lba{3}, 1, early);
  flash->read(2, Lba{3}, 1, on_time);
  run();
  ASSERT_EQ(listener->pieces.size(), 2u);
  EXPECT_EQ(listener->pieces[0].at, clock.edge(end)) << "buffer: the edge after it was taken";
  EXPECT_EQ(listener->pieces[1].at, clock.edge(later(end, config.read_time) + transfer(1)));
  EXPECT_EQ(flash->statistics().buffer_hits, 1u);
}

TEST_F(FlashArrayTiming, ReadsWaitForTheProgramThatTheirDieDoes) {
  const Picoseconds at = 1_us;
  flash->write(Lba{0}, geometry().unit_blocks, at);
  flash->read(1, Lba{unit_on(0, 5)}, 1, 2_us);
  run();
  const Cycles end = program_end(clock.sample(at));
  ASSERT_EQ(listener->pieces.size(), 1u);
  EXPECT_EQ(listener->pieces[0].at, clock.edge(later(end, config.read_time) + transfer(1)));
}

TEST_F(FlashArrayTiming, HostReadsOvertakeHostProgramsThatWait) {
  const std::uint32_t round = geometry().unit_blocks * geometry().dies;
  flash->write(Lba{0}, round + geometry().unit_blocks, 1_us);  // die 0 gets two units
  flash->read(1, Lba{unit_on(0, 5)}, 1, 2_us);
  run();
  const Cycles first = program_end(clock.sample(1_us));
  ASSERT_EQ(listener->pieces.size(), 1u);
  EXPECT_EQ(listener->pieces[0].at, clock.edge(later(first, config.read_time) + transfer(1)));
}

TEST_F(FlashArrayTiming, TrimmedBlocksCostNoReadTimeAndDeliveredOnesDo) {
  flash->trim(Lba{1}, 2, 1_us);
  flash->read(1, Lba{0}, 4, 2_us);
  run();
  ASSERT_EQ(listener->pieces.size(), 3u);
  EXPECT_EQ(listener->pieces[0], (FlashListener::Piece{1, 1, 2, taken(2_us, 1_cycles)}));
  const Cycles sensed = later(clock.sample(2_us), config.read_time);
  EXPECT_EQ(listener->pieces[1], (FlashListener::Piece{1, 0, 1, clock.edge(sensed + transfer(1))}));
  EXPECT_EQ(listener->pieces[2].first, 3u) << "not adjacent, so a read of its own";
}

TEST_F(FlashArrayTiming, AFlushWithNothingOutstandingIsAnsweredOnTheNextEdge) {
  flash->flush(9, 1_us);
  run();
  ASSERT_EQ(listener->flushed.size(), 1u);
  EXPECT_EQ(listener->flushed[0].command, 9u);
  EXPECT_EQ(listener->flushed[0].at, taken(1_us, 1_cycles));
}

TEST_F(FlashArrayTiming, AFlushPadsTheUnitAndIsAnsweredOneEdgeAfterItsProgram) {
  flash->write(Lba{0}, 1, 1_us);
  flash->flush(9, 2_us);
  const Cycles end = program_end(clock.sample(2_us));
  run_to(clock.edge(end) - 1_ps);
  EXPECT_TRUE(listener->flushed.empty());
  run_to(clock.edge(end));
  ASSERT_EQ(listener->flushed.size(), 1u);
  EXPECT_EQ(listener->flushed[0].at, clock.edge(end + 1_cycles));
  EXPECT_EQ(flash->statistics().flash_blocks_programmed, geometry().unit_blocks);
  EXPECT_EQ(listener->freed_blocks(), 1u);
}

TEST_F(FlashArrayTiming, AnEraseKeepsItsDieBusyForEraseTime) {
  // Trimming a superblock leaves a victim without valid blocks; opening superblocks starts the collection that erases
  // it.
  for (std::uint32_t unit = 0; unit < geometry().superblock_units; ++unit)
    flash->trim(Lba{unit_on(0, unit)}, geometry().unit_blocks, 1_us);
  Picoseconds at = 2_us;
  const std::uint32_t round = geometry().unit_blocks * geometry().dies;
  const std::uint32_t spare = geometry().superblocks - geometry().home_superblocks;
  const std::uint32_t opened = spare - static_cast<std::uint32_t>(config.gc_threshold);
  for (std::uint32_t r = 0; r < (opened - 1) * geometry().superblock_units; ++r) {
    flash->write(Lba{unit_on(0, geometry().superblock_units)}, round, at);
    run();
    at = kernel_now() + 1_us;
  }
  ASSERT_EQ(flash->statistics().erases, 0u);
  flash->write(Lba{unit_on(0, geometry().superblock_units)}, 1, at);  // opens the superblock that makes space scarce
  flash->read(1, Lba{unit_on(0, 30)}, 1, at + 1_us);
  run();
  EXPECT_EQ(flash->statistics().erases, 1u);
  ASSERT_EQ(listener->pieces.size(), 1u);
  const Cycles erased = later(clock.sample(at), config.erase_time);
  EXPECT_EQ(listener->pieces[0].at, clock.edge(later(erased, config.read_time) + transfer(1)));
}

TEST_F(FlashArrayTiming, BusyTimesAddUpWhatTheOperationsTook) {
  flash->read(1, Lba{0}, 1, 1_us);
  run();
  const Cycles start = clock.sample(1_us);
  const Cycles end = later(start, config.read_time) + transfer(1);
  EXPECT_EQ(flash->statistics().die_busy, clock.edge(end) - clock.edge(start));
  EXPECT_EQ(flash->statistics().channel_busy, clock.edge(end) - clock.edge(end - transfer(1)));
}

}  // namespace
}  // namespace icesim
