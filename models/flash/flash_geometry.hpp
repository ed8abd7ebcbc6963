// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/flash/flash_config.hpp"

#include <cstdint>

namespace icesim {

/// Number of a 4 KiB block, logical or physical, inside the translation layer; `no_block` is none.
using BlockNumber = std::uint32_t;
inline constexpr BlockNumber no_block = ~BlockNumber{0};

/// A physical 4 KiB block: block `offset` of superblock `superblock` of die `die`.
struct FlashPlace {
  std::uint32_t die;
  std::uint32_t superblock;
  std::uint32_t offset;
};

/// The numbers that follow from a configuration, and where each block lies when the device is delivered.
///
/// A row is the same page of all planes of a die, a unit the rows of one program, a superblock the same block of all
/// planes. Die d hangs on channel d % channels. The device is delivered full, or as full as it is wanted, written once in
/// order: logical unit u lies on die u % dies, so it is striped over channels first and dies second. FlashRandomFill says
/// what lies where when it was overwritten at random.
class FlashGeometry {
 public:
  /// Throws UserError when the parameters do not fit each other, with values that would. Whatever it takes works: blocks
  /// that are written are programmed in the end, see FlashCollector.
  explicit FlashGeometry(const FlashArrayConfig& config);

  /// Blocks that collection may move at once: what is simulated in seconds.
  static constexpr std::uint64_t most_moved = 1u << 24;
  /// So many it moves before each die of a device that is delivered overwritten at random has won so many superblocks. Throws as
  /// the constructor does.
  static std::uint64_t moved_for(const FlashArrayConfig& config, std::uint64_t superblocks);

  std::uint32_t channels;
  std::uint32_t dies;
  std::uint32_t row_blocks;
  std::uint32_t unit_blocks;
  std::uint32_t superblock_units;
  std::uint32_t superblock_blocks;
  std::uint32_t home_superblocks;  ///< of a die, that all blocks take
  std::uint32_t delivered_superblocks;  ///< of a die, delivered written when they were in order
  std::uint32_t delivered_blocks;       ///< that are delivered written: the first ones
  std::uint32_t superblocks;       ///< of a die, all that are delivered good
  std::uint32_t bad_superblocks;   ///< of a die, delivered bad, not among them
  std::uint32_t spare_superblocks; ///< of a die, that it can do without
  std::uint32_t booster_superblocks;      ///< of a die that may be in SLC mode at once
  std::uint32_t own_booster_superblocks;  ///< those among them that are nothing else, the last ones of the die
  std::uint32_t boosted_blocks;           ///< of a superblock in SLC mode: its first ones, a row of them in a unit
  std::uint32_t blocks;            ///< that the host sees
  std::uint32_t buffer_blocks;
  /// Blocks of the host that one die may hold: half of the over-provisioned space, less the spare superblocks, stays for
  /// its own collection, so that no die fills up when writes and overwrites hit different dies.
  std::uint32_t live_limit;

  std::uint32_t unit(bool boosted) const { return boosted ? row_blocks : unit_blocks; }
  std::uint32_t channel(std::uint32_t die) const { return die % channels; }
  std::uint32_t row(const FlashPlace& place) const { return place.offset / row_blocks; }
  /// Row of the block in front of an offset.
  std::uint32_t last_row(std::uint32_t end) const { return (end - 1) / row_blocks; }

  BlockNumber number(const FlashPlace& place) const {
    return (place.die * superblocks + place.superblock) * superblock_blocks + place.offset;
  }
  FlashPlace place(BlockNumber physical) const {
    const std::uint32_t superblock = physical / superblock_blocks;
    return {superblock / superblocks, superblock % superblocks, physical % superblock_blocks};
  }
  FlashPlace home(BlockNumber block) const {
    const std::uint32_t unit = block / unit_blocks;
    const std::uint32_t index = unit / dies;
    return {unit % dies, index / superblock_units, index % superblock_units * unit_blocks + block % unit_blocks};
  }
  /// The logical block delivered at a place of a home superblock, or no_block.
  BlockNumber resident(const FlashPlace& place) const {
    const std::uint64_t index = std::uint64_t{place.superblock} * superblock_units + place.offset / unit_blocks;
    const std::uint64_t block = (index * dies + place.die) * unit_blocks + place.offset % unit_blocks;
    return block < delivered_blocks ? static_cast<BlockNumber>(block) : no_block;
  }
};

}  // namespace icesim
