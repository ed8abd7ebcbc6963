// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/io_request.hpp"
#include "src/workload/keys/extent_map.hpp"

#include <vector>

namespace icesim {

/// Remembers whose key each block has when owners are made up, so that what was written with one key is read with it.
///
/// Remembers about a million ranges (100 MB); a trace with more begins anew.
class BlockClaims {
 public:
  struct Piece {
    IoRequest request;
    std::uint64_t owner = 0;
  };

  /// Writes take all their blocks for `owner`; reads take those that nobody has, and are cut where blocks of others
  /// begin. `pieces` is empty before.
  void claim(const IoRequest& request, std::uint64_t owner, std::vector<Piece>& pieces);
  /// Takes only what nobody has, whatever the operation: for who writes on behalf of others.
  void claim_free(const IoRequest& request, std::uint64_t owner, std::vector<Piece>& pieces);
  /// The owner of all blocks of the request, or 0 when they have none or several.
  std::uint64_t sole_owner(const IoRequest& request) const;
  /// A discard: its blocks are nobody's.
  void release(const IoRequest& request);

 private:
  static constexpr std::uint64_t most_ranges = 1'000'000;
  ExtentMap map_;
};

}  // namespace icesim
