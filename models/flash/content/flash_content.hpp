// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <vector>

namespace icesim {

/// The bytes of the blocks that were stored, and nothing for the others.
class FlashContent {
 public:
  explicit FlashContent(std::uint64_t blocks) : blocks_(blocks) {}

  void store(Lba block, const std::byte* data) {
    if (leaves_.empty()) leaves_.resize(divide_up(blocks_, leaf_blocks));
    auto& leaf = leaves_[block.n / leaf_blocks];
    if (!leaf) leaf = std::make_unique<Leaf>();
    auto& bytes = (*leaf)[block.n % leaf_blocks];
    if (!bytes) bytes = std::make_unique<Block>();
    std::memcpy(bytes->data(), data, bytes->size());
  }

  const std::byte* find(Lba block) const {
    if (leaves_.empty() || !leaves_[block.n / leaf_blocks]) return nullptr;
    const auto& bytes = (*leaves_[block.n / leaf_blocks])[block.n % leaf_blocks];
    return bytes ? bytes->data() : nullptr;
  }

  void forget(Lba first, std::uint64_t count) {
    if (leaves_.empty()) return;
    for (std::uint64_t block = first.n, end = first.n + count; block < end;) {
      const std::uint64_t leaf_end = std::min(end, (block / leaf_blocks + 1) * leaf_blocks);
      if (auto& leaf = leaves_[block / leaf_blocks])
        for (std::uint64_t b = block; b < leaf_end; ++b) (*leaf)[b % leaf_blocks].reset();
      block = leaf_end;
    }
  }

 private:
  static constexpr std::uint64_t leaf_blocks = 512;
  using Block = std::array<std::byte, logical_block.n>;
  using Leaf = std::array<std::unique_ptr<Block>, leaf_blocks>;

  std::uint64_t blocks_;
  std::vector<std::unique_ptr<Leaf>> leaves_;
};

}  // namespace icesim
