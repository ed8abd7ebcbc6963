// SPDX-License-Identifier: Apache-2.0
#include "models/flash/cells/wear.hpp"

#include "testbench/models/flash/flash_fixture.hpp"

#include <algorithm>

namespace icesim {
namespace {

TEST(FlashWear, KnowsTheFewestTheMeanAndTheMost) {
  constexpr std::uint32_t dies = 3, superblocks = 7;
  FlashWearStatistics s;
  FlashWearConfig config;
  config.delivered_erases = 100;
  FlashWear wear(config, dies, superblocks, s);
  EXPECT_EQ(s.fewest_erases, 100u);
  EXPECT_EQ(s.most_erases, 100u);
  std::vector<std::uint64_t> count(dies * superblocks, 100);
  FlashRandom random(1);
  for (std::uint64_t erases = 1; erases < 500; ++erases) {
    const std::uint32_t at = random() % (dies * superblocks);
    wear.erased(at / superblocks, at % superblocks);
    ++count[at];
    ASSERT_EQ(wear.erases(at / superblocks, at % superblocks), count[at]);
    ASSERT_EQ(s.fewest_erases, *std::min_element(count.begin(), count.end()));
    ASSERT_EQ(s.most_erases, *std::max_element(count.begin(), count.end()));
    ASSERT_EQ(s.mean_erases, 100 + erases / count.size());
  }
}

class FlashWearTest : public FlashTest {};

TEST_F(FlashWearTest, CountsWhatCollectionErases) {
  FlashArrayConfig c = small_flash();
  c.wear.counted = true;
  build(c);
  FlashRandom random(5);
  for (std::uint32_t i = 0; i < 6000; ++i) {
    flash->write(Lba{random() % flash->geometry().blocks}, 1, kernel_now() + Picoseconds{1});
    if (i % 90 == 89) run();
  }
  run();
  const FlashStatistics& s = flash->statistics();
  const FlashGeometry& g = flash->geometry();
  EXPECT_GT(s.erases, 0u);
  EXPECT_EQ(s.wear.mean_erases, s.erases / (g.dies * g.superblocks));
  EXPECT_EQ(s.wear.fewest_erases, 0u);
  EXPECT_GT(s.wear.most_erases, 0u);
}

}  // namespace
}  // namespace icesim
