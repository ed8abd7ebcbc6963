// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/recorder.hpp"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace icesim {

/// One use of a tag or a keyslot: by one command, or by requests with one key that overlap.
struct TrackUse {
  std::uint64_t what = 0;  ///< key of a keyslot; 0 of a tag
  Picoseconds begin{};
  Picoseconds end{};
  std::vector<std::uint64_t> requests;  ///< in the order of their ends
};

/// Joins the requests of one tag, or one keyslot, that overlap, and tells of each use when the next one has begun.
class BusyTrack {
 public:
  /// A request that used it from `begin` to `end`; ends do not decrease. Returns the use before it when this one is another.
  std::optional<TrackUse> used(std::uint64_t request, std::uint64_t what, Picoseconds begin, Picoseconds end);
  /// The last use, if there was any.
  std::optional<TrackUse> last() { return std::exchange(use_, std::nullopt); }

 private:
  std::optional<TrackUse> use_;
  Picoseconds free_{};  ///< end of the use before
};

}  // namespace icesim
