// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/io_request.hpp"

#include <algorithm>
#include <limits>

namespace icesim {

/// The blocks of 4096 bytes that a request touches, wholly or in part.
struct BlockRange {
  std::uint64_t first = 0;
  std::uint64_t blocks = 0;

  explicit BlockRange(const IoRequest& request) : first(request.offset / logical_block) {
    if (request.length == Bytes{}) return;
    const std::uint64_t room = std::numeric_limits<std::uint64_t>::max() - request.offset.n;
    const Bytes last = request.offset + Bytes{std::min(request.length.n - 1, room)};
    blocks = last / logical_block - first + 1;
  }
};

/// Ends `request` at the beginning of `block`, which lies inside it, and returns the rest, a continuation of it.
inline IoRequest cut_at(IoRequest& request, std::uint64_t block) {
  IoRequest rest = request;
  const Bytes kept = logical_block * block - request.offset;
  rest.offset += kept;
  rest.length -= kept;
  rest.flags |= IoRequest::continuation;
  if ((rest.flags & IoRequest::has_dun) != 0) rest.dun += Dun{kept / logical_block};
  request.length = kept;
  return rest;
}

}  // namespace icesim
