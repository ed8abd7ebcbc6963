// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/block_layer.hpp"

/// How a request of the block layer gets its keyslot.
namespace icesim {

Step BlockLayer::take_keyslot(std::uint32_t submitter) {
  Request& request = requests_[submitters_[submitter].current];
  if (!request.crypt.encrypted() || keyslots_ == nullptr || seldom(late_ != nullptr)) return plug(submitter);
  const KeyslotManager::Result result = seldom(!vms_.empty())
                                            ? get_counted(request, KeyslotManager::Outcome::wait_unlocked)
                                            : keyslots_->get(request.crypt.key);
  if (seldom(result.outcome != KeyslotManager::Outcome::hit)) return settle(submitter, result);
  request.keyslot = result.keyslot;
  return holds_keyslot(submitter);
}

/// The request that is being made has its keyslot, which held its key already.
Step BlockLayer::holds_keyslot(std::uint32_t submitter) {
  Request& request = requests_[submitters_[submitter].current];
  request.has_keyslot = true;
  tell(KeyslotEvent::Kind::hit, request, request.crypt.key);
  return plug(submitter);
}

/// Goes on with what the keyslot manager has answered to a submitter's request.
Step BlockLayer::settle(std::uint32_t submitter, const KeyslotManager::Result& result) {
  Request& request = requests_[submitters_[submitter].current];
  request.keyslot = result.keyslot;
  switch (result.outcome) {
    case KeyslotManager::Outcome::hit:
      return holds_keyslot(submitter);
    case KeyslotManager::Outcome::program:
      if (const Picoseconds asks = ask_hypervisor(request); asks.n > 0)
        return Step::compute(Work::Kind::hypervisor, submitter, asks);
      return take_turn(submitter);
    case KeyslotManager::Outcome::wait_idle:
      return sleep(submitter, Waiting::idle_keyslot);
    case KeyslotManager::Outcome::wait_unlocked:
      break;
  }
  return sleep(submitter, Waiting::unlocked_keyslots);
}

/// The same for requests that are told apart; `waited` as for get_again().
KeyslotManager::Result BlockLayer::get_counted(const Request& request, KeyslotManager::Outcome waited) {
  const KeyslotManager::Result result = domain_of(request.vm).keyslots->get_again(request.crypt.key, waited);
  vms_[request.vm].count(result.outcome);
  return result;
}

void BlockLayer::tell_apart(std::vector<VmKeyslots> vms) {
  vms_ = std::move(vms);
  partitioned_ = vms_.back().keyslots != vms_.front().keyslots;
  if (!partitioned_) return;
  domains_.resize(vms_.size());
  for (std::size_t vm = 0; vm < vms_.size(); ++vm) domains_[vm].keyslots = vms_[vm].keyslots;
}

/// A submitter whose manager is locked for it programs its key, or sleeps until others have done their work.
Step BlockLayer::take_turn(std::uint32_t submitter) {
  Submitter& s = submitters_[submitter];
  if (!turn_.begin(submitter)) {
    s.waiting = Waiting::turn;
    return next(submitter);
  }
  const Request& request = requests_[s.current];
  return work_on_key(submitter, queue_.program_keyslot(request.keyslot, request.crypt.key));
}

bool BlockLayer::begin_turn(const KeyslotThread& thread) {
  std::uint32_t number = 0;
  while (threads_[number].thread != &thread) ++number;
  return turn_.begin(first_thread + number);
}

/// Work on a keyslot of the hardware has ended, and somebody else's may begin.
void BlockLayer::end_turn() {
  const std::uint32_t next = turn_.end();
  if (next == KeyTurn::nobody) return;
  if (next < first_thread) return wake(next);
  if (next < worker) return threads_[next - first_thread].thread->turn();
  late_->has_turn = true;
  host_.queue(late_->thread.core(), Step::compute(Work::Kind::load_key, 0, costs_.thread_wake));
}

/// KeyslotManager::programmed() for a request.
bool BlockLayer::programmed(const Request& request, Keyslot keyslot, bool succeeded) {
  KeyslotManager& keyslots = *domain_of(request.vm).keyslots;
  const std::uint64_t evictions = keyslots.statistics().evictions;
  const KeyId old = keyslots.key_in(keyslot);
  const bool wakes = keyslots.programmed(keyslot, request.crypt.key, succeeded);
  if (!vms_.empty()) vms_[request.vm].statistics.keyslots.evictions += keyslots.statistics().evictions - evictions;
  if (!succeeded || recorder_ == nullptr) return wakes;
  if (old != no_key) tell(KeyslotEvent::Kind::evicted, request, old);
  tell(KeyslotEvent::Kind::programmed, request, request.crypt.key);
  return wakes;
}

/// The lock of a virtual machine's manager is free: its threads hear it, unless somebody else has taken it already.
void BlockLayer::tell_unlocked(std::uint32_t vm) {
  if (lock_observer_ != nullptr) lock_observer_->keyslots_unlocked();
  if (const KeyslotManager* const keyslots = domain_of(vm).keyslots; keyslots != nullptr && keyslots->locked()) return;
  for (const Thread& each : threads_)
    if (!partitioned_ || each.vm == vm) each.thread->unlocked();
}

void BlockLayer::keyslots_unlocked() {
  let_go();
  for (KeyslotDomain& each : domains_) wake_all(each.lock_waiters);
  for (std::uint32_t vm = 0; vm < domains_.size(); ++vm) tell_unlocked(vm);
}

void BlockLayer::thread_unlocked(std::uint32_t vm) {
  let_go();
  wake_all(domain_of(vm).lock_waiters);
  tell_unlocked(vm);
  end_turn();
}

Step BlockLayer::work_on_key(std::uint32_t submitter, const KeyWork& work) {
  key_work_ = work;
  if (work.stops) hold();
  return step_of(work, Work::Kind::key_work, submitter);
}

/// A piece of the work for a key has ended: its thread sleeps, another piece follows, or the key is there or is not.
Step BlockLayer::key_work_done(std::uint32_t submitter, std::uint32_t value) {
  Submitter& s = submitters_[submitter];
  Request& request = requests_[s.current];
  request.timeline->mark(key_work_.stage, host_.now());
  if (key_work_.hold != nullptr) {
    s.waiting = Waiting::firmware;
    key_work_.hold->await([this, submitter] { wake(submitter); });
    return next(submitter);
  }
  if (key_work_.asleep.n > 0) {
    s.waiting = Waiting::firmware;
    host_.queue_at(s.core, Step::compute(Work::Kind::resume, submitter, costs_.thread_wake), host_.now() + key_work_.asleep);
    return next(submitter);
  }
  if (key_work_.end == KeyWork::End::not_yet) return work_on_key(submitter, queue_.go_on_with_key(value));
  let_go();
  request.has_keyslot = key_work_.end == KeyWork::End::done;
  KeyslotDomain& domain = domain_of(request.vm);
  if (programmed(request, request.keyslot, request.has_keyslot)) wake_all(domain.idle_waiters);
  wake_all(domain.lock_waiters);
  tell_unlocked(request.vm);
  end_turn();
  return request.has_keyslot ? plug(submitter) : give_up(submitter);
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
