// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/threads/key_operations.hpp"

namespace icesim {

KeyOperations::KeyOperations(Picoseconds pause, const HostCosts& costs, HostPort& host, KeyslotManager& keyslots, Core core,
                             Calls calls, std::uint32_t index)
    : KeyslotThread(host, keyslots, core, costs.thread_wake, Work::Kind::operate, index, std::move(calls.ask),
                    std::move(calls.begin_turn)),
      pause_(pause),
      begin_work_(std::move(calls.begin)),
      thread_(host, core, costs.thread_wake, Work::Kind::operate_piece, Work::Kind::operate_piece_woken,
              std::move(calls.go_on), index) {
  rest();
}

void KeyOperations::rest() {
  if (!stopped_)
    host_.queue_at(core_, Step::compute(Work::Kind::operate, index_, Picoseconds{}), host_.now() + pause_);
}

/// Takes the lock, does what comes before the work, and begins.
Step KeyOperations::begin() {
  if (!holds_) {
    if (stopped_) return Step::done();
    if (keyslots_.locked()) {
      ++statistics_.lock_waits;
      wait();
      return Step::done();
    }
    keyslots_.lock();
    holds_ = true;
    began_ = host_.now();
  }
  if (const std::optional<Step> before = before_work()) return *before;
  holds_ = false;
  ++statistics_.operations;
  return thread_.begin(begin_work_());
}

Step KeyOperations::step(Work work, std::uint32_t value, bool& ended) {
  if (work.kind == Work::Kind::operate) return begin();
  const Step next = thread_.step(work, value);
  ended = next.kind() == Step::Kind::done && thread_.end() != KeyWork::End::not_yet;
  if (!ended) return next;
  statistics_.time += host_.now() - began_;
  if (thread_.end() == KeyWork::End::failed) ++statistics_.failures;
  return next;
}

}  // namespace icesim
