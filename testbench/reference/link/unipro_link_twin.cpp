// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/link/unipro_link_twin.hpp"

#include <algorithm>

namespace icesim::twin {
namespace {

constexpr std::uint64_t start_symbols = 2;  // of the frame's overhead; the rest comes behind the payload

Hertz symbol_rate(const UniproLinkConfig& link, UniproLink::Mode mode) {
  if (mode == UniproLink::Mode::pwm) return Hertz{link.pwm_rate.n / unipro::line_bits_per_byte};
  const auto series = link.series == RateSeries::a ? unipro::Series::a : unipro::Series::b;
  const std::uint64_t bits = link.gear < 6 ? 10 : 8;  // 8b10b; PAM4 without a code
  const std::uint64_t bytes = unipro::lane_rate(link.gear, series).n * 1000 / bits;
  if (link.gear < 6) return Hertz{bytes};
  return Hertz{bytes * link.fec_data.n / (link.fec_data.n + link.fec_parity.n)};
}

}  // namespace

UniproTwinConfig::UniproTwinConfig(const UniproLinkConfig& c, UniproLink::Mode mode)
    : link(c), domain(symbol_rate(c, mode), c.sync_stages), lanes(mode == UniproLink::Mode::pwm ? 1 : c.lanes) {
  ways.fill(c.phy_latency);
  if (lanes > 1) {
    ways[static_cast<std::size_t>(Direction::to_device)] += c.skew_to_device;
    ways[static_cast<std::size_t>(Direction::to_host)] += c.skew_to_host;
  }
  if (mode == UniproLink::Mode::hs && c.gear == 6)
    for (Picoseconds& way : ways) way += c.fec_latency;
}

// Transmitter

UniproTransmitterTwin::UniproTransmitterTwin(const sc_core::sc_module_name& name, const TwinClock& clock,
                                             const UniproTwinConfig& config, const std::vector<std::uint64_t>& sizes,
                                             Direction direction)
    : sc_module(name), clock_(clock), config_(config), sizes_(sizes), direction_(direction) {
  came = config.came_before[static_cast<std::size_t>(direction)];
  SC_METHOD(step);
  sensitive << clock.edge();
  dont_initialize();
}

void UniproTransmitterTwin::step() {
  const Acknowledged& back = acknowledged.read();
  if (!(back == known_)) timer_since_ = clock_.cycle();
  known_ = back;
  const bool replays = config_.link.lost_frames_ppm > 0 && timer_ends(back, timer_since_, config_.link.replay_timeout);
  if (replays) {
    timer_since_ = clock_.cycle();
    ++replay_timeouts;
  }
  if (back.nacs > nacs_ || replays) go_back(back.frames);
  ask_for_afc(back);
  nacs_ = back.nacs;
  LaneWord word{};
  const bool runs = burst_runs(!frame_.empty() || frame_may_begin(0));
  for (std::uint64_t lane = 0; lane < config_.lanes && runs; ++lane) {
    if (frame_.empty()) {
      if (!frame_may_begin(lane)) break;
      begin_frame();
    }
    word[lane] = frame_.front();
    frame_.pop_front();
    if (word[lane].end_of_frame) {
      word[lane].state = state_of_frame();
      places_[frames_ - 1].left = clock_.cycle() + 1;
    }
    empty_ = 0;
  }
  if (word[0].kind == LinkSymbol::filler && clock_.cycle() >= config_.first_cycle) ++empty_;
  lanes.write(word);
  const bool now_quiet = upiu_ == sizes_.size() && acknowledged.read().frames == frames_;
  if (now_quiet && !quiet.read()) quiet_cycle = clock_.cycle();
  quiet.write(now_quiet);
}

/// Timers run while a frame that has left is not acknowledged, and begin anew with each acknowledgement, and each replay.
bool UniproTransmitterTwin::timer_ends(const Acknowledged& back, std::uint64_t since, Picoseconds timeout) const {
  if (frames_ == back.frames) return false;
  const std::uint64_t left = places_[back.frames].left, cycle = clock_.cycle();
  return left <= cycle && cycle >= std::max(left, since) + config_.domain.next(timeout).n;
}

void UniproTransmitterTwin::ask_for_afc(const Acknowledged& back) {
  if (config_.link.lost_afcs_ppm == 0 || !timer_ends(back, std::max(timer_since_, asked_), config_.link.afc_timeout)) return;
  asked_ = clock_.cycle();
  requests.write(requests.read() + 1);
}

/// Whether there is a burst in this cycle, where bursts end.
bool UniproTransmitterTwin::burst_runs(bool frame_waits) {
  const std::uint64_t gap = config_.link.burst_gap.n;
  if (gap == 0) return true;
  if (bursting_ && empty_ >= gap) {
    bursting_ = false;
    starting_ = config_.link.burst_start.n;
  }
  if (bursting_) return true;
  if (!frame_waits) return false;
  if (starting_ > 0) {
    --starting_;
    return false;
  }
  bursting_ = true;
  return true;
}

void UniproTransmitterTwin::go_back(std::uint64_t frame) {
  const Place place = places_.at(frame);
  upiu_ = place.upiu;
  sent_of_upiu_ = place.sent_of_upiu;
  sent_ = place.sent;
  credits_ = place.credits;
  if (in_turn_ < frames_) starts.resize(places_[std::max(frame, in_turn_)].starts);  // what has arrived has begun
  frames_ = frame;
  places_.resize(frame);
  frame_.clear();
  bursting_ = false;
  starting_ = config_.link.burst_start.n;
}

/// What becomes of the frame whose last byte goes over now.
LinkSymbol::State UniproTransmitterTwin::state_of_frame() {
  if (frames_ - 1 != in_turn_) return LinkSymbol::out_of_turn;
  const std::uint64_t number = came++, broken = config_.link.broken_frames_ppm;
  if (link_breaks_frame(direction_, number, broken)) return LinkSymbol::broken;
  if (link_breaks_frame(direction_, number, broken + config_.link.lost_frames_ppm)) return LinkSymbol::out_of_turn;
  ++in_turn_;
  return LinkSymbol::good;
}

std::uint64_t UniproTransmitterTwin::next_content() const {
  return std::min(config_.link.t_mtu.n, sizes_[upiu_] - sent_of_upiu_);
}

bool UniproTransmitterTwin::frame_may_begin(std::uint64_t lane) const {
  if (upiu_ == sizes_.size() || clock_.cycle() < config_.first_cycle) return false;
  if (sent_of_upiu_ == 0 && lane > 0) return false;
  const bool in_buffer = sent_ + next_content() <= fill.read();
  const Acknowledged& back = acknowledged.read();
  const bool in_window = frames_ - back.frames < config_.link.window;
  const std::uint64_t needed = unipro::frame_credits(Bytes{next_content()}, config_.link.header_bytes);
  const bool has_credits = config_.link.credits == 0 || credits_ - back.credits + needed <= config_.link.credits;
  return in_buffer && in_window && has_credits;
}

void UniproTransmitterTwin::begin_frame() {
  const std::uint64_t content = next_content();
  const std::uint64_t header = config_.link.header_bytes.n;
  const std::uint64_t overhead = config_.link.overhead_bytes.n;
  const std::uint64_t first = std::min(overhead, start_symbols);
  const auto put = [&](std::uint64_t count, LinkSymbol::Kind kind) {
    for (std::uint64_t i = 0; i < count; ++i) frame_.push_back({kind, false, false, false, LinkSymbol::good});
  };
  put(first, LinkSymbol::start);
  put(header, LinkSymbol::header);
  put(content, LinkSymbol::data);
  if ((header + content) % 2 == 1) put(1, LinkSymbol::pad);
  put(overhead - first, LinkSymbol::trailer);

  places_.push_back({upiu_, sent_of_upiu_, sent_, credits_, starts.size()});
  if (sent_of_upiu_ == 0 && frames_ >= in_turn_) starts.push_back(clock_.cycle());
  sent_ += content;
  sent_of_upiu_ += content;
  frame_.front().begin_of_frame = true;
  frame_.back().end_of_frame = true;
  if (sent_of_upiu_ == sizes_[upiu_]) {
    frame_.back().end_of_message = true;
    ++upiu_;
    sent_of_upiu_ = 0;
  }
  ++frames_;
  credits_ += unipro::frame_credits(Bytes{content}, config_.link.header_bytes);
}

// Receiver

UniproReceiverTwin::UniproReceiverTwin(const sc_core::sc_module_name& name, const TwinClock& clock,
                                       const UniproTwinConfig& config, Direction direction)
    : sc_module(name), config_(config), direction_(direction) {
  SC_METHOD(step);
  sensitive << clock.edge();
  dont_initialize();
}

void UniproReceiverTwin::step() {
  for (const LinkSymbol& symbol : lanes.read()) {
    if (symbol.begin_of_frame) payload_ = 0;
    if (symbol.kind == LinkSymbol::header || symbol.kind == LinkSymbol::data) ++payload_;
    if (symbol.end_of_frame) end_frame(symbol);
  }
  if (requests.read() == answered_) return;
  answered_ = requests.read();
  answers += total_ == told_ ? 0 : 1;
  tell();
}

void UniproReceiverTwin::tell() { acknowledged.write(told_ = total_); }

void UniproReceiverTwin::end_frame(const LinkSymbol& last) {
  if (last.state != LinkSymbol::good) {
    if (last.state == LinkSymbol::out_of_turn) return;  // or its NAC is lost
    total_.frames += frames_held_;
    total_.credits += credits_held_;
    frames_held_ = credits_held_ = 0;
    total_.nacs = ++nac_frames;
    tell();
    return;
  }
  ++frames_held_;
  credits_held_ += (payload_ + unipro::credit_unit.n - 1) / unipro::credit_unit.n;
  const UniproLinkConfig& link = config_.link;
  const bool window_used = frames_held_ == link.window;
  const bool buffer_used = link.credits > 0 && link.credits - credits_held_ < config_.full_frame_credits();
  if (!last.end_of_message && frames_held_ < link.afc_interval && !window_used && !buffer_used) return;
  total_.frames += frames_held_;
  total_.credits += credits_held_;
  frames_held_ = credits_held_ = 0;
  if (!link_loses_afc(direction_, afc_frames++, config_.link.lost_afcs_ppm)) tell();
}

// The far end

UniproArrivalTwin::UniproArrivalTwin(const sc_core::sc_module_name& name, const TwinClock& clock,
                                     Picoseconds phy_latency)
    : sc_module(name), phy_latency_(sc_core::sc_time::from_value(phy_latency.n)) {
  SC_METHOD(leave);
  sensitive << clock.edge();
  dont_initialize();
  SC_METHOD(arrive);
  sensitive << on_the_wire_;
  dont_initialize();
}

void UniproArrivalTwin::leave() {
  for (const LinkSymbol& symbol : lanes.read()) {
    if (!symbol.end_of_frame || symbol.state != LinkSymbol::good) continue;
    ends_upiu_.push_back(symbol.end_of_message);
    // Where there is no way at all, a frame has arrived before any clock of this instant has settled.
    if (phy_latency_ == sc_core::SC_ZERO_TIME) {
      arrive();
    } else {
      on_the_wire_.notify(phy_latency_);
    }
  }
}

void UniproArrivalTwin::arrive() {
  arrivals.push_back(Picoseconds{sc_core::sc_time_stamp().value()});
  frames.write(arrivals.size());
  if (ends_upiu_.front()) {
    upius.write(++upius_);
    lasts.push_back(arrivals.back());
  }
  ends_upiu_.pop_front();
  if (on_frame) on_frame();
}

// One direction

UniproLinkTwin::UniproLinkTwin(const sc_core::sc_module_name& name, const TwinClock& clock,
                               const UniproTwinConfig& config, const std::vector<std::uint64_t>& sizes, Direction direction)
    : sc_module(name),
      synchroniser("synchroniser", clock),
      transmitter("transmitter", clock, config, sizes, direction),
      wire("wire", clock, config.way(direction)),
      request_wire("request_wire", clock, config.way(direction)),
      receiver("receiver", clock, config, direction),
      // The receiver's own register is the first of those that check a frame and send the symbols of an AFC.
      way_back(
          "way_back", clock,
          config.link.ack_latency.n + (config.link.afc_bytes.n + config.lanes - 1) / config.lanes - 1 + config.way(direction == Direction::to_device ? Direction::to_host : Direction::to_device)),
      arrival("arrival", clock, config.ways[static_cast<std::size_t>(direction)]) {
  synchroniser.in(fill);
  transmitter.fill(synchroniser.out);
  wire.in(transmitter.lanes);
  receiver.lanes(wire.out);
  request_wire.in(transmitter.requests);
  receiver.requests(request_wire.out);
  way_back.in(receiver.acknowledged);
  transmitter.acknowledged(way_back.out);
  arrival.lanes(transmitter.lanes);
}

void UniproLinkTwin::trace(sc_core::sc_trace_file* file) const {
  sc_core::sc_trace(file, synchroniser.out, synchroniser.out.name());
  sc_core::sc_trace(file, transmitter.lanes, transmitter.lanes.name());
  sc_core::sc_trace(file, transmitter.quiet, transmitter.quiet.name());
  sc_core::sc_trace(file, wire.out, wire.out.name());
  sc_core::sc_trace(file, receiver.acknowledged, receiver.acknowledged.name());
  sc_core::sc_trace(file, way_back.out, way_back.out.name());
  sc_core::sc_trace(file, arrival.frames, arrival.frames.name());
  sc_core::sc_trace(file, arrival.upius, arrival.upius.name());
}

}  // namespace icesim::twin
