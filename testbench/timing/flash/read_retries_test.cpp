// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/flash/flash_fixture.hpp"

#include <algorithm>
#include <cmath>

namespace icesim {
namespace {
using namespace literals;

class FlashRetryTiming : public FlashTest {
 protected:
  void build_with(const FlashRetryConfig& retry, std::uint64_t delivered_erases = 0) {
    FlashArrayConfig c = small_flash();
    c.retry = retry;
    c.wear.delivered_erases = delivered_erases;
    build(c);
  }
};

TEST_F(FlashRetryTiming, EachRetryTakesReadTimeAndItsOverhead) {
  for (const std::uint64_t most : {1, 3}) {
    build_with({1'000'000, 0, most, 7_us, 1});
    flash->read(7, Lba{0}, 1, 1_us);
    const Picoseconds time{config.read_time.n + most * (config.read_time + 7_us).n};
    const Cycles sensed = later(clock.sample(1_us), time);
    run_to(clock.edge(sensed - 1_cycles));
    EXPECT_TRUE(listener->pieces.empty());
    run_to(clock.edge(sensed));
    ASSERT_EQ(listener->pieces.size(), 1u);
    EXPECT_EQ(listener->pieces[0].at, clock.edge(sensed + transfer(1)));
    const FlashRetryStatistics& s = flash->statistics().retry;
    EXPECT_EQ(s.retries, most);
    EXPECT_EQ(s.reads, 1u);
    EXPECT_EQ(s.exhausted, 1u);
    take_down();
  }
}

/// Reads that queue and reads that find their die idle; each draws anew.
TEST_F(FlashRetryTiming, HappenAsOftenAsTheyShould) {
  constexpr std::uint32_t count = 4000;
  build_with({50'000, 100'000, 64, 0_ns, 1}, 2500);  // 5 and 25 %
  for (std::uint32_t i = 0; i < count; ++i) {
    flash->read(i, Lba{i % flash->geometry().blocks}, 1, kernel_now() + 1_us);
    run_to(kernel_now() + (i % 3 == 0 ? 300_us : 10_us));
  }
  run_to(kernel_now() + 10_ms);
  ASSERT_EQ(listener->pieces.size(), count);
  const FlashRetryStatistics& s = flash->statistics().retry;
  EXPECT_EQ(s.exhausted, 0u);
  EXPECT_NEAR(static_cast<double>(s.reads), 0.3 * count, 4 * std::sqrt(0.3 * 0.7 * count));
  EXPECT_NEAR(static_cast<double>(s.retries), 0.3 / 0.7 * count, 4 * std::sqrt(0.3 / 0.49 * count));
}

/// Of another seed; and of the same one they are the same, whether reads are taken early or not.
TEST_F(FlashRetryTiming, DependOnTheSeedAndOnNoOtherRequest) {
  const auto times = [&](std::uint64_t seed, bool early) {
    build_with({300'000, 0, 8, 5_us, seed});
    for (std::uint32_t i = 0; i < 50; ++i) {
      const Picoseconds at = kernel_now() + 100_us;
      flash->read(i, Lba{unit_on(1)}, 1, at);
      if (!early) flash->trim(Lba{unit_on(2)}, 1, at - 10_us);  // takes the read back
      run_to(kernel_now() + 2_ms);
    }
    std::vector<std::uint64_t> result;
    for (const auto& piece : listener->pieces) result.push_back(piece.at.n);
    take_down();
    return result;
  };
  const auto first = times(1, true);
  EXPECT_EQ(first.size(), 50u);
  EXPECT_EQ(first, times(1, false));
  EXPECT_NE(first, times(2, true));
}

TEST_F(FlashRetryTiming, AreNoneInSlcMode) {
  FlashArrayConfig c = small_flash();
  c.retry.ppm = 1'000'000;
  c.booster.capacity = 1_MiB;
  build(c);
  flash->write(Lba{0}, flash->geometry().row_blocks, 1_us);
  run();
  flash->read(7, Lba{0}, 1, kernel_now() + 1_us);
  run_to(kernel_now() + 1_ms);
  EXPECT_EQ(listener->pieces.size(), 1u);
  EXPECT_EQ(flash->statistics().retry.retries, 0u);
}

}  // namespace
}  // namespace icesim
