// SPDX-License-Identifier: Apache-2.0
#include "busy_track.hpp"

#include <algorithm>

namespace icesim {

std::optional<TrackUse> BusyTrack::used(std::uint64_t request, std::uint64_t what, Picoseconds begin, Picoseconds end) {
  std::optional<TrackUse> done;
  if (use_ && (use_->what != what || begin >= use_->end)) {
    free_ = use_->end;
    done = last();
  }
  if (!use_) use_ = TrackUse{what, begin, end, {}};
  // What it waited for in between is not known to the cycle: a use begins when the one before it has ended at the earliest.
  use_->begin = std::max(std::min(use_->begin, begin), free_);
  use_->end = std::max({use_->end, end, use_->begin});
  use_->requests.push_back(request);
  return done;
}

}  // namespace icesim
