// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "testbench/models/flash/flash_fixture.hpp"

namespace icesim {
namespace {
using namespace literals;

TEST(FlashGeometry, EveryBlockHasAHomeOfItsOwnAndLivesThere) {
  FlashArrayConfig config = small_flash();
  config.capacity = config.capacity - logical_block * 101;
  const FlashGeometry g(config);
  std::vector<char> taken(g.dies * g.superblocks * g.superblock_blocks, 0);
  for (BlockNumber block = 0; block < g.blocks; ++block) {
    const FlashPlace home = g.home(block);
    ASSERT_LT(home.die, g.dies);
    ASSERT_LT(home.superblock, g.home_superblocks);
    ASSERT_LT(home.offset, g.superblock_blocks);
    ASSERT_EQ(g.resident(home), block);
    ASSERT_EQ(taken[g.number(home)]++, 0);
    ASSERT_EQ(g.number(g.place(g.number(home))), g.number(home));
  }
}

TEST(FlashGeometry, EachDieIsDeliveredWithTheBlocksThatLiveThereByTheirHomes) {
  for (const std::uint64_t missing : {0, 1, 5, 16, 101, 333}) {
    FlashArrayConfig config = small_flash();
    config.capacity = config.capacity - logical_block * missing;
    const FlashGeometry g(config);
    std::vector<std::uint32_t> expected(g.dies * g.superblocks, 0);
    for (BlockNumber block = 0; block < g.blocks; ++block) {
      const FlashPlace home = g.home(block);
      ++expected[home.die * g.superblocks + home.superblock];
    }
    for (std::uint32_t die = 0; die < g.dies; ++die) {
      const FlashSpace space(g, die);
      for (std::uint32_t s = 0; s < g.superblocks; ++s)
        ASSERT_EQ(space.valid(s), expected[die * g.superblocks + s]) << missing << " missing, die " << die << ", " << s;
    }
  }
}

TEST(FlashGeometry, UnitsAreStripedOverChannelsFirstAndDiesSecond) {
  const FlashGeometry g{FlashArrayConfig{}};
  for (std::uint32_t unit = 0; unit < g.dies; ++unit) {
    const FlashPlace first = g.home(unit * g.unit_blocks);
    const FlashPlace last = g.home(unit * g.unit_blocks + g.unit_blocks - 1);
    EXPECT_EQ(first.die, last.die);
    EXPECT_EQ(g.channel(first.die), unit % g.channels);
    EXPECT_EQ(first.offset, 0u);
  }
  EXPECT_EQ(g.home(g.dies * g.unit_blocks).die, 0u);
  EXPECT_EQ(g.home(g.dies * g.unit_blocks).offset, g.unit_blocks);
}

TEST(FlashGeometry, OffersTheCapacityAndTheSpareSpaceAskedFor) {
  const FlashArrayConfig config;
  const FlashGeometry g(config);
  EXPECT_EQ(g.blocks, config.capacity / logical_block);
  EXPECT_GE(std::uint64_t{g.home_superblocks} * g.superblock_blocks * g.dies, g.blocks);
  EXPECT_GE((g.superblocks - g.home_superblocks) * 1'000'000ull, g.home_superblocks * config.over_provisioning_ppm);
  EXPECT_GT(g.live_limit, g.blocks / g.dies) << "some die always accepts writes";
  EXPECT_LT(g.live_limit, (g.superblocks - 2) * g.superblock_blocks) << "and always has something to collect";
}

std::string refusal(const FlashArrayConfig& config) {
  try {
    FlashGeometry{config};
  } catch (const UserError& error) {
    return error.what();
  }
  return {};
}

TEST(FlashGeometry, RefusesParametersThatDoNotFitAndSaysWhatWould) {
  const auto after = [](auto change) {
    FlashArrayConfig config = small_flash();
    change(config);
    return refusal(config);
  };
  EXPECT_EQ(after([](auto& c) { c.pages_per_block = 25; }),
            "flash.pages_per_block: 25 is not a multiple of flash.pages_per_program, 3; 24 is");
  EXPECT_EQ(after([](auto& c) { c.pages_per_block = 2; }),
            "flash.pages_per_block: 2 is not a multiple of flash.pages_per_program, 3; 3 is");
  EXPECT_EQ(after([](auto& c) { c.page_bytes = 6_KiB; }), "flash.page_bytes: 6144 is not a multiple of 4096; 4096 is");
  EXPECT_EQ(after([](auto& c) { c.capacity += 1_B; }), "flash.capacity: 15728641 is not a multiple of 4096; 15728640 is");
  EXPECT_EQ(after([](auto&) {}), "");
  EXPECT_EQ(after([](auto& c) { c.write_buffer = 4_KiB; }), "") << "less than a program unit, which is padded then";
}

TEST(FlashGeometry, TellsWhatCollectionMovesOnlyOfADeviceThatCanBe) {
  FlashArrayConfig config = small_flash();
  config.precondition.pattern = FlashPattern::random;
  EXPECT_GT(FlashGeometry::moved_for(config, 2), FlashGeometry::moved_for(config, 1));
  config.pages_per_block = 2;  // less than a program
  EXPECT_THROW(FlashGeometry::moved_for(config, 1), UserError);
}

TEST(FlashGeometry, RefusesMoreThanAllBlocksHaveNumbersForAndNamesEachParameterThatAloneWouldDo) {
  FlashArrayConfig config;
  config.pages_per_block = 4608;
  config.gc_threshold = 1024;
  config.channels = 64;
  EXPECT_EQ(refusal(config),
            "flash: 1034 superblocks of 288MiB on each of 128 dies, 1030 of them over-provisioned for gc_threshold and "
            "over_provisioning_ppm, are more than 16 TiB; flash.channels of 28, or flash.planes of 1, or "
            "flash.page_bytes of 4KiB, or flash.pages_per_block of 2016, or flash.gc_threshold of 445 would fit");
  config.channels = 28;
  EXPECT_EQ(refusal(config), "");
  config.channels = 29;
  EXPECT_NE(refusal(config), "");
  config.channels = config.dies_per_channel = 64;
  config.planes = 16;
  config.page_bytes = 128_KiB;
  config.pages_per_program = 4;
  EXPECT_NE(refusal(config).find("; lower two of channels, "), std::string::npos) << refusal(config);
}

}  // namespace
}  // namespace icesim
