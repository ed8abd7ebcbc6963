// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "models/dma_channel_job.hpp"

namespace icesim {

/// With b beats a burst and M outstanding: s_i = e_{i-1} for every burst i > 0 of a job when the bursts before it are
/// full and (M - 1) b >= read_latency. Then the last address waits for e_{i-M} alone, once
/// (i - M) (b - 1) >= (M - 2) b - read_latency + 1: the older ones were free to run ahead, but the data were not.
bool DmaChannel::reads_without_gaps(std::uint64_t bursts) const {
  return bursts > outstanding_ + 1 && full_bursts_ >= outstanding_ &&
         (outstanding_ - 1) * burst_beats_ >= read_latency_ &&
         (bursts - 1 - outstanding_) * (burst_beats_ - 1) + read_latency_ + burst_beats_ >=
             (outstanding_ - 1) * burst_beats_ + 1;
}

Picoseconds DmaChannel::read_run(std::uint64_t asked, std::uint64_t bytes, std::uint64_t last_beats, Train& train) {
  const std::uint64_t full = (bytes - 1) / burst_bytes_;
  Job job(*this);
  const std::uint64_t first = job.read(asked, burst_beats_);
  train.clear();
  train.head().push_back({burst_bytes_, bus_.edge(Cycles{first})});
  train.run() = ChunkRun(full - 1, 2 * burst_bytes_, burst_bytes_, {bus_, first, burst_beats_, burst_beats_});
  job.follow(full - 1, burst_beats_, first + (full - 1 - outstanding_) * burst_beats_);
  const Picoseconds last = bus_.edge(Cycles{job.read(asked, last_beats)});
  train.tail().push_back({bytes, last});
  return last;
}

/// Unrolled, e_i is the largest of v_k + (beats and latencies on the way from k to i), k <= i, and the way costs at
/// most (i - k) rho + beats with rho = max(beats, (beats + write_latency) / M). Let B be the bytes of a burst, S of a
/// chunk, and chunks at least L = `distance` cycles apart: v_i - v_k >= floor((i - k) B / S) L.
///
/// decide: v_k decides nothing for e_i when i - k is larger, as then v_i - v_k >= (i - k) rho. What was before the run
/// decides nothing either once i B / S has grown by 1 / L for each cycle that it lies ahead.
/// waited_for: d_k is not waited for any more when d_k <= e of the last burst, because no later burst starts sooner.
/// With e_k <= v_k + late + beats, late being the largest m rho - floor(m B / S) L, that is true that many bursts
/// before the last; and no more than M are ever waited for.
const DmaChannel::RunPlan& DmaChannel::plan(std::uint64_t distance, std::uint64_t step) {
  RunPlan& plan = plan_;
  if (plan.distance == distance && plan.step == step) return plan;
  const std::uint64_t rho = std::max(burst_beats_, divide_up(burst_beats_ + write_latency_, outstanding_));
  constexpr std::uint64_t too_many = 4096;  // bursts: no job has more
  plan = {distance, step, 0, 0, 1};
  if (burst_bytes_ * distance <= rho * step) return plan;
  const std::uint64_t gain = burst_bytes_ * distance - rho * step;
  const auto apart = [&](std::uint64_t bursts) { return bursts * burst_bytes_ / step * distance; };
  std::uint64_t late = 0;
  plan.decide = divide_up(step * distance, gain);
  if (plan.decide > too_many) return plan;
  plan.gain = gain;
  while (plan.decide > 0 && apart(plan.decide) >= plan.decide * rho) --plan.decide;
  for (std::uint64_t m = plan.decide; m > 0; --m) late = std::max(late, m * rho - std::min(m * rho, apart(m)));
  while (plan.waited_for < outstanding_ && apart(plan.waited_for) < write_latency_ + late) ++plan.waited_for;
  return plan;
}

/// Writes what a train brings, chunk by chunk, except for the middle of a run whose times nothing depends on.
class DmaChannel::RunWriter {
 public:
  RunWriter(DmaChannel& channel, std::uint64_t bytes, std::uint64_t last_beats, std::uint64_t synchronise)
      : channel_(channel),
        job_(channel),
        bus_(channel.bus_),
        synchronise_(synchronise),
        burst_(channel.burst_bytes_),
        beats_(channel.burst_beats_),
        last_beats_(last_beats),
        latency_(channel.write_latency_),
        outstanding_(channel.outstanding_),
        bytes_(bytes) {}

