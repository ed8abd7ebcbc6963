// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/keyslot_manager.hpp"
#include "icesim/driver/keys/threads/key_thread.hpp"

#include <functional>
#include <utility>
#include <vector>

namespace icesim {

struct KeyRestorerStatistics {
  std::uint64_t restores = 0;
  std::uint64_t keys = 0;
  std::uint64_t failures = 0;
  TimeSum time;

  void describe(Statistics& s) const {
    s("restores", restores, "Times all keys were written again, because the controller had been without power");
    s("restored_keys", keys, "Keys written again then");
    s("restore_failures", failures, "Of these, keys that could not be written; software believes them in place");
    s("restore_time", time, "From a resume to the last key written, summed");
  }
};

/// Writes the keys of all keyslots again when the controller comes back to power, as Linux's hosts of eMMC do at each
/// resume [linux-mmc-crypto], and those of UFS after a reset [linux-keyslot-manager].
///
/// **Timing**: the controller has been without power when no request was under way for `restore_idle`, and comes back with
/// the next one; or it comes back when the trace says so. From then on the keyslots' lock is held, and no command is sent,
/// until a thread, which is woken for `thread_wake`, has written all keys in the order of the keyslots, each in the pieces
/// that its KeyPath says; or all of them at once, where the path remembers them. When somebody else holds the lock the
/// restorer waits until it is free. Where virtual machines have managers of their own, the host's thread writes the keys of
/// all, under all their locks, each of which it takes as soon as it is free. Where no keyslot has a key there is nothing to do.
/// **Spec**: [linux-mmc-crypto], [linux-keyslot-manager].
/// **Not modelled**: the way to a state without power and back, and that the hardware has no keys meanwhile.
class KeyRestorer {
 public:
  using Write = std::function<KeyWork(Keyslot, KeyId)>;
  using GoOn = std::function<KeyWork(std::uint32_t value)>;

  /// `write` begins to write the key of a keyslot, or of all with `at_once`; `go_on` begins the next piece.
  KeyRestorer(Picoseconds idle, const HostCosts& costs, HostPort& host, std::vector<KeyslotManager*> keyslots, Core core,
              bool at_once, Write write, GoOn go_on)
      : idle_(idle),
        wake_(costs.thread_wake),
        host_(host),
        keyslots_(std::move(keyslots)),
        holds_(keyslots_.size()),
        at_once_(at_once),
        write_(std::move(write)),
        thread_(host, core, costs.thread_wake, Work::Kind::restore_keys, Work::Kind::restore_keys_woken, std::move(go_on)),
        idle_since_(host.now()) {}

  /// A request comes. True, here and below: from now on the restorer has the keyslots' lock, and no command may be sent.
  bool begins() { return under_way_++ == 0 && host_.now() - idle_since_ >= idle_ && resumed(); }
  /// A request has ended.
  void ends() {
    if (--under_way_ == 0) idle_since_ = host_.now();
  }
  /// The controller comes back to power.
  bool resumed();
  /// A lock of keyslots is free.
  bool unlocked() { return waits_ && take(); }
  /// Steps restore_keys and restore_keys_woken; `restored` tells that the locks are to be freed, by free(), and commands are
  /// to be sent.
  Step step(Work work, std::uint32_t value, bool& restored);

  void free();

  const KeyRestorerStatistics& statistics() const { return statistics_; }

 private:
  bool take();
  bool find();
  Keyslot keyslot() const { return Keyslot{keyslots_[manager_]->first().n + next_}; }
  Step end(bool& restored);

  const Picoseconds idle_;
  const Picoseconds wake_;
  HostPort& host_;
  std::vector<KeyslotManager*> keyslots_;
  std::vector<char> holds_;  ///< of each, whether its lock is held
  const bool at_once_;
  Write write_;
  KeyThread thread_;
  std::size_t manager_ = 0;  ///< of the keyslot to be written
  std::uint32_t next_ = 0;   ///< its number there
  bool writes_ = false;  ///< one is being written
  bool waits_ = false;   ///< for a lock
  bool runs_ = false;    ///< has all locks
  std::uint64_t under_way_ = 0;
  Picoseconds idle_since_;
  Picoseconds resumed_at_{};
  KeyRestorerStatistics statistics_;
};

}  // namespace icesim
