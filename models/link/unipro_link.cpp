// SPDX-License-Identifier: Apache-2.0
#include "models/link/unipro_link.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/base/seldom.hpp"

#include <algorithm>
#include <string>

namespace icesim {

namespace {

constexpr std::uint32_t dl_nac_received = 1u << 0, dl_replay_timer = 1u << 1;  // of UECDL [ufshci-errors]

ClockDomain symbol_clock(const UniproLinkConfig& config, UniproLink::Mode mode, std::uint64_t gear) {
  if (mode == UniproLink::Mode::pwm) {
    return {Hertz{config.pwm_rate.n / unipro::line_bits_per_byte}, config.sync_stages};
  }
  return {config.lane_rate(gear), config.sync_stages};
}

}  // namespace

UniproLink::UniproLink(const sc_core::sc_module_name& name, const UniproLinkConfig& config)
    : sc_core::sc_module(name),
      config_(config),
      mtu_(static_cast<std::uint32_t>(config.t_mtu.n)),
      full_frame_(wire_bytes(mtu_)),
      header_only_(static_cast<std::uint32_t>(upiu_header_size) / mtu_),
      gear_(config.gear),
      clock_(symbol_clock(config, Mode::hs, config.gear)),
      lanes_(static_cast<std::uint32_t>(config.lanes)),
      fails_(config.broken_frames_ppm + config.lost_frames_ppm > 0),
      by_frame_(config.lost_frames_ppm + config.lost_afcs_ppm > 0),
      burst_gap_(config.burst_gap.n > 0 ? config.burst_gap.n : std::uint64_t{1} << 62),
      to_device_(*this, at_device),
      to_host_(*this, at_host) {
  const std::uint64_t least = unipro::frame_credits(config.t_mtu, config.header_bytes);
  if (config.credits > 0 && config.credits < least) {
    throw UserError("link.credits: " + std::to_string(config.credits) + " is not allowed; 0 or at least the " +
                    std::to_string(least) + " of a frame of link.t_mtu=" + std::to_string(config.t_mtu.n) +
                    " with link.header_bytes=" + std::to_string(config.header_bytes.n) + " are");
  }
  if (config.lost_afcs_ppm > 0 && config.afc_timeout >= config.replay_timeout)
    throw UserError("link.afc_timeout: " + quantity_text(config.afc_timeout) + " is not less than link.replay_timeout=" + quantity_text(config.replay_timeout));
  set_flow();
  management.bind(*this);
  from_host.bind(to_device_);
  from_device.bind(to_host_);
}

std::uint32_t UniproLink::wire_bytes(std::uint32_t content) const {
  return static_cast<std::uint32_t>(
      unipro::frame_bytes(Bytes{content}, config_.header_bytes, config_.overhead_bytes).n);
}

UniproFrames UniproLink::divide(std::uint32_t size) const {
  UniproFrames frames;
  frames.size = size;
  frames.full = (size - 1) / mtu_;
  const std::uint32_t last = size - frames.full * mtu_;
  frames.last_wire = wire_bytes(last);
  frames.last_credits = static_cast<std::uint32_t>(unipro::frame_credits(Bytes{last}, config_.header_bytes));
  frames.groups = frames.full == 0 ? 1 : frames.full / flow_.interval + 1;
  frames.wire = frames.full * full_frame_ + frames.last_wire;
  return frames;
}

void UniproLink::set_flow() {
  flow_.window = static_cast<std::uint32_t>(config_.window);
  flow_.frame = static_cast<std::uint32_t>(unipro::frame_credits(config_.t_mtu, config_.header_bytes));
  flow_.credits = config_.credits == 0 ? ~0u : static_cast<std::uint32_t>(config_.credits);
  flow_.room = std::min(flow_.window, flow_.credits / flow_.frame);
  flow_.interval = std::min(static_cast<std::uint32_t>(config_.afc_interval), flow_.room);
  flow_.round = config_.ack_latency.n + lanes_.cycles(config_.afc_bytes.n);
  for (const Direction direction : {Direction::to_device, Direction::to_host}) {
    const Picoseconds way = config_.way(direction, mode_ == Mode::hs ? gear_ : 0);
    ways_[static_cast<std::size_t>(direction)] = way;
    flow_.round += (clock_.next(way) + config_.sync_stages).n;
  }
  flow_.replay = clock_.next(config_.replay_timeout).n;
  flow_.request = clock_.next(config_.afc_timeout).n;
  const std::uint64_t ahead = std::uint64_t{flow_.room - flow_.interval} * full_frame_;
  flow_.steady = lanes_.full_cycles(ahead) >= flow_.round + 1;
}

Picoseconds UniproLink::quiet() const { return clock_.edge(Cycles{std::max(to_device_.quiet(), to_host_.quiet())}); }

void UniproLink::reset() {
  set_mode(Mode::pwm, Picoseconds{});
  at_device->link_reset();
  at_host->link_reset();
}

void UniproLink::set_gear(std::uint64_t gear) {
  if (gear > 0) gear_ = gear;
  set_mode(gear > 0 ? Mode::hs : Mode::pwm);
}

void UniproLink::set_mode(Mode mode, Picoseconds from) {
  const ClockDomain before = clock_;
  clock_ = symbol_clock(config_, mode, gear_);
  mode_ = mode;
  lanes_ = UniproLanes(mode == Mode::pwm ? 1 : static_cast<std::uint32_t>(config_.lanes));
  set_flow();
  for (Sender* sender : {&to_device_, &to_host_}) sender->change_clock(before, clock_.next(from).n);
}

UniproLink::Sender::Sender(UniproLink& link, sc_core::sc_port<UpiuSink>& sink) : link_(link), sink_(sink) {
  left_.reserve((upiu_header_size + max_data_segment.n) / link.mtu_ + 1);
}

void UniproLink::Sender::change_clock(const ClockDomain& clock, std::uint64_t start) {
  total_ = statistics(clock);
  busy_ = stalled_ = 0;
  unacknowledged_.restart();
  end_ = start;
}

void UniproLink::Sender::count(const UniproFrames& frames, std::uint32_t groups, std::uint64_t cycles) {
  busy_ += cycles;
  ++total_.upius;
  total_.frames += frames.full + 1;
  total_.wire_bytes += Bytes{frames.wire};
  total_.afc_frames += groups;
}

void UniproLink::Sender::announce(const Upiu& upiu, std::uint64_t start) {
  sink_->receive(upiu, Cycles{start}, link_.clock_.edge(Cycles{end_}) + way());
}

bool UniproLink::Sender::passes(std::uint64_t start, const UniproFrames& frames) {
  // Room for all, even if nothing has been acknowledged meanwhile.
  if (unacknowledged_.frames() + frames.full < link_.flow_.room) return true;
  unacknowledged_.forget(start);
  return link_.flow_.lets_pass(unacknowledged_, start, frames.full + 1, link_.full_frame_, link_.lanes_);
}

void UniproLink::Sender::send(const Upiu& upiu, const Train& ready) {
  const UniproFrames& frames = frames_of(upiu);
  ensure(!ready.empty() && ready.back().end >= frames.size, "UniproLink: all bytes of a UPIU become ready");
  if (ready.has_run() && !link_.by_frame_ && send_run(upiu, frames, ready)) return;
  const ClockDomain clock = link_.clock_;
  const std::uint32_t mtu = link_.mtu_;
  const std::uint32_t full_frame = link_.full_frame_;
  const std::uint32_t interval = link_.flow_.interval;
  const Chunk* chunk = nullptr;
  std::uint64_t filled = 0;
  const auto begin_anew = [&] {
    chunk = ready.data();
    while (chunk->end < std::min(mtu, frames.size)) ++chunk;
    filled = clock.sample(chunk->at).n;
  };
  begin_anew();
  const auto filled_until = [&](std::uint32_t sent) {
    if (chunk->end < sent) {
      do ++chunk;
      while (chunk->end < sent);
      filled = clock.sample(chunk->at).n;
    }
    return filled;
  };
  std::uint64_t start = std::max(filled, end_);
  if (link_.by_frame_ || !passes(start, frames) || !arrive(frames)) return send_hindered(upiu, frames, filled_until);
  const bool burst = begins_burst(start);
  if (seldom(burst)) start += link_.config_.burst_start.n;
  UniproRun run{link_.lanes_, start};
  std::array<std::uint64_t, unipro::max_window> groups_left;
  bool one_burst = true;
  const auto frame = [&](std::uint32_t sent, std::uint32_t wire) {
    const std::uint64_t there = filled_until(sent);
    one_burst = one_burst && there < run.left + link_.burst_gap_;
    run.add(there, wire);
  };
  std::uint32_t sent = 0;
  for (std::uint32_t group = 0; group < frames.groups - 1; ++group) {
    for (std::uint32_t i = 0; i < interval; ++i) frame(sent += mtu, full_frame);
    groups_left[group % groups_left.size()] = run.left;
  }
  while (sent + mtu < frames.size) frame(sent += mtu, full_frame);
  frame(frames.size, frames.last_wire);
  if (seldom(!one_burst)) {
    begin_anew();
    return send_hindered(upiu, frames, filled_until);
  }
  end_ = run.left;
  one_run_ = true;
  count_run(frames, run.busy(), burst);
  note_groups(unacknowledged_, link_.flow_, frames, end_,
              [&](std::uint32_t group) { return groups_left[group % groups_left.size()]; });
  announce(upiu, start);
}

void UniproLink::Sender::send(const Upiu& upiu, Picoseconds ready) {
  const UniproFrames& frames = frames_of(upiu);
  const std::uint64_t filled = link_.clock_.sample(ready).n;
  std::uint64_t start = std::max(filled, end_);
  if (link_.by_frame_ || !passes(start, frames) || !arrive(frames))
    return send_hindered(upiu, frames, [filled](std::uint32_t) { return filled; });
  const bool burst = begins_burst(start);
  if (seldom(burst)) start += link_.config_.burst_start.n;
  const UniproLanes lanes = link_.lanes_;
  end_ = start + lanes.cycles(frames.wire);
  one_run_ = true;
  count_run(frames, end_ - start, burst);
  const std::uint32_t group_bytes = link_.flow_.interval * link_.full_frame_;
  note_groups(unacknowledged_, link_.flow_, frames, end_,
              [&](std::uint32_t group) { return start + lanes.cycles((group + 1) * group_bytes); });
  announce(upiu, start);
}

/// Frame by frame, as the contract says; `filled` tells in which cycle so many bytes are known to be in the buffer.
template <class Filled>
void UniproLink::Sender::send_hindered(const Upiu& upiu, const UniproFrames& frames, const Filled& filled) {
  const UniproFlow& flow = link_.flow_;
  const UniproLanes lanes = link_.lanes_;
  const std::uint64_t gap = link_.config_.burst_gap.n, burst_start = gap > 0 ? link_.config_.burst_start.n : 0;
  std::uint64_t start = 0, run = end_, busy = 0;
  std::uint32_t sent = 0, bytes = 0, groups = 0;
  UniproUnacknowledged::Group group;
  std::uint64_t group_left = 0;  // its first frame
  left_.clear();
  for (std::uint32_t i = 0; i <= frames.full; ++i) {
    const bool last = i == frames.full;
    const std::uint32_t credits = last ? frames.last_credits : flow.frame;
    sent = last ? frames.size : sent + link_.mtu_;
    const std::uint64_t behind = run + lanes.full_cycles(bytes);
    const std::uint64_t there = std::max(filled(sent), behind);
    std::uint64_t begin = there;
    // The group that is open holds less than window and buffer, so that one before it can be waited for.
    while (unacknowledged_.frames() + group.frames + 1 > flow.window ||
           unacknowledged_.credits() + group.credits + credits > flow.credits) {
      begin = std::max(begin, unacknowledged_.take());
    }
    stalled_ += begin - there;
    if (gap > 0 && begin >= end_ + gap) {
      begin += burst_start;
      ++total_.bursts;
    }
    if (i == 0) start = begin;
    if (begin > behind) {
      busy += end_ - run;
      run = begin;
      bytes = 0;
    }
    const std::uint32_t wire = last ? frames.last_wire : link_.full_frame_;
    bytes += wire;
    end_ = run + lanes.cycles(bytes);
    for (FrameFate fate; link_.fails_ && (fate = this->fate()) != FrameFate::arrives;) {
      total_.bursts += gap > 0 ? 1 : 0;
      std::uint64_t again = end_ + flow.round;
      if (fate == FrameFate::breaks) {
        ++total_.nac_frames;
        unacknowledged_.know(again);
        acknowledge(group, again);
      } else {
        ++total_.replay_timeouts;
        again = std::max(unacknowledged_.timed_from(group.frames == 0 ? end_ : group_left) + flow.replay, end_);
      }
      tell(fate == FrameFate::breaks ? dl_nac_received : dl_replay_timer, again);
      unacknowledged_.clear();
      busy += end_ - run;
      run = again + burst_start;
      if (i == 0) start = run;
      bytes = group.frames * link_.full_frame_ + wire;
      group_left = run + lanes.cycles(link_.full_frame_);
      end_ = run + lanes.cycles(bytes);
    }
    if (group.frames == 0) group_left = end_;
    left_.push_back(end_);
    ++group.frames;
    group.credits += credits;
    if (group.frames == flow.interval || last) {
      if (seldom(link_.config_.lost_afcs_ppm > 0))
        acknowledge_or_ask(group, group_left);
      else
        acknowledge(group, end_ + flow.round);
      ++groups;
    }
  }
  one_run_ = false;
  count(frames, groups, busy + (end_ - run));
  announce(upiu, start);
}

}  // namespace icesim
