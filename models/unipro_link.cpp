// SPDX-License-Identifier: Apache-2.0
#include "models/unipro_link.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim {

namespace {

ClockDomain symbol_clock(const UniproLinkConfig& config, UniproLink::Mode mode) {
  if (mode == UniproLink::Mode::pwm) {
    return {Hertz{config.pwm_rate.n / unipro::line_bits_per_byte}, config.sync_stages};
  }
  const auto series = config.series == RateSeries::a ? unipro::Series::a : unipro::Series::b;
  const std::uint64_t bits_per_second = unipro::lane_rate(config.gear, series).n * 1000;
  return {Hertz{bits_per_second / unipro::line_bits_per_byte}, config.sync_stages};
}

/// Frames of a UPIU that are worth a ChunkRun.
constexpr std::uint32_t shortest_run = 24;

std::uint32_t upiu_bytes(const Upiu& upiu) { return static_cast<std::uint32_t>(upiu_header_size) + upiu.data_length; }

}  // namespace

UniproLink::UniproLink(const sc_core::sc_module_name& name, const UniproLinkConfig& config)
    : sc_core::sc_module(name),
      config_(config),
      mtu_(static_cast<std::uint32_t>(config.t_mtu.n)),
      full_frame_(wire_bytes(mtu_)),
      clock_(symbol_clock(config, Mode::hs)),
      lanes_(static_cast<std::uint32_t>(config.lanes)),
      to_device_(*this, at_device),
      to_host_(*this, at_host) {
  management.bind(*this);
  from_host.bind(to_device_);
  from_device.bind(to_host_);
}

std::uint32_t UniproLink::wire_bytes(std::uint32_t content) const {
  return static_cast<std::uint32_t>(
      unipro::frame_bytes(Bytes{content}, config_.header_bytes, config_.overhead_bytes).n);
}

void UniproLink::set_mode(Mode mode) {
  const ClockDomain next = symbol_clock(config_, mode);
  for (Sender* sender : {&to_device_, &to_host_}) {
    sender->total.busy += clock_.edge(Cycles{sender->busy});
    sender->busy = 0;
    sender->end = next.next(clock_.edge(Cycles{sender->end})).n;
  }
  clock_ = next;
  mode_ = mode;
  lanes_ = Lanes(mode == Mode::pwm ? 1 : static_cast<std::uint32_t>(config_.lanes));
}

LinkStatistics UniproLink::statistics(Direction direction) const {
  const Sender& sender = direction == Direction::to_device ? to_device_ : to_host_;
  LinkStatistics result = sender.total;
  result.busy += clock_.edge(Cycles{sender.busy});
  return result;
}

void UniproLink::describe(Statistics& s) const {
  s.group("to_device", statistics(Direction::to_device));
  s.group("to_host", statistics(Direction::to_host));
}

void UniproLink::Sender::send(const Upiu& upiu, const Train& ready) {
  const std::uint32_t size = upiu_bytes(upiu);
  ensure(!ready.empty() && ready.back().end >= size, "UniproLink: all bytes of a UPIU become ready");
  const ClockDomain clock = link_.clock_;
  const Lanes lanes = link_.lanes_;
  const std::uint32_t mtu = link_.mtu_;
  const std::uint32_t full_frame = link_.full_frame_;
  const std::uint32_t full = (size - 1) / mtu;  // the last frame is the one that may be short
  const std::uint32_t last_frame = link_.wire_bytes(size - full * mtu);
  const Chunk* chunk = ready.data();
  while (chunk->end < std::min(mtu, size)) ++chunk;
  std::uint64_t filled = clock.sample(chunk->at).n;
  const std::uint64_t start = std::max(filled, end);
  std::uint64_t run = start;
  std::uint64_t left = start;     // e
  std::uint64_t runs_before = 0;  // cycles
  std::uint32_t bytes = 0;
  const auto frame = [&](std::uint32_t sent, std::uint32_t wire) {
    if (chunk->end < sent) {
      do ++chunk;
      while (chunk->end < sent);
      filled = clock.sample(chunk->at).n;
    }
    if (filled > left) {
      runs_before += left - run;
      run = filled;
      bytes = 0;
    }
    bytes += wire;
    left = run + lanes.cycles(bytes);
  };
  std::uint32_t sent = 0;
  for (std::uint32_t i = 0; i < full; ++i) frame(sent += mtu, full_frame);
  frame(size, last_frame);
  end = left;
  busy += runs_before + (left - run);
  ++total.upius;
  total.frames += full + 1;
  total.wire_bytes += Bytes{full * full_frame + last_frame};
  sink_->receive(upiu, Cycles{start}, clock.edge(Cycles{left}) + link_.config_.phy_latency);
}

void UniproLink::Sender::send(const Upiu& upiu, Picoseconds ready) {
  const std::uint32_t size = upiu_bytes(upiu);
  const std::uint32_t full = (size - 1) / link_.mtu_;
  const std::uint32_t wire = full * link_.full_frame_ + link_.wire_bytes(size - full * link_.mtu_);
  const std::uint64_t start = std::max(link_.clock_.sample(ready).n, end);
  end = start + link_.lanes_.cycles(wire);
  busy += end - start;
  ++total.upius;
  total.frames += full + 1;
  total.wire_bytes += Bytes{wire};
  sink_->receive(upiu, Cycles{start}, link_.clock_.edge(Cycles{end}) + link_.config_.phy_latency);
}

void UniproLink::Sender::data_arrivals(const Upiu& upiu, Cycles start, Train& train) const {
  const std::uint32_t size = upiu_bytes(upiu);
  if (upiu.data_length == 0) {
    train.clear();
    return;
  }
  const ClockDomain clock = link_.clock_;
  const Lanes lanes = link_.lanes_;
  const Picoseconds phy = link_.config_.phy_latency;
  const std::uint32_t mtu = link_.mtu_;
  const std::uint32_t full_frame = link_.full_frame_;
  const std::uint32_t full = (size - 1) / mtu;  // the last frame is the one that may be short
  const std::uint32_t header_only = static_cast<std::uint32_t>(upiu_header_size) / mtu;
  const auto left = [&](std::uint32_t wire) { return clock.edge(start + Cycles{lanes.cycles(wire)}) + phy; };
  if (full >= header_only + shortest_run) {
    const std::uint32_t runs = full - header_only;
    train.clear();
    train.run() = ChunkRun(runs, (header_only + 1) * mtu - upiu_header_size, mtu,
                           {clock, start.n, (header_only + 1) * full_frame, full_frame, lanes.count(), phy});
    train.tail().push_back({upiu.data_length, left(full * full_frame + link_.wire_bytes(size - full * mtu))});
    return;
  }
  Chunk* chunk = train.rewrite(full + 1 - header_only);
  std::uint32_t received = header_only * mtu;
  std::uint32_t wire = header_only * full_frame;
  for (std::uint32_t i = header_only; i < full; ++i) {
    received += mtu;
    wire += full_frame;
    *chunk++ = {received - upiu_header_size, left(wire)};
  }
  *chunk = {upiu.data_length, left(wire + link_.wire_bytes(size - received))};
}

}  // namespace icesim
