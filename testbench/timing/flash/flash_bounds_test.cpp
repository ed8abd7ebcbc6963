// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/flash/flash_fixture.hpp"

namespace icesim {
namespace {
using namespace literals;

// Closed-form bounds of the default device against what is simulated.
class FlashBounds : public FlashTest {
 protected:
  void SetUp() override { build(FlashArrayConfig{}); }
  double cycle() const { return 1e12 / static_cast<double>(clock.frequency().n); }
  double read_time() const { return static_cast<double>(config.read_time.n); }
  double transfer_time(std::uint64_t blocks) const { return static_cast<double>(transfer(blocks).n) * cycle(); }
  /// Writes units to all dies so many times, as fast as the buffer takes them; returns when the last one is programmed.
  double written(std::uint32_t rounds) {
    const FlashGeometry& g = flash->geometry();
    const std::uint32_t all = rounds * g.unit_blocks * g.dies;
    for (std::uint32_t written = 0; listener->freed_blocks() < all; run_to(kernel_now() + 10_us)) {
      for (; written < all && written - listener->freed_blocks() + g.unit_blocks <= flash->buffer_blocks(); written += g.unit_blocks)
        flash->write(Lba{written}, g.unit_blocks, kernel_now() + 1_ps);
    }
    return static_cast<double>(listener->freed.back().at.n);
  }
  double last() const {
    Picoseconds end{};
    for (const auto& piece : listener->pieces) end = std::max(end, piece.at);
    return static_cast<double>(end.n);
  }
};

TEST_F(FlashBounds, SequentialReadsComeCloseToTheSlowerOfBusesAndDies) {
  const FlashGeometry& g = flash->geometry();
  const std::uint32_t count = g.unit_blocks * g.dies * 20;
  flash->read(1, Lba{0}, count, 1_us);
  run();
  const double rows = static_cast<double>(count) / g.row_blocks;
  const double bus_bound = rows / g.channels * transfer_time(g.row_blocks);
  const double die_bound = rows / g.dies * (read_time() + transfer_time(g.row_blocks));
  const double bound = std::max(bus_bound, die_bound);
  EXPECT_GE(last(), bound);
  // Two dies of a channel hide tR behind the other's transfer only in part: at worst each waits a transfer per row.
  EXPECT_LE(last(), bound + rows / g.dies * transfer_time(g.row_blocks));
}

TEST_F(FlashBounds, RandomReadsOfOneBlockApproachTheRateOfTheDies) {
  const FlashGeometry& g = flash->geometry();
  const std::uint32_t count = 20'000;
  FlashRandom random(1);
  for (std::uint32_t i = 0; i < count; ++i) flash->read(i, Lba{random() % g.blocks}, 1, 1_us);
  run();
  ASSERT_EQ(listener->pieces.size(), count);
  const double bound = static_cast<double>(count) / g.dies * (read_time() + transfer_time(1));
  EXPECT_GE(last(), bound);
  EXPECT_LE(last(), bound * 1.15) << "binomial imbalance and bus conflicts cost a few per cent";
}

TEST_F(FlashBounds, SequentialWritesApproachTheProgramRateOfTheDies) {
  constexpr std::uint32_t rounds = 100;
  const double end = written(rounds);
  const double unit_time = transfer_time(flash->geometry().unit_blocks) + static_cast<double>(config.program_time.n);
  EXPECT_GE(end, rounds * unit_time);
  EXPECT_LE(end, rounds * unit_time * 1.2);
}

/// In SLC mode two transfers of a channel take longer than a program: with cache programs the channel is never idle, 5.7 GB/s in
/// all; without them each die waits for its own.
TEST_F(FlashBounds, CacheProgramsHideProgramsBehindTheChannel) {
  constexpr std::uint32_t rounds = 200;
  for (const bool on : {false, true}) {
    take_down();
    FlashArrayConfig c;
    c.pages_per_program = 1;
    c.program_time = 75_us;
    c.cache_program.on = on;
    build(c);
    const FlashGeometry& g = flash->geometry();
    const double moved = transfer_time(g.unit_blocks), program = static_cast<double>(config.program_time.n);
    ASSERT_GT(2 * moved, program);
    const double end = written(rounds), bound = rounds * (on ? 2 * moved : moved + program);
    EXPECT_GE(end, bound);
    EXPECT_LE(end, bound * 1.05) << on;
    const double rate = rounds * g.dies * g.unit_blocks * 4096.0 / end * 1000;
    EXPECT_NEAR(rate, on ? 5.7 : 4.3, 0.2) << "GB/s";
  }
}

}  // namespace
}  // namespace icesim
