// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/hardware_queue.hpp"

namespace icesim {

std::uint32_t HardwareQueue::next(Run& run, Picoseconds now) {
  if (run.taken.empty()) {
    if (run.issued) busy_.update(false);
    run.issued = false;
    if (!take_out(run, now)) return no_index;
  }
  const std::uint32_t number = run.taken.first();
  if (!may_go(requests_[number])) {
    waiting_.splice(requests_, run.taken);
    run.issued = false;
    restart_ = true;
    busy_.update(true);
    return no_index;
  }
  run.taken.pop(requests_);
  run.issued = true;
  return number;
}

/// Linux: __blk_mq_sched_dispatch_requests, __blk_mq_do_dispatch_sched.
bool HardwareQueue::take_out(Run& run, Picoseconds now) {
  if (!waiting_.empty()) {
    run.taken.splice(requests_, waiting_);
    restart_ = true;
    return true;
  }
  if (scheduler_ == nullptr) {
    software_->take_all(run.taken);
    return !run.taken.empty();
  }
  if (device_ != nullptr && device_->blocked()) return false;  // what blocks it goes first, and is on its way here
  do {
    const std::uint32_t number = scheduler_->dispatch(now);
    if (number == no_index) break;
    run.taken.push(requests_, number);
    if (!get_tag(requests_[number])) break;
  } while (!busy_);
  return !run.taken.empty();
}

/// Linux: blk_mq_prep_dispatch_rq.
bool HardwareQueue::may_go(Request& request) {
  if (device_ != nullptr && !device_->takes()) return false;
  if (get_tag(request)) return true;
  if (device_ != nullptr) device_->gives_back();
  return false;
}

bool HardwareQueue::get_tag(Request& request) {
  if (request.has_tag) return true;
  if (tags_.empty()) return false;
  request.tag = Tag{tags_.take()};
  request.has_tag = true;
  return true;
}

bool HardwareQueue::put(Tag tag) {
  tags_.put(static_cast<std::uint32_t>(tag.n));
  const bool restart = restart_ && has_work();
  restart_ = false;
  if (restart) ++restarts_;
  return restart;
}

}  // namespace icesim
