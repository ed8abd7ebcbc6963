// SPDX-License-Identifier: Apache-2.0
#include "src/workload/keys/block_claims.hpp"

#include "src/workload/keys/block_range.hpp"

namespace icesim {

void BlockClaims::claim(const IoRequest& request, std::uint64_t owner, std::vector<Piece>& pieces) {
  if (request.operation == Operation::write) {
    const BlockRange range(request);
    map_.assign(range.first, range.blocks, {owner});
  }
  claim_free(request, owner, pieces);
}

void BlockClaims::claim_free(const IoRequest& request, std::uint64_t owner, std::vector<Piece>& pieces) {
  if (map_.size() > most_ranges) map_.clear();
  const BlockRange range(request);
  pieces.push_back({request, owner});
  for (std::uint64_t done = 0; done < range.blocks;) {
    const ExtentMap::Run run = map_.at(range.first + done, range.blocks - done);
    const std::uint64_t has = run.known ? run.owner.id : owner;
    if (!run.known) map_.assign(range.first + done, run.blocks, {owner});
    if (done == 0) {
      pieces.back().owner = has;
    } else if (has != pieces.back().owner) {
      pieces.push_back({cut_at(pieces.back().request, range.first + done), has});
    }
    done += run.blocks;
  }
}

std::uint64_t BlockClaims::sole_owner(const IoRequest& request) const {
  const BlockRange range(request);
  const ExtentMap::Run run = map_.at(range.first, range.blocks);
  return run.known && run.blocks == range.blocks ? run.owner.id : 0;
}

void BlockClaims::release(const IoRequest& request) {
  const BlockRange range(request);
  map_.erase(range.first, range.blocks);
}

}  // namespace icesim
