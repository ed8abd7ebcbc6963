// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/threads/key_restorer.hpp"

#include <algorithm>

namespace icesim {

bool KeyRestorer::resumed() {
  if (waits_ || runs_) return false;  // what is written now serves both
  resumed_at_ = host_.now();
  return take();
}

/// Takes the locks that are free, unless there is nothing to do. True with all of them.
bool KeyRestorer::take() {
  bool holds = false;
  waits_ = false;
  for (std::size_t i = 0; i < keyslots_.size(); ++i) {
    holds = holds || holds_[i] != 0;
    waits_ = waits_ || (holds_[i] == 0 && keyslots_[i]->locked());
  }
  manager_ = next_ = 0;
  if (!waits_ && !holds && !find()) return false;
  for (std::size_t i = 0; i < keyslots_.size(); ++i) {
    if (keyslots_[i]->locked()) continue;
    keyslots_[i]->lock();
    holds_[i] = 1;
  }
  if (waits_) return false;
  ++statistics_.restores;
  runs_ = true;
  host_.queue(thread_.core(), Step::compute(Work::Kind::restore_keys, 0, wake_));
  return true;
}

void KeyRestorer::free() {
  for (KeyslotManager* each : keyslots_) each->unlock();
  std::fill(holds_.begin(), holds_.end(), 0);
}

/// Goes on to the next keyslot that has a key; false when there is none.
bool KeyRestorer::find() {
  for (; manager_ < keyslots_.size(); ++manager_, next_ = 0)
    for (; next_ < keyslots_[manager_]->num_keyslots(); ++next_)
      if (keyslots_[manager_]->key_in(keyslot()) != no_key) return true;
  return false;
}

Step KeyRestorer::step(Work work, std::uint32_t value, bool& restored) {
  if (writes_) {
    const Step next = thread_.step(work, value);
    if (next.kind() != Step::Kind::done || thread_.end() == KeyWork::End::not_yet) return next;
    writes_ = false;
    if (thread_.end() == KeyWork::End::failed) ++statistics_.failures;
    ++next_;
  }
  if (!find()) return end(restored);
  writes_ = true;
  ++statistics_.keys;
  const Keyslot first = keyslot();
  const KeyId key = keyslots_[manager_]->key_in(first);
  if (at_once_)
    while (++next_, find()) ++statistics_.keys;
  return thread_.begin(write_(first, key));
}

Step KeyRestorer::end(bool& restored) {
  statistics_.time += host_.now() - resumed_at_;
  runs_ = false;
  restored = true;
  return Step::done();
}

}  // namespace icesim
