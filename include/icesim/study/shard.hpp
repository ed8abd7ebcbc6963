// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace icesim {

/// The part of a study that one of several processes or machines does: each `count`-th point from number `index` on. Which
/// points those are depends on nothing else.
struct Shard {
  std::uint64_t index = 1;  ///< from 1
  std::uint64_t count = 1;

  bool is_whole() const { return count == 1; }
  /// Whether it has the point, counted from 0.
  bool has(std::uint64_t point) const { return point % count == index - 1; }
  /// "2/8".
  std::string text() const { return std::to_string(index) + "/" + std::to_string(count); }
};

/// A shard that is one of more than that is refused.
inline constexpr std::uint64_t most_shards = 1'000'000;

/// Null when a variable is not set.
using Environment = std::function<const char*(const char* name)>;

/// Reads "2/8", or "auto", which finds out what the scheduler says: Slurm of a task of an array, Open MPI of a process
/// (both: of a process within a task). "auto/8" says how many there are and asks only which one this is; with it GNU
/// parallel (PARALLEL_SEQ) is asked, too, which does not tell how many there are, and a single task of an array that is
/// submitted again is the shard that it was, as long as the array's numbers follow each other.
///
/// Throws UserError without position.
Shard read_shard(std::string_view text, const Environment& environment);

}  // namespace icesim
