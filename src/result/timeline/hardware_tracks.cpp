// SPDX-License-Identifier: Apache-2.0
#include "hardware_tracks.hpp"

#include <algorithm>
#include <array>

namespace icesim {
namespace {

struct PartName {
  const char* group;
  const char* name;
};

/// In the order of BusyTime::Part.
constexpr std::array<PartName, 5> parts{
    {{"engine", "encrypt"}, {"engine", "decrypt"}, {"link", "to device"}, {"link", "to host"}, {"dies", "die "}}};

/// Whether a piece goes on with what the one before it did.
bool goes_on(const BusyTime& before, const BusyTime& next) {
  return next.part != BusyTime::Part::die && before.tag == next.tag && before.request == next.request &&
         before.work == next.work && next.begin == before.end;
}

}  // namespace

void HardwareTracks::busy(const BusyTime& time) {
  Track& track = tracks_[{time.part, time.number}];
  if (track.number == 0) {
    const PartName& name = parts[static_cast<std::size_t>(time.part)];
    const bool is_die = time.part == BusyTime::Part::die;
    track.number = packets_.track(name.name + (is_die ? std::to_string(time.number) : ""), group(name.group));
  }
  if (track.last && goes_on(*track.last, time)) {
    track.last->end = time.end;
    track.last->length += time.length;
    ++track.pieces;
    return;
  }
  if (track.last) track.last->end = std::min(track.last->end, time.begin);
  put(track);
  track.last = time;
  track.pieces = 1;
}

std::uint64_t HardwareTracks::group(const char* name) {
  std::uint64_t& number = groups_[name];
  if (number == 0) number = packets_.track(name, 0);
  return number;
}

void HardwareTracks::put(Track& track) {
  if (!track.last || track.last->end < track.last->begin) return;
  const BusyTime& time = *track.last;
  timeline::TrackEvent& slice = packets_.begin(track.number, time.begin, "hardware", time.work);
  annotate(slice, "picoseconds", (time.end - time.begin).n);
  if (time.length.n > 0) annotate(slice, "bytes", time.length.n);
  if (time.tag) annotate(slice, "tag", time.tag->n);
  if (time.request != 0) {
    annotate(slice, "request", time.request);
    slice.add_flow_ids(time.request);
  }
  if (track.pieces > 1) annotate(slice, "pieces", track.pieces);
  packets_.put();
  packets_.end(track.number, time.end);
}

void HardwareTracks::end() {
  for (auto& [what, track] : tracks_) {
    put(track);
    track.last.reset();
  }
}

}  // namespace icesim