  void write(const std::vector<Chunk>& chunks) {
    for (const Chunk& chunk : chunks) {
      if (ends_a_burst(chunk.end)) write(chunk.end, bus_.next(chunk.at).n);
    }
  }
  void write(const ChunkRun& run) {
    write_from(run, 0, 1);
    write_from(run, leave_out(run), run.count());
  }
  std::uint64_t visible() const { return visible_; }

 private:
  bool ends_a_burst(std::uint64_t end) const { return position_ + burst_ <= end || (end == bytes_ && position_ < end); }
  void write(std::uint64_t end, std::uint64_t next) {
    const std::uint64_t available = next + synchronise_;
    for (; bytes_ - position_ > burst_ && position_ + burst_ <= end; position_ += burst_) job_.write(available, beats_);
    if (end < bytes_) return;
    visible_ = job_.write(available, last_beats_);
    position_ = bytes_;
  }
  void write_from(const ChunkRun& run, std::uint64_t first, std::uint64_t count) {
    for (std::uint64_t i = first; i < count; ++i) {
      if (ends_a_burst(run.end(i))) write(run.end(i), run.next(bus_, i));
    }
  }

  /// Index of the chunk from which on bursts must be worked out, after the run's first.
  std::uint64_t leave_out(const ChunkRun& run) {
    constexpr std::uint64_t worth_it = 8;
    const std::uint64_t step = run.step();
    const std::uint64_t last_end = std::min(run.end(run.count() - 1), bytes_ - 1);
    if (position_ + burst_ > last_end || position_ + burst_ <= run.end(0)) return 1;
    const RunPlan& plan = channel_.plan(run.fewest(bus_, 1), step);
    const std::uint64_t bursts = (last_end - position_) / burst_;
    if (plan.gain == 0 || bursts < plan.decide + plan.waited_for + worth_it) return 1;

    const auto chunk_of = [&](std::uint64_t burst) {
      return divide_up(position_ + (burst + 1) * burst_ - run.end(0), step);
    };
    const std::uint64_t exact = bursts - plan.waited_for;
    const std::uint64_t start = run.next(bus_, chunk_of(0)) + synchronise_;
    const std::uint64_t before = job_.end() + latency_;
    if ((exact - 1) * plan.gain < step * (plan.distance + (before > start ? before - start : 0))) return 1;
    const std::uint64_t left_out = exact - plan.decide;
    const std::uint64_t chunk = chunk_of(left_out);
    job_.leave_out(left_out);
    position_ += left_out * burst_;
    return chunk;
  }

  DmaChannel& channel_;
  Job job_;
  const ClockDomain bus_;
  const std::uint64_t synchronise_;
  const std::uint64_t burst_;
  const std::uint64_t beats_;
  const std::uint64_t last_beats_;
  const std::uint64_t latency_;
  const std::uint64_t outstanding_;
  const std::uint64_t bytes_;
  std::uint64_t position_ = 0;  ///< bytes of the bursts so far
  std::uint64_t visible_ = 0;
};

Picoseconds DmaChannel::write_run(const Train& data, std::uint64_t last_beats, std::uint64_t synchronise) {
  std::uint64_t visible = 0;
  {
    RunWriter writer(*this, data.back().end, last_beats, synchronise);
    writer.write(data.head());
    writer.write(data.run());
    writer.write(data.tail());
    visible = writer.visible();
  }
  return bus_.edge(Cycles{visible});
}

}  // namespace icesim
