// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/block/block_layer_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using test::BlockLayerRig;
using test::io;
using test::write;

constexpr std::uint64_t numbers = NarrowDun::numbers;
constexpr std::uint64_t limit = 128;  ///< blocks of the largest request that is not split

struct NarrowRig : BlockLayerRig {
  NarrowRig() { blocks.narrow_duns(3); }
  std::vector<std::pair<std::uint64_t, std::uint64_t>> pieces() const {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> all;
    for (const Command& each : commands) all.emplace_back(each.request.crypt.dun.low().n, each.request.blocks);
    return all;
  }
};
using Pieces = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

TEST(BlockLayerNarrowDun, ANumberThatFitsStaysAndALongerOneIsHashed) {
  NarrowRig rig;
  rig.play({io(write, 0, 1, 7, numbers - 1), io(write, 100, 2, 7, 5 * numbers + 9)});
  EXPECT_EQ(rig.pieces(), (Pieces{{numbers - 1, 1}, {NarrowDun(3)(Dun{5 * numbers + 9}).n, 2}}));
  EXPECT_EQ(rig.blocks.statistics().hashed_duns, 1u);
  EXPECT_EQ(rig.blocks.statistics().splits, 0u);
}

TEST(BlockLayerNarrowDun, ARequestEndsWhereTheNumberWraps) {
  NarrowRig rig;
  rig.play({io(write, 0, 8, 7, numbers - 3), io(write, 100, 3, 7, numbers - 3)});
  EXPECT_EQ(rig.pieces(), (Pieces{{numbers - 3, 3}, {0, 5}, {numbers - 3, 3}})) << "and no piece joins another across it";
  EXPECT_EQ(rig.blocks.statistics().splits, 1u);
  ASSERT_EQ(rig.ends.size(), 2u);
  EXPECT_EQ(rig.ends[0].bio.lba, Lba{0});
}

TEST(BlockLayerNarrowDun, PiecesOfALargeBioAreCutAtTheWrapToo) {
  NarrowRig rig;
  rig.play({io(write, 1000, 2 * limit + 10, 7, numbers - limit - 4)});
  EXPECT_EQ(rig.pieces(), (Pieces{{numbers - limit - 4, limit}, {numbers - 4, 4}, {0, limit}, {limit, 6}}));
  std::uint64_t next = 1000;
  for (const BlockLayerRig::Command& each : rig.commands) {
    EXPECT_EQ(each.request.lba, Lba{next});
    next += each.request.blocks;
  }
  EXPECT_EQ(rig.ends.size(), 1u);
}

TEST(BlockLayerNarrowDun, WithoutAKeyAddressesMayBeLong) {
  NarrowRig rig;
  rig.play({io(write, numbers - 1, 4)});
  ASSERT_EQ(rig.commands.size(), 1u);
  EXPECT_EQ(rig.commands[0].request.blocks, 4u);
  EXPECT_EQ(rig.blocks.statistics().hashed_duns, 0u);
}

TEST(BlockLayerNarrowDun, OtherwiseNumbersAreAsTheyCome) {
  BlockLayerRig rig;
  rig.play({io(write, 0, 8, 7, 5 * numbers - 3)});
  ASSERT_EQ(rig.commands.size(), 1u);
  EXPECT_EQ(rig.commands[0].request.crypt.dun, Dun{5 * numbers - 3});
}

}  // namespace
}  // namespace icesim
