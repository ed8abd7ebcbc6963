// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/block_layer.hpp"

#include <algorithm>

/// The block layer where commands that fail are tried again.
namespace icesim {

/// A command has failed. True: its request keeps what it has but the hardware's tag, and kblockd will issue it again
/// (Linux: blk_mq_requeue_request).
bool BlockLayer::put_back(Request& request, Failure failure) {
  const bool readahead = request.operation == Operation::read && first_bio(request).has(IoRequest::readahead);
  if (!device_->puts_back(request.number, failure, host_.now(), readahead)) return false;
  if (request.preflush) request.timeline->mark(Stage::flush, host_.now());
  if (throttle_) throttle_->put_back(request);
  below_->again.push(requests_, request.number);
  if (scheduled_) return_tag(request);
  ask_kblockd();
  if (tells_ends_) watch_->command_ended();
  return true;
}

void BlockLayer::return_tag(Request& request) {
  request.has_tag = false;
  if (below_->hardware.put(request.tag)) ask_kblockd();
}

/// A submitter's request that it may not issue now waits until kblockd may.
Step BlockLayer::hold_back(std::uint32_t submitter, std::uint32_t number) {
  requests_[number].timeline->unplug(host_.now());
  below_->hardware.put_back(number);
  ask_kblockd();
  return next(submitter);
}

/// So does a request that was to go out before, and was set aside.
void BlockLayer::hold_back(const Request& request) {
  device_->sets_back(request.number);
  below_->hardware.put_back(request.number);
  ask_kblockd();
}

/// A command has ended for good.
void BlockLayer::command_ended(std::uint32_t number) {
  if (device_->ended(number)) ask_kblockd();
  if (seldom(tells_ends_)) watch_->command_ended();
}

/// Nobody may be there who tells when the device takes a command again.
void BlockLayer::rerun_later() {
  below_->rerun_at = host_.now() + ScsiDevice::delay;
  host_.queue_at(static_cast<Core>(config_.kblockd_core % num_cores_),
                 Step::compute(Work::Kind::rerun, no_index, Picoseconds{}), below_->rerun_at);
}

/// One timer is set for the command that has to end first of those that were under way when it was set (Linux:
/// blk_mq_timeout_work), so that it costs nothing to send one.
void BlockLayer::start_timer(Picoseconds at) {
  timer_runs_ = true;
  host_.queue_at(static_cast<Core>(config_.kblockd_core % num_cores_),
                 Step::compute(Work::Kind::time_out, no_index, Picoseconds{}), at);
}

void BlockLayer::time_out() {
  constexpr Picoseconds never{~std::uint64_t{0}};
  Picoseconds next = never;
  for (Request& request : requests_) {
    if (request.under_way == UnderWay::no || request.owned) continue;
    if (request.sent + config_.timeout > host_.now()) {
      next = std::min(next, request.sent + config_.timeout);
      continue;
    }
    request.owned = true;
    watch_->timed_out(request);
  }
  timer_runs_ = false;
  if (next == never && device_->busy()) next = host_.now() + config_.timeout;  // one may still be on its way
  if (next != never) start_timer(next);
}

std::vector<Tag> BlockLayer::under_way() const {
  std::vector<Tag> tags;
  for (const Request& request : requests_)
    if (request.under_way != UnderWay::no && !request.owned) tags.push_back(request.tag);
  return tags;
}

std::size_t BlockLayer::commands_out() const {
  return static_cast<std::size_t>(std::count_if(requests_.begin(), requests_.end(), [](const Request& each) {
    return each.under_way != UnderWay::no;
  }));
}

}  // namespace icesim
