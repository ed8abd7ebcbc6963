// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/block_layer.hpp"

/// The block layer with writeback throttling.
namespace icesim {

Step BlockLayer::throttle(std::uint32_t submitter) {
  const IoRequest& io = bios_[submitters_[submitter].first_bio]->io;
  const WriteThrottle::Kind kind = throttle_->kind_of(io);
  if (kind == WriteThrottle::Kind::read) throttle_->submit_read(host_.now());
  if (!WriteThrottle::holds_back(kind)) return make_request(submitter);
  if (!throttle_->enter(kind, io, submitter, host_.now())) return sleep(submitter, Waiting::throttle);
  return pass_throttle(submitter);
}

/// A write or discard may go on.
Step BlockLayer::pass_throttle(std::uint32_t submitter) {
  if (throttle_->begin_window()) time_window();
  return make_request(submitter);
}

void BlockLayer::time_window() {
  host_.queue_at(static_cast<Core>(config_.kblockd_core % num_cores_),
                 Step::compute(Work::Kind::throttle, no_index, Picoseconds{}), host_.now() + throttle_->window());
}

/// A command goes out.
void BlockLayer::account_issue(Request& request) {
  if (device_) {
    device_->issued(request.number, host_.now());
    request.sent = host_.now();
    if (config_.timeout.n > 0 && !timer_runs_) start_timer(request.sent + config_.timeout);
  }
  if (!throttle_) return;
  request.issued = host_.now();
  throttle_->issue(request, host_.now());
}

/// A command has ended for good, and its request with it.
void BlockLayer::account_end(const Request& request) {
  if (throttle_) throttle_->complete(request, request.issued, host_.now());
  if (device_) command_ended(request.number);
}

void BlockLayer::send(Request& request) {
  if (seldom(holds_)) return hold(request);
  if (seldom(late_ != nullptr) && !finds_keyslot(request)) return;
  if (seldom(accounts_)) account_issue(request);
  if (const Picoseconds time = page_cost(request); seldom(time.n > 0))
    request.timeline->mark(Stage::descriptors, request.timeline->last() + time);
  queue_.queue_command(request);
}

}  // namespace icesim
