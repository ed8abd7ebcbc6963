// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/random.hpp"
#include "icesim/spec/utrd.hpp"
#include "models/link/unipro_link_flow.hpp"

#include <cstdint>

namespace icesim {

/// Whether the n-th frame of a direction to arrive in its turn, from 0 on, arrives broken: SplitMix64 of both.
inline bool link_breaks_frame(Direction direction, std::uint64_t n, std::uint64_t ppm) {
  const std::uint64_t number = 2 * n + static_cast<std::uint64_t>(direction) + 1;
  return ((split_mix(number * split_mix_step) >> 32) * 1'000'000 >> 32) < ppm;
}

/// What becomes of it: of the numbers that are no less than `broken_ppm` the least belong to frames that are lost.
enum class FrameFate : std::uint8_t { arrives, breaks, is_lost };
inline FrameFate link_fate_of_frame(Direction direction, std::uint64_t n, std::uint64_t broken_ppm, std::uint64_t lost_ppm) {
  if (link_breaks_frame(direction, n, broken_ppm)) return FrameFate::breaks;
  return link_breaks_frame(direction, n, broken_ppm + lost_ppm) ? FrameFate::is_lost : FrameFate::arrives;
}

/// Whether the n-th AFC that acknowledges frames of a direction is lost.
inline bool link_loses_afc(Direction direction, std::uint64_t n, std::uint64_t ppm) {
  return link_breaks_frame(direction, n + (std::uint64_t{1} << 40), ppm);
}

/// How a UPIU is divided into frames.
struct UniproFrames {
  std::uint32_t size = 0;       ///< bytes of the UPIU
  std::uint32_t full = 0;       ///< frames of t_mtu before the last, which is the one that may be short
  std::uint32_t last_wire = 0;  ///< bytes on the lanes of the last one
  std::uint32_t last_credits = 0;
  std::uint32_t groups = 1;  ///< that are acknowledged one by one
  std::uint32_t wire = 0;    ///< bytes on the lanes of all
};

/// The frames of a UPIU that follow each other on the lanes: a frame that is there too late ends a run and begins the
/// next.
struct UniproRun {
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

/// Notes the groups of a UPIU that are not acknowledged when its last frame leaves in cycle `end`; `left(g)` tells when
/// the last frame of group g did.
template <class Left>
void note_groups(UniproUnacknowledged& unacknowledged, const UniproFlow& flow, const UniproFrames& frames,
                 std::uint64_t end, const Left& left) {
  if (frames.groups == 1) {
    const std::uint32_t credits = frames.full * flow.frame + frames.last_credits;
    return unacknowledged.add({end + flow.round, frames.full + 1, credits});
  }
  unacknowledged.forget(end);
  std::uint32_t group = frames.groups - 1;
  while (group > 0 && left(group - 1) + flow.round > end) --group;
  for (; group < frames.groups - 1; ++group) {
    unacknowledged.add({left(group) + flow.round, flow.interval, flow.interval * flow.frame});
  }
  const std::uint32_t rest = frames.full - group * flow.interval;
  unacknowledged.add({end + flow.round, rest + 1, rest * flow.frame + frames.last_credits});
}

}  // namespace icesim
