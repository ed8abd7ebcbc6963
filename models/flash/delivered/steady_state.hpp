// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/random.hpp"
#include "models/flash/collection/flash_victims.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace icesim {

/// One die that is written at random, by counts alone: how many blocks each superblock is filled with and how many of
/// them are valid.
///
/// As in the translation layer, units of the host and what collection moves go to superblocks of their own, and
/// collection goes on until more than `gc_threshold` are free. As many blocks of the die become invalid as are written to
/// it, each valid one as likely as another.
///
/// **Not modelled** Units that are padded, what is under way, and that dies hold unequal numbers of live blocks.
class SteadyState {
 public:
  struct Shape {
    std::uint32_t superblocks;
    std::uint32_t superblock_blocks;
    std::uint32_t unit_blocks;
    std::uint32_t live;  ///< blocks
    std::uint32_t gc_threshold;
    GcVictim gc_victim = GcVictim::greedy;
    std::uint64_t gc_window = 1;
  };
  struct Superblock {
    std::uint32_t filled = 0;
    std::uint32_t valid = 0;
    std::uint64_t opened = 0;  ///< its number among all that were opened; 0: it is free
  };

  /// Begins with what one sequential writing leaves.
  explicit SteadyState(const Shape& shape);

  void overwrite(std::uint64_t blocks);
  /// Those that are not free, in the order in which they were opened, but for the open ones (none there may be), which
  /// come last: that of collection, then that of the host.
  struct Snapshot {
    std::vector<Superblock> closed;
    Superblock target;
    Superblock host;
  };
  Snapshot snapshot() const;

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  std::uint32_t open();
  void fill(std::uint32_t& superblock, std::uint32_t blocks, std::uint32_t valid);
  void lose_one(std::uint32_t valid);
  void lose_of(std::uint32_t superblock);
  std::uint32_t next_victim() const;
  void collect();

  Shape shape_;
  Random random_{1};
  std::vector<Superblock> superblocks_;
  std::vector<std::uint32_t> free_;
  std::unique_ptr<FlashVictims> victims_;  ///< null: greedy
  std::uint64_t opened_ = 0;
  std::uint32_t host_ = none;
  std::uint32_t target_ = none;
};

}  // namespace icesim
