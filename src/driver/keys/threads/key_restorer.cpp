// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/threads/key_restorer.hpp"

namespace icesim {

bool KeyRestorer::resumed() {
  if (waits_ || runs_) return false;  // what is written now serves both
  resumed_at_ = host_.now();
  waits_ = keyslots_.locked();
  return !waits_ && take();
}

bool KeyRestorer::take() {
  waits_ = false;
  next_ = Keyslot{0};
  if (!find()) return false;
  ++statistics_.restores;
  runs_ = true;
  keyslots_.lock();
  host_.queue(thread_.core(), Step::compute(Work::Kind::restore_keys, 0, wake_));
  return true;
}

/// Goes on to the next keyslot that has a key; false when there is none.
bool KeyRestorer::find() {
  while (next_.n < keyslots_.num_keyslots() && keyslots_.key_in(next_) == no_key) ++next_.n;
  return next_.n < keyslots_.num_keyslots();
}

Step KeyRestorer::step(Work work, std::uint32_t value, bool& restored) {
  if (writes_) {
    const Step next = thread_.step(work, value);
    if (next.kind() != Step::Kind::done || thread_.end() == KeyWork::End::not_yet) return next;
    writes_ = false;
    if (thread_.end() == KeyWork::End::failed) ++statistics_.failures;
    ++next_.n;
  }
  if (!find()) return end(restored);
  writes_ = true;
  ++statistics_.keys;
  const Keyslot keyslot = next_;
  if (at_once_)
    while (++next_.n, find()) ++statistics_.keys;
  return thread_.begin(write_(keyslot));
}

Step KeyRestorer::end(bool& restored) {
  statistics_.time += host_.now() - resumed_at_;
  runs_ = false;
  restored = true;
  return Step::done();
}

}  // namespace icesim
