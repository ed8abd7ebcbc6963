// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"

#include <cstdint>
#include <vector>

namespace icesim {

/// A piece of a byte stream: all bytes before `end` (counted from the start of the stream) are there at time `at`.
struct Chunk {
  std::uint64_t end;
  Picoseconds at;
};

/// The way of one UPIU's data through a block, as the times at which its pieces (link frames or DMA bursts) are complete.
/// Ends and times never decrease. One object is reused for many UPIUs, so that nothing is allocated per request.
using Train = std::vector<Chunk>;

}  // namespace icesim
