// SPDX-License-Identifier: Apache-2.0
#include "models/link/unipro_link.hpp"

/// What the link counts, and what it tells others: acknowledgements to who watches, errors to the controller.
namespace icesim {

/// The group that is open is acknowledged, as the transmitter knows in cycle `known`.
void UniproLink::Sender::acknowledge(UniproUnacknowledged::Group& group, std::uint64_t known) {
  if (group.frames == 0) return;
  group.known = known;
  unacknowledged_.add(group);
  if (link_.tap_ != nullptr) show(group);
  group = {};
}

/// The receiver sends an AFC. Where that is lost the transmitter asks when its timer ends, and gets the receiver's last one.
void UniproLink::Sender::acknowledge_or_ask(UniproUnacknowledged::Group& group, std::uint64_t first_left) {
  const UniproFlow& flow = link_.flow_;
  const std::uint64_t known = end_ + flow.round;
  if (!link_loses_afc(direction(), afcs_++, link_.config_.lost_afcs_ppm)) {
    unacknowledged_.know(known);
    return acknowledge(group, known);
  }
  if (!unacknowledged_.empty() && unacknowledged_.last_asked() + 1 >= end_) {
    group.asked = unacknowledged_.last_asked();
  } else {
    const std::uint64_t since = unacknowledged_.timed_from(first_left);
    const std::uint64_t times = end_ > since + 1 ? divide_up(end_ - 1 - since, flow.request) : 1;  // those before are too early
    group.asked = since + times * flow.request;
  }
  acknowledge(group, group.asked + 1 + flow.round);
}

/// The end at the host has found `code` of UECDL in a cycle.
void UniproLink::Sender::tell(std::uint32_t code, std::uint64_t cycle) {
  if (link_.events_ != nullptr && direction() == Direction::to_device) link_.events_->data_link_error(code, link_.clock_.edge(Cycles{cycle}));
}

void UniproLink::Sender::show(const UniproUnacknowledged::Group& group) const {
  const ClockDomain& clock = link_.clock_;
  const Direction back = direction() == Direction::to_device ? Direction::to_host : Direction::to_device;
  const std::uint64_t end = group.known - (clock.next(link_.way(back)) + link_.config_.sync_stages).n;
  const std::uint64_t begin = end - link_.lanes_.cycles(static_cast<std::uint32_t>(link_.config_.afc_bytes.n));
  link_.tap_->acknowledgement(direction(), group.frames, clock.edge(Cycles{begin}), clock.edge(Cycles{end}),
                              clock.edge(Cycles{group.known}));
}

LinkStatistics UniproLink::statistics(Direction direction) const {
  return (direction == Direction::to_device ? to_device_ : to_host_).statistics(clock_);
}

void UniproLink::describe(Statistics& s) const {
  s.group("to_device", statistics(Direction::to_device));
  s.group("to_host", statistics(Direction::to_host));
}

LinkStatistics UniproLink::Sender::statistics(const ClockDomain& clock) const {
  LinkStatistics result = total_;
  result.busy += clock.edge(Cycles{busy_});
  result.stalled += clock.edge(Cycles{stalled_});
  result.ends_bursts = link_.config_.burst_gap.n > 0;
  result.breaks_frames = link_.config_.broken_frames_ppm > 0;
  result.loses_frames = link_.config_.lost_frames_ppm > 0;
  result.loses_afcs = link_.config_.lost_afcs_ppm > 0;
  result.afc_requests = unacknowledged_.requests();
  return result;
}

}  // namespace icesim
