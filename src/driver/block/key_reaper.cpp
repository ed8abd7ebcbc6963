// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/key_reaper.hpp"

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
    wake();
    return;
  }
  if (timer_ && *timer_ <= due) return;
  timer_ = due;
  host_.queue_at(core_, Step::compute(Work::Kind::forget_timer, 0, Picoseconds{}), due);
}

Step KeyReaper::timer() {
  timer_.reset();
  if (!stopped_) look();
  return Step::done();
}

Step KeyReaper::step() {
  while (!stopped_ && life_.due(host_.now()) == host_.now()) {
    if (keyslots_.locked()) {
      ++statistics_.lock_waits;
      waits_ = true;
      return Step::done();
    }
    const KeyId key = life_.forget();
    ++statistics_.forgotten;
    Keyslot keyslot{};
    const KeyslotManager::EvictResult found = keyslots_.evict(key, keyslot);
    ensure(found != KeyslotManager::EvictResult::busy, "a key that requests use is not forgotten");
    if (found == KeyslotManager::EvictResult::not_found) continue;
    ++statistics_.cleared;
    keyslots_.lock();
    return thread_.begin(clear_(keyslot));
  }
  return rest();
}

Step KeyReaper::rest() {
  runs_ = false;
  if (!stopped_) look();
  return Step::done();
}

}  // namespace icesim
