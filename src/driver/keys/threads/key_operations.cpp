// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/threads/key_operations.hpp"

namespace icesim {

KeyOperations::KeyOperations(Picoseconds pause, const HostCosts& costs, HostPort& host, KeyslotManager& keyslots, Core core,
                             Calls calls, std::uint32_t index)
    : pause_(pause),
      wake_(costs.thread_wake),
      host_(host),
      keyslots_(keyslots),
      calls_(std::move(calls)),
      index_(index),
      thread_(host, core, costs.thread_wake, Work::Kind::operate_piece, Work::Kind::operate_piece_woken, calls_.go_on, index) {
  rest();
}

void KeyOperations::rest() {
  if (!stopped_)
    host_.queue_at(thread_.core(), Step::compute(Work::Kind::operate, index_, Picoseconds{}), host_.now() + pause_);
}

/// Takes the lock, asks who must be asked, waits for its turn, and begins: each of them once.
Step KeyOperations::begin() {
  if (!holds_) {
    if (stopped_) return Step::done();
    if (keyslots_.locked()) {
      ++statistics_.lock_waits;
      waits_ = true;
      return Step::done();
    }
    keyslots_.lock();
    holds_ = true;
    asked_ = has_turn_ = false;
    began_ = host_.now();
  }
  if (calls_.ask && !asked_) {
    asked_ = true;
    if (const Picoseconds asks = calls_.ask(); asks.n > 0) return Step::compute(Work::Kind::operate, index_, asks);
  }
  if (calls_.begin_turn && !has_turn_ && !calls_.begin_turn()) return Step::done();
  holds_ = false;
  ++statistics_.operations;
  return thread_.begin(calls_.begin());
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
