// SPDX-License-Identifier: Apache-2.0
#include "models/link/unipro_link.hpp"

namespace icesim {

/// In which cycle how many bytes of a train with a run are known to be in the transmit buffer.
class UniproLink::Sender::RunReader {
 public:
  RunReader(const Train& train, const ClockDomain& clock) : train_(train), run_(train.run()), clock_(clock) {}

  std::uint64_t filled(std::uint64_t sent) {
    while (head_ < train_.head().size() && train_.head()[head_].end < sent) ++head_;
    if (head_ < train_.head().size()) return clock_.sample(train_.head()[head_].at).n;
    if (in_run(sent)) {
      const std::uint64_t chunk = sent <= run_.end(0) ? 0 : divide_up(sent - run_.end(0), run_.step());
      return run_.next(clock_, chunk) + clock_.sync_stages().n;
    }
    const Chunk* chunk = train_.tail().data();
    while (chunk->end < sent) ++chunk;
    return clock_.sample(chunk->at).n;
  }
  /// True when a chunk of the run holds the last of `sent` bytes.
  bool in_run(std::uint64_t sent) const { return head_ == train_.head().size() && sent <= last_end(); }
  std::uint64_t last_end() const { return run_.end(run_.count() - 1); }

 private:
  const Train& train_;
  const ChunkRun& run_;
  const ClockDomain clock_;
  std::size_t head_ = 0;
};

bool UniproLink::Sender::arrive(const UniproFrames& frames) {
  if (!seldom(link_.fails_)) return true;
  const std::uint64_t end = frames_that_came_ + frames.full + 1;
  next_failing_ = std::max(next_failing_, frames_that_came_);
  while (next_failing_ < end && fate_of(next_failing_) == FrameFate::arrives) ++next_failing_;
  return next_failing_ >= end;
}

/// The UPIU as long as neither window nor credits can delay it, its frames arrive and no burst ends within it; otherwise
/// nothing happens, and the answer is no.
///
/// When a frame's last byte r lies in a chunk of the train's run, the n-th frame after it is filled at
/// r + (n mtu / step + 1) U at the latest, U being the most cycles between chunks, and would be begun at
/// b + floor((n - 1) w / lanes) at the earliest. Where the second is not before the first for n = 1 and grows as fast,
/// all frames that the train's run fills belong to one run of the link.
bool UniproLink::Sender::send_run(const Upiu& upiu, const UniproFrames& frames, const Train& ready) {
  const UniproLanes lanes = link_.lanes_;
  const std::uint32_t mtu = link_.mtu_;
  const std::uint32_t full_frame = link_.full_frame_;
  const std::uint32_t interval = link_.flow_.interval;
  const std::uint64_t burst_gap = link_.burst_gap_;
  RunReader reader(ready, link_.clock_);
  std::uint64_t start = std::max(reader.filled(std::min(mtu, frames.size)), end_);
  if (!passes(start, frames) || !arrive(frames)) return false;
  const bool burst = begins_burst(start);
  if (seldom(burst)) start += link_.config_.burst_start.n;

  const std::uint64_t apart = ready.run().most(link_.clock_, 1);
  const std::uint64_t step = ready.run().step();
  const bool link_is_slower = mtu * apart * lanes.count().n() <= full_frame * step;
  const std::uint64_t lead = divide_up(mtu * apart, step) + apart + 1;
  UniproRun run{lanes, start};
  std::uint32_t sent = 0, i = 0;
  std::array<std::uint64_t, unipro::max_window> groups_left;
  // Of the frames that are taken together: the first, how many, and the link's run at the first.
  std::uint32_t first = ~0u, together = 0, bytes_before = 0;
  std::uint64_t run_of_them = 0;
  while (i < frames.full) {
    sent += mtu;
    const std::uint64_t there = reader.filled(sent);
    if (seldom(there >= run.left + burst_gap)) return false;
    run.add(there, full_frame);
    if (++i % interval == 0) groups_left[(i / interval - 1) % groups_left.size()] = run.left;
    if (together > 0 || !link_is_slower || !reader.in_run(sent) || there + lead > run.begin + lanes.full_cycles(run.bytes)) {
      continue;
    }
    first = i;
    together = std::min(frames.full - i, static_cast<std::uint32_t>((reader.last_end() - sent) / mtu));
    bytes_before = run.bytes;
    run_of_them = run.begin;
    i += together;
    sent += together * mtu;
    run.extend(together * full_frame);
  }
  sent = frames.size;
  const std::uint64_t there = reader.filled(sent);
  if (seldom(there >= run.left + burst_gap)) return false;
  run.add(there, frames.last_wire);
  end_ = run.left;
  one_run_ = true;
  count_run(frames, run.busy(), burst);
  note_groups(unacknowledged_, link_.flow_, frames, end_, [&](std::uint32_t group) {
    const std::uint32_t after = (group + 1) * interval;  // frames
    if (after <= first || after > first + together) return groups_left[group % groups_left.size()];
    return run_of_them + lanes.cycles(bytes_before + (after - first) * full_frame);
  });
  announce(upiu, start);
  return true;
}

}  // namespace icesim
