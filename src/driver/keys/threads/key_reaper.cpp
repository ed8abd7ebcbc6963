// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/threads/key_reaper.hpp"

#include "icesim/base/error.hpp"

namespace icesim {

/// Wakes the thread, or sets the timer, for the next key.
void KeyReaper::look() {
  if (runs_) return;
  const Picoseconds now = host_.now();
  const Picoseconds due = life_.due(now);
  if (due == KeyLife::never) return;
  if (due == now) {
    runs_ = true;
    if (life_.by_trace()) take();
    wake(wake_cost());
    return;
  }
  if (timer_ && *timer_ <= due) return;
  timer_ = due;
  host_.queue_at(core_, Step::compute(Work::Kind::forget_timer, index_, Picoseconds{}), due);
}

Step KeyReaper::timer() {
  timer_.reset();
  if (!stopped_) look();
  return Step::done();
}

/// Forgets keys that are due, up to one in a keyslot, for which it takes the lock; false: that is another's.
bool KeyReaper::take() {
  while (!stopped_ && life_.due(host_.now()) == host_.now()) {
    if (keyslots_.locked()) return false;
    const KeyId key = life_.forget();
    ++statistics_.forgotten;
    const KeyslotManager::EvictResult found = keyslots_.evict(key, keyslot_);
    ensure(found != KeyslotManager::EvictResult::busy, "a key that requests use is not forgotten");
    if (found == KeyslotManager::EvictResult::not_found) continue;
    ++statistics_.cleared;
    if (recorder_ != nullptr) recorder_->keyslot_event({KeyslotEvent::Kind::evicted, host_.now(), keyslot_, key, index_, 0});
    keyslots_.lock();
    taken_ = true;
    return true;
  }
  return true;
}

Step KeyReaper::step() {
  if (!taken_ && !take()) {
    ++statistics_.lock_waits;
    wait();
    return Step::done();
  }
  if (!taken_) return rest();
  if (const std::optional<Step> before = before_work()) return *before;
  taken_ = false;
  return thread_.begin(clear_(keyslot_));
}

Step KeyReaper::rest() {
  runs_ = !stopped_ && life_.due(host_.now()) == host_.now();
  if (runs_) {
    wake(wake_cost());
  } else if (!stopped_) {
    look();
  }
  return Step::done();
}

}  // namespace icesim
