// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/block_layer.hpp"

/// Requests that have their tags and are not issued: because nothing may be for a while, or for want of a keyslot.
namespace icesim {

/// A request that was to go out does not.
void BlockLayer::set_aside(Request& request) {
  request.held = true;
  request.timeline->mark(Stage::dispatch, host_.now());
  if (device_) device_->gives_back();
}

void BlockLayer::hold(Request& request) {
  set_aside(request);
  request.held = held_for_key_;
  request.stopped = !held_for_key_;
  held_.push(request.number);
}

/// Nobody holds requests back for a key any more.
void BlockLayer::let_go() {
  if (seldom(late_ != nullptr) && late_->works) return;
  held_for_key_ = false;
  dispatch_held();
}

void BlockLayer::stop() {
  stopped_ = holds_ = true;
  device_->stop();
}

void BlockLayer::go() {
  stopped_ = false;
  device_->go();
  dispatch_held();
  ask_kblockd();
}

/// Each is dispatched again on its submitter's core, in the order in which they were held back.
void BlockLayer::dispatch_held() {
  holds_ = held_for_key_ || stopped_;
  if (holds_) return;
  for (; !held_.empty(); held_.pop()) {
    const Request& request = requests_[held_.front()];
    host_.queue(submitters_[request.submitter].core,
                Step::compute(Work::Kind::redispatch, request.number, dispatch_cost(request)));
  }
}

Step BlockLayer::dispatch_again(Request& request) {
  const bool goes = device_ == nullptr || below_->hardware.may_go(request);
  if (request.held || request.stopped)
    request.timeline->mark(request.held ? Stage::blocked : Stage::retry,
                           host_.now() - (goes ? dispatch_cost(request) : Picoseconds{}));
  request.held = request.stopped = false;
  if (!goes) {
    hold_back(request);
    return Step::done();
  }
  owner_[request.tag.n] = static_cast<std::uint16_t>(request.number);
  send(request);
  return Step::done();
}

void BlockLayer::find_keyslots_late(Picoseconds retry) {
  const auto core = static_cast<Core>(config_.kblockd_core % num_cores_);
  late_ = std::make_unique<LateKeys>(
      LateKeys{retry, KeyThread(host_, core, costs_.thread_wake, Work::Kind::load_key, Work::Kind::load_key_woken,
                                [this](std::uint32_t value) { return queue_.go_on_with_key(value); })});
}

/// Whether a request may be issued now: it needs no keyslot, or has one. Otherwise it is dispatched again later.
bool BlockLayer::finds_keyslot(Request& request) {
  if (!request.crypt.encrypted() || request.preflush || request.has_keyslot) return true;
  const KeyslotManager::Result result = vms_.empty()
                                            ? keyslots_->get(request.crypt.key)
                                            : get_counted(request, KeyslotManager::Outcome::wait_unlocked);
  switch (result.outcome) {
    case KeyslotManager::Outcome::hit:
      request.keyslot = result.keyslot;
      request.has_keyslot = true;
      tell(KeyslotEvent::Kind::hit, request, request.crypt.key);
      return true;
    case KeyslotManager::Outcome::program:
      hold();
      hold(request);
      late_->number = request.number;
      late_->keyslot = result.keyslot;
      late_->works = true;
      late_->asked = late_->has_turn = late_->begun = false;
      host_.queue(late_->thread.core(), Step::compute(Work::Kind::load_key, 0, costs_.thread_wake));
      return false;
    case KeyslotManager::Outcome::wait_idle:
      set_aside(request);
      if (scheduled_ && device_) return_tag(request);  // or who has the keyslot, and was put back, might never get one
      host_.queue_at(submitters_[request.submitter].core,
                     Step::compute(Work::Kind::redispatch, request.number, dispatch_cost(request)),
                     host_.now() + late_->retry);
      return false;
    case KeyslotManager::Outcome::wait_unlocked:
      break;
  }
  hold(request);  // until the lock is free
  return false;
}

/// A step of the worker.
Step BlockLayer::load_key(Work work, std::uint32_t value) {
  LateKeys& late = *late_;
  Request& request = requests_[late.number];
  if (!late.asked) {
    late.asked = true;
    if (const Picoseconds asks = ask_hypervisor(request); asks.n > 0) return Step::compute(Work::Kind::load_key, 0, asks);
  }
  if (!late.begun) {
    if (!late.has_turn && !turn_.begin(worker)) return Step::done();
    late.begun = true;
    return late.thread.begin(queue_.program_keyslot(late.keyslot, request.crypt.key));
  }
  const Step next = late.thread.step(work, value);
  if (next.kind() != Step::Kind::done || late.thread.end() == KeyWork::End::not_yet) return next;
  const std::uint32_t vm = request.vm;
  request.keyslot = late.keyslot;
  request.has_keyslot = late.thread.end() == KeyWork::End::done;
  programmed(request, late.keyslot, request.has_keyslot);
  late.works = false;
  if (!request.has_keyslot && ++request.key_failures == LateKeys::most_failures) give_up_issued(request);
  let_go();
  tell_unlocked(vm);
  end_turn();
  return Step::done();
}

/// Ends a request that has its tag, and for which no command is sent: the first of those that are held back.
void BlockLayer::give_up_issued(Request& request) {
  // First of all, unless some of another virtual machine have waited for its lock.
  for (std::size_t others = held_.size(); others > 0; --others) {
    const std::uint32_t first = held_.front();
    held_.pop();
    if (first != request.number) held_.push(first);
  }
  request.timeline->mark(Stage::blocked, host_.now());
  if (device_) device_->forgets(request.number);
  Failure failure;
  failure.key_program = true;
  if (request.sequenced) {
    flushes_->of(request).queue.data_ended(request.number, failure, host_.now());
  } else {
    end_bios(request, failure);
    release(request.number);
  }
  if (scheduled_ && below_->hardware.put(request.tag)) ask_kblockd();
}

}  // namespace icesim
