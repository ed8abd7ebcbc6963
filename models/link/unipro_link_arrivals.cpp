// SPDX-License-Identifier: Apache-2.0
#include "models/link/unipro_link.hpp"

#include <algorithm>

namespace icesim {

void UniproLink::Sender::data_arrivals(const Upiu& upiu, Cycles start, Train& train) const {
  if (upiu.data_length == 0) {
    train.clear();
    return;
  }
  const UniproFrames& frames = frames_of(upiu);
  const ClockDomain clock = link_.clock_;
  const UniproLanes lanes = link_.lanes_;
  const Picoseconds phy = way();
  const std::uint32_t mtu = link_.mtu_;
  const std::uint32_t header_only = link_.header_only_;
  if (one_run_ && frames.full >= header_only + shortest_run) return arrive_in_run(upiu, start, frames, train);
  Chunk* chunk = train.rewrite(frames.full + 1 - header_only);
  std::uint32_t received = header_only * mtu;
  if (!one_run_) {
    for (std::uint32_t i = header_only; i <= frames.full; ++i) {
      received = std::min(received + mtu, frames.size);
      *chunk++ = {received - upiu_header_size, clock.edge(Cycles{left_[i]}) + phy};
    }
    return;
  }
  const std::uint32_t full_frame = link_.full_frame_;
  const auto left = [&](std::uint32_t wire) { return clock.edge(start + Cycles{lanes.cycles(wire)}) + phy; };
  std::uint32_t wire = header_only * full_frame;
  for (std::uint32_t i = header_only; i < frames.full; ++i) {
    received += mtu;
    wire += full_frame;
    *chunk++ = {received - upiu_header_size, left(wire)};
  }
  *chunk = {upiu.data_length, left(wire + frames.last_wire)};
}

void UniproLink::Sender::arrive_in_run(const Upiu& upiu, Cycles start, const UniproFrames& frames, Train& train) const {
  const ClockDomain& clock = link_.clock_;
  const std::uint32_t mtu = link_.mtu_;
  const std::uint32_t full_frame = link_.full_frame_;
  const std::uint32_t header_only = link_.header_only_;
  const Picoseconds phy = way();
  train.clear();
  train.run() = ChunkRun(frames.full - header_only, (header_only + 1) * mtu - upiu_header_size, mtu,
                         {clock, start.n, (header_only + 1) * full_frame, full_frame, link_.lanes_.count(), phy});
  train.tail().push_back({upiu.data_length, clock.edge(start + Cycles{link_.lanes_.cycles(frames.wire)}) + phy});
}

}  // namespace icesim
