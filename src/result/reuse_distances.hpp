// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

namespace icesim {

/// Uses of a key after between `least` and `most` other keys (both included).
struct ReuseRow {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
  std::uint64_t uses = 0;
};

/// Distances 0, 1, 2-3, 4-7 ... as far as the curve goes: a keyslot file of n keyslots misses what is n or more away.
inline std::vector<ReuseRow> reuse_distances(std::uint64_t references, const std::vector<std::uint64_t>& misses) {
  std::vector<ReuseRow> rows;
  std::uint64_t before = references;
  for (std::uint64_t most = 0; most < misses.size(); most = 2 * most + 1) {
    rows.push_back({(most + 1) / 2, most, before - misses[most]});
    before = misses[most];
  }
  return rows;
}

}  // namespace icesim
