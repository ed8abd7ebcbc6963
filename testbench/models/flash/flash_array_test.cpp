// SPDX-License-Identifier: Apache-2.0
#include "models/system/forget_simulation.hpp"
#include "testbench/models/flash/flash_fixture.hpp"

#include <algorithm>
#include <cstring>
#include <malloc.h>
#include <map>

namespace icesim {
namespace {
using namespace literals;

class FlashArrayTest : public FlashTest {
 protected:
  /// Writes `count` blocks as room allows, and waits until all are programmed.
  void write_all(std::uint32_t count, FlashRandom& random) {
    std::uint64_t written = 0;
    const std::uint64_t before = listener->freed_blocks();
    while (written < count) {
      while (written < count && written - (listener->freed_blocks() - before) < flash->buffer_blocks()) {
        flash->write(Lba{random() % flash->geometry().blocks}, 1, kernel_now() + 1_us);
        ++written;
      }
      run_to(kernel_now() + 1_ms);
    }
    flash->flush(0, kernel_now() + 1_us);
    run();
    EXPECT_EQ(listener->freed_blocks() - before, count);
  }
};

TEST_F(FlashArrayTest, KeepsContentUntilItIsOverwrittenOrTrimmed) {
  build(small_flash());
  std::array<std::byte, logical_block.n> data{};
  EXPECT_EQ(flash->content(Lba{5}), nullptr) << "never written";
  for (const int version : {1, 2}) {
    data.fill(static_cast<std::byte>(version));
    flash->store(Lba{5}, data.data());
    ASSERT_NE(flash->content(Lba{5}), nullptr);
    EXPECT_EQ(std::memcmp(flash->content(Lba{5}), data.data(), data.size()), 0);
  }
  flash->store(Lba{6}, data.data());
  flash->trim(Lba{5}, 1, 1_us);
  EXPECT_EQ(flash->content(Lba{5}), nullptr);
  EXPECT_NE(flash->content(Lba{6}), nullptr);
}

TEST_F(FlashArrayTest, TellsEveryBlockOfEveryReadExactlyOnce) {
  build(small_flash());
  FlashRandom random(11);
  std::map<std::uint32_t, std::vector<char>> open;
  std::map<std::uint32_t, std::uint32_t> first_of;
  std::uint64_t written = 0;
  for (std::uint32_t command = 0; command < 3000; ++command) {
    const std::uint32_t count = 1 + random() % 40;
    const std::uint32_t first = random() % (flash->geometry().blocks - count);
    flash->read(command, Lba{first}, count, kernel_now() + Picoseconds{1 + random() % 1000});
    open[command].resize(count);
    first_of[command] = first;
    const std::uint32_t more = 1 + random() % 12;
    if (written - listener->freed_blocks() + more <= flash->buffer_blocks()) {
      flash->write(Lba{random() % (flash->geometry().blocks - more)}, more, kernel_now() + Picoseconds{1 + random() % 1000});
      written += more;
    }
    if (random() % 8 == 0) flash->trim(Lba{first}, count, kernel_now() + 500_ps);
    run_to(kernel_now() + Picoseconds{random() % 600'000'000});
  }
  run();
  for (const auto& piece : listener->pieces) {
    for (std::uint32_t i = 0; i < piece.count; ++i) {
      const std::uint32_t index = piece.first + i - first_of[piece.command];
      ASSERT_LT(index, open[piece.command].size());
      ASSERT_EQ(open[piece.command][index]++, 0);
    }
  }
  for (const auto& [command, told] : open)
    EXPECT_EQ(std::count(told.begin(), told.end(), 1), std::ptrdiff_t(told.size()));
  EXPECT_GT(flash->statistics().erases, 0u);
  EXPECT_GT(flash->statistics().buffer_hits, 0u);
}

TEST_F(FlashArrayTest, ProgramsEverythingThatIsWrittenWhenSpaceIsScarce) {
  build(small_flash());
  FlashRandom random(5);
  write_all(8 * flash->geometry().blocks, random);
  const FlashStatistics& s = flash->statistics();
  EXPECT_GT(s.flash_blocks_programmed, s.host_blocks_written);
  EXPECT_EQ(s.flash_blocks_programmed, (s.programs + s.gc_programs) * flash->geometry().unit_blocks);
  EXPECT_LE(s.die_busy.n, kernel_now().n * flash->geometry().dies);
  EXPECT_LE(s.channel_busy.n, kernel_now().n * flash->geometry().channels);
}

TEST_F(FlashArrayTest, CountsRoomOfTheBufferForEveryWriteAlsoOfTheSameBlock) {
  build(small_flash());
  for (std::uint32_t i = 0; i < flash->buffer_blocks(); ++i) flash->write(Lba{3}, 1, 1_us + Picoseconds{i});
  run();
  EXPECT_EQ(listener->freed_blocks(), flash->buffer_blocks());
  EXPECT_EQ(flash->statistics().flash_blocks_programmed, flash->buffer_blocks());
}

TEST_F(FlashArrayTest, AWriteBehindATrimOfTheSameClockCycleIsNotTrimmed) {
  build(small_flash());
  const Picoseconds at = clock.edge(1000_cycles) + 1_ps;
  flash->trim(Lba{3}, 1, at);
  flash->write(Lba{3}, 1, at + 1_ps);
  flash->write(Lba{4}, 1, at);
  flash->trim(Lba{4}, 1, at + 1_ps);
  flash->read(1, Lba{3}, 2, at + 2_ps);
  run();
  EXPECT_EQ(flash->statistics().buffer_hits, 1u);
  EXPECT_EQ(flash->statistics().unmapped_reads, 1u);
}

TEST_F(FlashArrayTest, AReadBehindAWriteOfTheSameClockCycleFindsItInTheBuffer) {
  build(small_flash());
  const Picoseconds at = clock.edge(1000_cycles) + 1_ps;
  flash->write(Lba{3}, 1, at);
  flash->read(1, Lba{3}, 1, at + 1_ps);
  run();
  EXPECT_EQ(flash->statistics().buffer_hits, 1u);
  ASSERT_EQ(listener->pieces.size(), 1u);
  EXPECT_EQ(listener->pieces[0].at, taken(at, 1_cycles));
}

TEST_F(FlashArrayTest, ResultsDoNotDependOnTheOrderInWhichRequestsOfOneInstantAreTold) {
  const auto pieces_in_order = [&](bool reversed) {
    build(small_flash());
    std::vector<std::uint32_t> commands(64);
    for (std::uint32_t i = 0; i < commands.size(); ++i) commands[i] = i;
    if (reversed) std::reverse(commands.begin(), commands.end());
    for (const std::uint32_t c : commands) {
      flash->read(c, Lba{c * 37 % 1000}, 1 + c % 9, 1_us);
      if (c % 2) flash->write(Lba{c * 91 % 1000}, 1, 1_us);
      if (c % 16 == 0) flash->flush(c, 1_us);
    }
    run();
    std::vector<std::array<std::uint64_t, 4>> result;
    for (const auto& p : listener->pieces) result.push_back({p.at.n, p.command, p.first, p.count});
    for (const auto& f : listener->flushed) result.push_back({f.at.n, f.command, 0, 0});
    flash.reset();
    listener.reset();
    agenda.reset();
    forget_simulation();
    return result;
  };
  const auto one = pieces_in_order(false), other = pieces_in_order(true);
  EXPECT_EQ(one, other);
  EXPECT_GT(one.size(), 64u);
}

TEST_F(FlashArrayTest, AReadMayBeFollowedByAWriteThatIsToldAfterItsTimeAndTakenOnTheSameEdge) {
  build(small_flash());
  run_to(1_us);
  const Cycles edge = clock.next(kernel_now());
  const Picoseconds first = clock.edge(edge) + 1_ps;
  flash->read(7, Lba{unit_on(0)}, 1, first);
  run_to(first + 10_ps);
  const Picoseconds second = kernel_now() + 1_ps;
  ASSERT_EQ(clock.sample(first), clock.sample(second));
  flash->write(Lba{unit_on(1)}, 1, second);
  run();
  ASSERT_EQ(listener->pieces.size(), 1u);
  EXPECT_EQ(listener->pieces[0].at, clock.edge(later(clock.sample(first), config.read_time) + transfer(1)));
}

TEST_F(FlashArrayTest, ALargeDeviceCostsAFewMegabytesAtStart) {
  FlashArrayConfig large;
  large.capacity = 512_GiB;
  const auto used = [] {
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
  };
  const std::size_t before = used();
  build(large);
  EXPECT_LT(used() - before, std::size_t{8} << 20);
  const std::size_t built = used();
  for (std::uint32_t i = 0; i < 1000; ++i) flash->read(i, Lba{i * 130'000}, 1, 1_us);
  run();
  EXPECT_LT(used() - built, std::size_t{1} << 20) << "reading allocates nothing per block";
}

}  // namespace
}  // namespace icesim
