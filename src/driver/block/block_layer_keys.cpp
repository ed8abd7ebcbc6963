// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/block_layer.hpp"

/// How a request of the block layer gets its keyslot.
namespace icesim {

Step BlockLayer::take_keyslot(std::uint32_t submitter) {
  Request& request = requests_[submitters_[submitter].current];
  if (!request.crypt.encrypted() || keyslots_ == nullptr || seldom(late_ != nullptr)) return plug(submitter);
  const KeyslotManager::Result result = keyslots_->get(request.crypt.key);
  if (seldom(result.outcome != KeyslotManager::Outcome::hit)) return settle(submitter, result);
  request.keyslot = result.keyslot;
  request.has_keyslot = true;
  return plug(submitter);
}

/// Goes on with what the keyslot manager has answered to a submitter's request.
Step BlockLayer::settle(std::uint32_t submitter, const KeyslotManager::Result& result) {
  Request& request = requests_[submitters_[submitter].current];
  request.keyslot = result.keyslot;
  switch (result.outcome) {
    case KeyslotManager::Outcome::hit:
      request.has_keyslot = true;
      return plug(submitter);
    case KeyslotManager::Outcome::program:
      return work_on_key(submitter, queue_.program_keyslot(result.keyslot, request.crypt.key));
    case KeyslotManager::Outcome::wait_idle:
      return sleep(submitter, Waiting::idle_keyslot);
    case KeyslotManager::Outcome::wait_unlocked:
      break;
  }
  return sleep(submitter, Waiting::unlocked_keyslots);
}

Step BlockLayer::work_on_key(std::uint32_t submitter, const KeyWork& work) {
  key_work_ = work;
  if (work.stops) hold();
  if (work.reads != Reg{}) return Step::read(Work::Kind::key_work, submitter, work.reads);
  return Step::compute(Work::Kind::key_work, submitter, work.busy);
}

/// A piece of the work for a key has ended: its thread sleeps, another piece follows, or the key is there or is not.
Step BlockLayer::key_work_done(std::uint32_t submitter, std::uint32_t value) {
  Submitter& s = submitters_[submitter];
  Request& request = requests_[s.current];
  request.timeline->mark(key_work_.stage, host_.now());
  if (key_work_.asleep.n > 0) {
    s.waiting = Waiting::firmware;
    host_.queue_at(s.core, Step::compute(Work::Kind::resume, submitter, costs_.thread_wake), host_.now() + key_work_.asleep);
    return next(submitter);
  }
  if (key_work_.end == KeyWork::End::not_yet) return work_on_key(submitter, queue_.go_on_with_key(value));
  let_go();
  request.has_keyslot = key_work_.end == KeyWork::End::done;
  if (keyslots_->programmed(request.keyslot, request.crypt.key, request.has_keyslot)) wake_all(idle_waiters_);
  wake_all(lock_waiters_);
  tell_unlocked();
  return request.has_keyslot ? plug(submitter) : give_up(submitter);
}

/// The keyslots' lock is free: those are told who come behind all requests.
void BlockLayer::tell_unlocked() {
  if (lock_observer_ != nullptr) lock_observer_->keyslots_unlocked();
}

/// The request that is being made ends here, and no command is sent for it: its key could not be programmed.
Step BlockLayer::give_up(std::uint32_t submitter) {
  const std::uint32_t number = submitters_[submitter].current;
  Failure failure;
  failure.key_program = true;
  end_bios(requests_[number], failure);
  release(number);
  return next(submitter);
}

}  // namespace icesim
