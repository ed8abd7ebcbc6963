// SPDX-License-Identifier: Apache-2.0
#include "src/workload/keys/extent_map.hpp"

#include <algorithm>

namespace icesim {

/// The owner `blocks` blocks further on in the same range.
ExtentMap::Owner ExtentMap::later(Owner owner, std::uint64_t blocks) {
  if (owner.counts) owner.index += blocks;
  return owner;
}

bool ExtentMap::continues(Owner before, std::uint64_t blocks, Owner after) {
  const Owner expected = later(before, blocks);
  return expected.id == after.id && expected.index == after.index && expected.counts == after.counts;
}

void ExtentMap::erase(std::uint64_t block, std::uint64_t blocks) {
  const std::uint64_t end = block + blocks;
  auto next = ranges_.lower_bound(block);
  if (next != ranges_.begin()) {
    const auto before = std::prev(next);
    Range& range = before->second;
    if (range.end > end) {
      ranges_.emplace_hint(next, end, Range{range.end, later(range.owner, end - before->first)});
    }
    range.end = std::min(range.end, block);
  }
  while (next != ranges_.end() && next->first < end) {
    if (next->second.end > end) {
      ranges_.emplace_hint(std::next(next), end, Range{next->second.end, later(next->second.owner, end - next->first)});
    }
    next = ranges_.erase(next);
  }
}

void ExtentMap::assign(std::uint64_t block, std::uint64_t blocks, Owner owner) {
  if (blocks == 0) return;
  erase(block, blocks);
  auto next = ranges_.lower_bound(block);
  std::uint64_t end = block + blocks;
  if (next != ranges_.end() && next->first == end && continues(owner, blocks, next->second.owner)) {
    end = next->second.end;
    next = ranges_.erase(next);
  }
  if (next != ranges_.begin()) {
    const auto before = std::prev(next);
    if (before->second.end == block && continues(before->second.owner, block - before->first, owner)) {
      before->second.end = end;
      return;
    }
  }
  ranges_.emplace_hint(next, block, Range{end, owner});
}

ExtentMap::Run ExtentMap::at(std::uint64_t block, std::uint64_t most) const {
  const auto next = ranges_.upper_bound(block);
  if (next != ranges_.begin()) {
    const auto& [start, range] = *std::prev(next);
    if (range.end > block) return {true, later(range.owner, block - start), std::min(most, range.end - block)};
  }
  return {false, {}, next == ranges_.end() ? most : std::min(most, next->first - block)};
}

}  // namespace icesim
