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
  lanes_ = mode == Mode::pwm ? 1 : static_cast<std::uint32_t>(config_.lanes);
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
  auto chunk = ready.begin();
  std::uint64_t filled = link_.clock_.sample(chunk->at).n;
  std::uint64_t start = 0;
  std::uint64_t run = end;
  std::uint32_t bytes = 0;
  for (std::uint32_t sent = 0; sent < size;) {
    const bool first = sent == 0;
    const std::uint32_t content = std::min(link_.mtu_, size - sent);
    const std::uint32_t wire = content == link_.mtu_ ? link_.full_frame_ : link_.wire_bytes(content);
    sent += content;
    if (chunk->end < sent) {
      while (chunk->end < sent) ++chunk;
      filled = link_.clock_.sample(chunk->at).n;
    }
    if (first || filled > end) {
      busy += end - run;
      run = std::max(filled, end);
      bytes = 0;
      if (first) start = run;
    }
    bytes += wire;
    end = run + link_.cycles(bytes);
    total.wire_bytes += Bytes{wire};
    ++total.frames;
  }
  busy += end - run;
  ++total.upius;
  sink_->receive(upiu, Cycles{start}, link_.clock_.edge(Cycles{end}) + link_.config_.phy_latency);
}

void UniproLink::Sender::send(const Upiu& upiu, Picoseconds ready) {
  const std::uint32_t size = upiu_bytes(upiu);
  const std::uint32_t full = (size - 1) / link_.mtu_;
  const std::uint32_t wire = full * link_.full_frame_ + link_.wire_bytes(size - full * link_.mtu_);
  const std::uint64_t start = std::max(link_.clock_.sample(ready).n, end);
  end = start + link_.cycles(wire);
  busy += end - start;
  ++total.upius;
  total.frames += full + 1;
  total.wire_bytes += Bytes{wire};
  sink_->receive(upiu, Cycles{start}, link_.clock_.edge(Cycles{end}) + link_.config_.phy_latency);
}

void UniproLink::Sender::data_arrivals(const Upiu& upiu, Cycles start, Train& train) const {
  const std::uint32_t size = upiu_bytes(upiu);
  const ClockDomain clock = link_.clock_;
  train.resize((size - 1) / link_.mtu_ + 1);
  Chunk* chunk = train.data();
  std::uint32_t wire = 0;
  for (std::uint32_t received = 0; received < size;) {
    const std::uint32_t content = std::min(link_.mtu_, size - received);
    received += content;
    wire += content == link_.mtu_ ? link_.full_frame_ : link_.wire_bytes(content);
    if (received <= upiu_header_size) continue;
    const Cycles left = start + Cycles{link_.cycles(wire)};
    *chunk++ = {received - upiu_header_size, clock.edge(left) + link_.config_.phy_latency};
  }
  train.resize(static_cast<std::size_t>(chunk - train.data()));
}

}  // namespace icesim
