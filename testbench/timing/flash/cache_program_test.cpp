// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/flash/flash_fixture.hpp"

namespace icesim {
namespace {
using namespace literals;

/// Four dies with channels of their own.
class FlashCacheProgramTiming : public FlashTest {
 protected:
  FlashArrayConfig cached() const {
    FlashArrayConfig c = small_flash();
    c.channels = 4;
    c.dies_per_channel = 1;
    c.cache_program.on = true;
    return c;
  }
  /// Writes a unit of each die and another one of the first, at 1 us.
  void begin(const FlashArrayConfig& c) {
    build(c);
    flash->write(Lba{0}, 5 * flash->geometry().unit_blocks, 1_us);
    across = clock.sample(1_us) + transfer(flash->geometry().unit_blocks);
    free = later(across, config.cache_program.busy_time);
    end = later(across, config.program_time);
  }
  Cycles unit() const { return transfer(flash->geometry().unit_blocks); }
  Cycles programmed(Cycles start) const { return later(start, config.program_time); }
  std::uint64_t count() const { return flash->statistics().cache.programs; }
  /// The last unit is told of on one edge, not one edge early, and ends on another.
  void expect_last(Cycles told, Cycles ends) {
    run_to(clock.edge(told - 1_cycles));
    EXPECT_EQ(listener->freed.size(), 4u);
    run_to(clock.edge(told));
    ASSERT_EQ(listener->freed.size(), 5u);
    EXPECT_EQ(listener->freed[4].at, clock.edge(ends));
    run();
    EXPECT_EQ(flash->statistics().programs, 5u);
  }
  /// A time at which a read is told so that it is taken on an edge.
  Picoseconds for_edge(Cycles edge) const { return clock.edge(edge - clock.sync_stages()); }

  Cycles across{}, free{}, end{};  ///< edges of the first unit
};

TEST_F(FlashCacheProgramTiming, DataOfTheNextUnitComeWhileTheFirstIsProgrammed) {
  begin(cached());
  run_to(clock.edge(free - 1_cycles));
  EXPECT_EQ(count(), 0u) << "one edge early the register is busy";
  run_to(clock.edge(free));
  EXPECT_EQ(count(), 1u);
  expect_last(end, programmed(end));
  EXPECT_EQ(flash->statistics().die_busy,
            Picoseconds{4 * (clock.edge(end) - clock.edge(clock.sample(1_us))).n + (clock.edge(programmed(end)) - clock.edge(end)).n});
}

TEST_F(FlashCacheProgramTiming, AProgramWaitsForDataThatComeAfterTheEndOfTheOneBeforeIt) {
  FlashArrayConfig c = cached();
  c.program_time = 10_us;
  begin(c);
  ASSERT_GT(free + unit(), end);
  expect_last(end, programmed(free + unit()));
}

TEST_F(FlashCacheProgramTiming, AUnitThatIsWrittenLaterComesAtOnce) {
  build(cached());
  const std::uint32_t blocks = flash->geometry().unit_blocks;
  flash->write(Lba{0}, 4 * blocks, 1_us);
  const Cycles ends = programmed(clock.sample(1_us) + unit());
  const Cycles taken = ends - 100_cycles;
  flash->write(Lba{100}, blocks, for_edge(taken));
  expect_last(ends, programmed(taken + unit()));
  EXPECT_EQ(count(), 1u);
}

TEST_F(FlashCacheProgramTiming, ARegisterThatIsBusyForTheWholeProgramHelpsNothing) {
  FlashArrayConfig c = cached();
  c.cache_program.busy_time = c.program_time;
  begin(c);
  expect_last(end, programmed(end + unit()));
  EXPECT_EQ(count(), 0u);
}

TEST_F(FlashCacheProgramTiming, NothingComesUnlessAskedFor) {
  FlashArrayConfig c = cached();
  c.cache_program.on = false;
  begin(c);
  expect_last(end, programmed(end + unit()));
}

TEST_F(FlashCacheProgramTiming, OnlyProgramsOfOneSuperblockFollowEachOther) {
  FlashArrayConfig c = cached();
  c.pages_per_block = c.pages_per_program;
  begin(c);
  expect_last(end, programmed(end + unit()));
  EXPECT_EQ(count(), 0u);
}

/// On the last edge on which the register is busy, and on the next one.
TEST_F(FlashCacheProgramTiming, AReadGoesBeforeAProgramWhoseDataHaveNotBegunToCome) {
  for (const bool early : {true, false}) {
    take_down();
    begin(cached());
    const Cycles at = early ? free : free + 1_cycles;
    flash->read(1, Lba{unit_on(0, 20)}, 1, for_edge(at));
    run();
    ASSERT_EQ(listener->pieces.size(), 1u);
    const Cycles first = early ? end : programmed(end);
    EXPECT_EQ(listener->pieces[0].at, clock.edge(later(first, config.read_time) + transfer(1)));
    EXPECT_EQ(count(), early ? 0u : 1u);
  }
}

/// What another one is loaded behind goes on; that one makes way for the read as soon as it begins.
TEST_F(FlashCacheProgramTiming, AProgramIsNotSuspendedWhileTheNextOneIsLoaded) {
  FlashArrayConfig c = cached();
  c.suspension.most = 4;
  begin(c);
  flash->read(1, Lba{unit_on(0, 20)}, 1, for_edge(free + 1_cycles));
  run();
  ASSERT_EQ(listener->pieces.size(), 1u);
  const Cycles sensed = later(later(end, config.suspension.program_time), config.read_time);
  EXPECT_EQ(listener->pieces[0].at, clock.edge(sensed + transfer(1)));
  EXPECT_EQ(flash->statistics().suspension.programs, 1u);
  const Cycles resumed = later(sensed + transfer(1), config.suspension.resume_time);
  EXPECT_EQ(listener->freed[4].at, clock.edge(resumed + (programmed(end) - end) + 1_cycles));
}

/// A program that was suspended takes data when it goes on.
TEST_F(FlashCacheProgramTiming, WhatGoesOnAfterBeingSuspendedTakesData) {
  FlashArrayConfig c = cached();
  c.suspension.most = 1;
  begin(c);
  flash->read(1, Lba{unit_on(0, 20)}, 1, for_edge(free));
  const Cycles read = later(later(free, config.suspension.program_time), config.read_time) + transfer(1);
  run_to(clock.edge(read - 1_cycles));
  EXPECT_EQ(count(), 0u);
  run_to(clock.edge(read));
  EXPECT_EQ(count(), 1u);
  const Cycles ends = later(read, config.suspension.resume_time) + (end - free);
  run();
  EXPECT_EQ(listener->freed[4].at, clock.edge(programmed(ends) + 1_cycles));
}

}  // namespace
}  // namespace icesim
