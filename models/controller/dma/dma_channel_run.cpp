// SPDX-License-Identifier: Apache-2.0
#include "models/controller/dma/dma_channel.hpp"

#include <algorithm>

namespace icesim {

/// With b beats a burst and M outstanding: s_i = e_{i-1} for every burst i > 0 of a job when (M - 1) b >= read_latency
/// and the M - 1 bursts before i are full, because then e_{i-M} + read_latency <= e_{i-1}; for i = 1 they are the job's
/// first burst and M - 2 of the jobs before. The term a_{i-1} + 1 never delays data: a_{i-1} + 1 + read_latency <=
/// s_{i-1} + 1 <= e_{i-1}.
bool DmaChannel::reads_without_gaps() const {
  return full_bursts_ + 2 >= bursts_.outstanding && (bursts_.outstanding - 1) * burst_beats_ >= bursts_.read_latency;
}

/// Nothing waits for the end of a full burst any more when that and the latency lie before the end of the job's last
/// one: no later data begin sooner.
Picoseconds DmaChannel::read_run(std::uint64_t asked, std::uint64_t bytes, std::uint64_t last_beats, Train& train) {
  const std::uint64_t full = (bytes - 1) / burst_bytes_;
  DmaJob job(bursts_);
  const std::uint64_t first = job.read(asked, burst_beats_);
  train.clear();
  train.head().push_back({burst_bytes_, bus_.edge(Cycles{first})});
  train.run() = ChunkRun(full - 1, 2 * burst_bytes_, burst_bytes_, {bus_, first, burst_beats_, burst_beats_});
  job.follow(full - 1, burst_beats_, remembered_reads_);
  const Picoseconds last = bus_.edge(Cycles{job.read(asked, last_beats)});
  train.tail().push_back({bytes, last});
  return last;
}

/// Unrolled, e_i is the largest of v_k + (beats and latencies on the way from k to i), k <= i, and the way costs at
/// most (i - k) rho + beats with rho = max(beats, (beats + write_latency) / M). Let B be the bytes of a burst, S of a
/// chunk, and chunks at least L cycles apart: within the run v_i - v_k >= floor((i - k) B / S) L.
///
/// decide: v_k decides nothing for e_i when i - k is larger, as then v_i - v_k >= (i - k) rho.
/// late: the most by which m rho exceeds floor(m B / S) L, so that e_k <= v_k + late + beats.
/// waited_for: d_k is not waited for any more when d_k <= e of the run's last burst, because no later burst starts
/// sooner; that is true so many bursts before it, and no more than M are ever waited for.
/// held_up: the same for a d_k that the job before decides, see plan(): so many cycles more than rho a burst.
void DmaChannel::plan_spacing(const ChunkRun& run) {
  const std::uint64_t step = run.step();
  const std::uint64_t distance = run.fewest(bus_, 1);
  const std::uint64_t rho =
      std::max(burst_beats_, divide_up(burst_beats_ + bursts_.write_latency, bursts_.outstanding));
  constexpr std::uint64_t too_many = 4096;  // bursts: no job has more
  plan_ = {};
  plan_.like = run;
  if (burst_bytes_ * distance <= rho * step) return;
  const auto apart = [&](std::uint64_t bursts) { return bursts * burst_bytes_ / step * distance; };
  std::uint64_t m = divide_up(step * distance, burst_bytes_ * distance - rho * step);
  if (m > too_many) return;
  while (m > 0 && apart(m) >= m * rho) --m;
  plan_.sound = true;
  plan_.decide = m;
  for (; m > 0; --m) plan_.late = std::max(plan_.late, m * rho - std::min(m * rho, apart(m)));
  plan_.waited_for = 1;
  while (plan_.waited_for < bursts_.outstanding && apart(plan_.waited_for) < bursts_.write_latency + plan_.late)
    ++plan_.waited_for;
  if (plan_.waited_for == bursts_.outstanding) return;
  const std::uint64_t covered = rho + apart(plan_.decide + plan_.waited_for - 1);
  plan_.held_up = bursts_.write_latency - std::min(bursts_.write_latency, covered);
}

/// The bursts of a run but for its last `decide` + `waited_for` are left out. Let the first of the others be j, and X
/// the latest of e + write_latency of the job before and of the v of the train's head. A way from there costs at most
/// i rho + beats until e_i; with v_j >= X + j rho + late nothing before the run decides e_j or what comes after it. For
/// k < j, d_k <= X + (j - 1) rho + beats + write_latency is not waited for when it lies before the end of the run's
/// last burst, which comes no sooner than v_j + what decide + waited_for - 1 bursts are apart + beats.
const DmaChannel::RunPlan& DmaChannel::plan(const ChunkRun& run, std::uint64_t bytes) {
  if (!plan_.like.spaced_like(run)) plan_spacing(run);
  const std::uint64_t run_end = run.end(run.count() - 1);
  if (plan_.bytes == bytes && plan_.run_end == run_end) return plan_;
  plan_.bytes = bytes;
  plan_.run_end = run_end;
  plan_.left_out = 0;
  const std::uint64_t bursts = std::min(run_end, bytes - 1) / burst_bytes_;
  if (!plan_.sound || bursts <= plan_.decide + plan_.waited_for) return plan_;
  const std::uint64_t rho =
      std::max(burst_beats_, divide_up(burst_beats_ + bursts_.write_latency, bursts_.outstanding));
  plan_.left_out = bursts - plan_.decide - plan_.waited_for;
  plan_.chunks = (run_end - (plan_.left_out + 1) * burst_bytes_) / run.step() + 1;
  plan_.ahead = plan_.left_out * rho + std::max(plan_.late, plan_.held_up);
  return plan_;
}

/// Writes only the last bursts of what a train brings. The answer is no, and nothing has happened, when earlier ones
/// may decide their times.
bool DmaChannel::write_run(const Train& data, std::uint64_t bytes, std::uint64_t last_beats, std::uint64_t synchronise,
                           std::uint64_t& visible) {
  const ChunkRun& run = data.run();
  const RunPlan& plan = this->plan(run, bytes);
  if (plan.left_out == 0 || plan.chunks > run.count()) return false;
  const ClockDomain bus = bus_;
  std::uint64_t i = run.count() - plan.chunks;
  std::uint64_t available = run.next(bus, i) + synchronise;
  std::uint64_t before = bursts_.data_end + bursts_.write_latency;
  const std::uint64_t head_end = data.head().empty() ? 0 : data.head().back().end;
  if ((plan.left_out + 1) * burst_bytes_ <= head_end) return false;  // the first of the others comes with the head
  if (run.end(0) - head_end > run.step()) {
    before = std::max(before, run.next(bus, 0) + synchronise);
  } else if (head_end > 0) {
    before = std::max(before, bus.next(data.head().back().at).n + synchronise);
  }
  if (available < before + plan.ahead) return false;

  DmaJob job(bursts_);
  job.leave_out(plan.left_out);
  const std::uint64_t burst = burst_bytes_;
  const std::uint64_t burst_beats = burst_beats_;
  std::uint64_t there = run.end(i);  // bytes that have come when `available` has
  std::uint64_t end = (plan.left_out + 1) * burst;
  for (; end < bytes && end <= plan.run_end; end += burst) {
    if (there < end) {
      do ++i;
      while ((there += run.step()) < end);
      available = run.next(bus, i) + synchronise;
    }
    job.write(available, burst_beats);
  }
  if (there < plan.run_end) {
    there = plan.run_end;
    if (bytes == there) available = run.next(bus, run.count() - 1) + synchronise;
  }
  const Chunk* chunk = data.tail().data();
  const auto wait_for = [&](std::uint64_t position) {
    for (; there < position; ++chunk) {
      there = chunk->end;
      available = bus.next(chunk->at).n + synchronise;
    }
  };
  for (; end < bytes; end += burst) {
    wait_for(end);
    job.write(available, burst_beats);
  }
  wait_for(bytes);
  visible = job.write(available, last_beats);
  return true;
}

}  // namespace icesim
