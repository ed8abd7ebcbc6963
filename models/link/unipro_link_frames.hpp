// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/link/unipro_link.hpp"

namespace icesim {

inline UniproLink::Sender::Frames::Frames(const UniproLink& link, std::uint32_t bytes)
    : size(bytes),
      full((size - 1) / link.mtu_),
      last_wire(link.wire_bytes(size - full * link.mtu_)),
      last_credits(
          static_cast<std::uint32_t>(unipro::frame_credits(Bytes{size - full * link.mtu_}, link.config_.header_bytes))),
      groups(full == 0 ? 1 : full / link.flow_.interval + 1),
      wire(full * link.full_frame_ + last_wire) {}

inline const UniproLink::Sender::Frames& UniproLink::Sender::frames_of(const Upiu& upiu) const {
  const std::uint32_t size = static_cast<std::uint32_t>(upiu_header_size) + upiu.data_length;
  Frames& frames = recent_[size > link_.mtu_];
  if (frames.size != size) frames = Frames(link_, size);
  return frames;
}

/// The frames of a UPIU that follow each other on the lanes: a frame that is there too late ends a run and begins the
/// next.
struct UniproLink::Sender::Run {
  /// The next frame, of `wire` bytes, whose last byte is known to be in the buffer in cycle `there`.
  void add(std::uint64_t there, std::uint32_t wire) {
    if (there >= left && there > begin + lanes.full_cycles(bytes)) {
      before += left - begin;
      begin = there;
      bytes = 0;
    }
    extend(wire);
  }
  /// Frames of `wire` bytes together, none of which is late.
  void extend(std::uint32_t wire) {
    bytes += wire;
    left = begin + lanes.cycles(bytes);
  }
  /// Cycles with frames on the lanes.
  std::uint64_t busy() const { return before + (left - begin); }

  UniproLanes lanes;
  std::uint64_t begin;         ///< of the present run
  std::uint64_t left = begin;  ///< e: when the last frame has left
  std::uint32_t bytes = 0;     ///< of the present run
  std::uint64_t before = 0;    ///< cycles of the runs before it
};

/// Notes the groups of a UPIU that are not acknowledged when its last frame leaves; `left(g)` tells when the last frame
/// of group g did.
template <class Left>
void UniproLink::Sender::note_groups(const Frames& frames, const Left& left) {
  const UniproFlow& flow = link_.flow_;
  if (frames.groups == 1) {
    const std::uint32_t credits = frames.full * flow.frame + frames.last_credits;
    return unacknowledged_.add({end_ + flow.round, frames.full + 1, credits});
  }
  unacknowledged_.forget(end_);
  std::uint32_t group = frames.groups - 1;
  while (group > 0 && left(group - 1) + flow.round > end_) --group;
  for (; group < frames.groups - 1; ++group) {
    unacknowledged_.add({left(group) + flow.round, flow.interval, flow.interval * flow.frame});
  }
  const std::uint32_t rest = frames.full - group * flow.interval;
  unacknowledged_.add({end_ + flow.round, rest + 1, rest * flow.frame + frames.last_credits});
}

}  // namespace icesim
