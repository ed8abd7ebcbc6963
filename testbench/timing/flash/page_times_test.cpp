// SPDX-License-Identifier: Apache-2.0
#include "models/flash/cells/page_times.hpp"

#include "testbench/models/flash/flash_fixture.hpp"

namespace icesim {
namespace {
using namespace literals;

TEST(FlashPageTimes, LieEvenlyAroundTheMean) {
  for (const std::uint64_t pages : {1, 2, 3, 4}) {
    const FlashPageTimes times({pages, 300'000, 600'000}, 1, 40_us, 1_ms);
    std::uint64_t reads = 0, programs = 0;
    for (std::uint64_t page = 0; page < pages; ++page) {
      reads += times.read(page).n;
      programs += times.program(page).n;
      EXPECT_EQ(times.read(page), times.read(page + 5 * pages));
    }
    EXPECT_EQ(reads, pages * Picoseconds{40_us}.n) << pages;
    EXPECT_EQ(programs, pages * Picoseconds{1_ms}.n) << pages;
    if (pages == 1) continue;
    EXPECT_EQ(times.read(0), 28_us);
    EXPECT_EQ(times.read(pages - 1), 52_us);
    EXPECT_EQ(times.program(0), 400_us);
    EXPECT_EQ(times.program(pages - 1), 1600_us);
  }
  const FlashPageTimes qlc({4, 300'000, 0}, 1, 40_us, 1_ms);
  EXPECT_EQ(qlc.read(1), 36_us);
  EXPECT_EQ(qlc.read(2), 44_us);
}

TEST(FlashPageTimes, OfAProgramAreTheMeanOfItsPages) {
  const FlashPageTimes two({3, 0, 600'000}, 2, 40_us, 1_ms);
  EXPECT_EQ(two.program(1), 700_us) << "of 0.4 and 1 ms";
  EXPECT_EQ(two.program(3), 1_ms) << "of the upper page, 1.6, and the next lower one";
  EXPECT_EQ(two.program(5), 1300_us);
  const FlashPageTimes whole({3, 0, 600'000}, 3, 40_us, 1_ms);
  for (const std::uint64_t page : {2, 5, 8}) EXPECT_EQ(whole.program(page), 1_ms);
  const FlashPageTimes longer({3, 0, 600'000}, 4, 40_us, 1_ms);
  EXPECT_EQ(longer.program(3), 850_us) << "of 0.4, 1, 1.6 and 0.4";
}

class FlashPageTiming : public FlashTest {
 protected:
  static FlashArrayConfig config_of(std::uint64_t pages_per_program) {
    FlashArrayConfig config = small_flash();
    config.pages_per_program = pages_per_program;
    config.wordline = {3, 250'000, 600'000};
    return config;
  }
};

TEST_F(FlashPageTiming, AReadTakesTheTimeOfItsPage) {
  build(config_of(3));
  const std::uint32_t row = flash->geometry().row_blocks;
  for (const std::uint64_t ppm : {750'000, 1'000'000, 1'250'000}) {
    const auto page = static_cast<std::uint32_t>(listener->pieces.size());
    const Picoseconds at = kernel_now() + 1'234'567_ps;
    flash->read(page, Lba{unit_on(1) + page * row}, 1, at);
    const Cycles sensed = later(clock.sample(at), Picoseconds{config.read_time.n * ppm / 1'000'000});
    run_to(clock.edge(sensed - 1_cycles));
    EXPECT_EQ(listener->pieces.size(), page) << "one edge early the page is not sensed";
    run_to(clock.edge(sensed));
    ASSERT_EQ(listener->pieces.size(), page + 1);
    EXPECT_EQ(listener->pieces[page].at, clock.edge(sensed + transfer(1)));
    run_to(listener->pieces[page].at);
  }
}

TEST_F(FlashPageTiming, AProgramTakesTheTimeOfItsPage) {
  build(config_of(1));
  const std::uint32_t unit = flash->geometry().unit_blocks;
  for (const std::uint64_t ppm : {400'000, 1'000'000, 1'600'000, 400'000}) {
    // A round of units: one on each die, all of them the same page.
    const Picoseconds at = kernel_now() + 1_us;
    flash->write(Lba{0}, unit * flash->geometry().dies, at);
    listener->freed.clear();
    run();
    ASSERT_EQ(listener->freed.size(), flash->geometry().dies);
    const Cycles moved = clock.sample(at) + transfer(unit);
    EXPECT_EQ(listener->freed[0].at, clock.edge(later(moved, Picoseconds{config.program_time.n * ppm / 1'000'000})));
  }
}

/// What the host writes and what collection moves lie in pages of all kinds.
TEST_F(FlashPageTiming, AOneShotProgramTakesProgramTime) {
  build(config_of(3));
  const Picoseconds at = 1_us;
  const std::uint32_t unit = flash->geometry().unit_blocks;
  flash->write(Lba{0}, unit, at);
  run();
  ASSERT_EQ(listener->freed.size(), 1u);
  EXPECT_EQ(listener->freed[0].at, clock.edge(later(clock.sample(at) + transfer(unit), config.program_time)));
}

/// Pages of SLC are alike.
TEST_F(FlashPageTiming, TheBoosterKnowsNoKinds) {
  FlashArrayConfig boosted = config_of(3);
  boosted.booster.capacity = 1_MiB;
  build(boosted);
  const std::uint32_t row = flash->geometry().row_blocks;
  flash->write(Lba{0}, row, 1_us);
  run();
  for (std::uint32_t block = 0; block < row; block += row) {
    const Picoseconds at = kernel_now() + 1_us;
    flash->read(7, Lba{block}, 1, at);
    run();
    EXPECT_EQ(listener->pieces.back().at, clock.edge(later(clock.sample(at), config.booster.read_time) + transfer(1)));
  }
}

}  // namespace
}  // namespace icesim
