// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/parameters.hpp"
#include "icesim/result/study/sweep.hpp"

#include <string>
#include <vector>

namespace icesim {

/// Checks the two names of a front, "a,b": measures of the sweep, or numbers that it varies. Throws UserError without
/// position.
std::vector<std::string> read_pareto(const std::string& text, const Sweep& sweep);

/// Marks the front and its knee, where they are wanted and the sweep is whole: of points that were not refused, in which
/// no request failed, and which have both numbers.
void mark_front(Sweep& sweep);

/// A shard's file.
struct ShardFile {
  std::string name;
  Sweep sweep;
};

/// Puts the shards of one sweep together: the result is what the sweep would have been on one machine. Throws UserError
/// that names the file that is of another sweep or tells otherwise of a point, and the shards that are missing.
Sweep merge_shards(const std::vector<ShardFile>& shards);

}  // namespace icesim
