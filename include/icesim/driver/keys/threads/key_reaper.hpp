// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/recorder.hpp"
#include "icesim/driver/keys/key_life.hpp"
#include "icesim/driver/keys/threads/key_thread.hpp"
#include "icesim/driver/keys/threads/keyslot_thread.hpp"

#include <functional>
#include <optional>

namespace icesim {

struct KeyReaperStatistics {
  std::uint64_t forgotten = 0;
  std::uint64_t cleared = 0;
  std::uint64_t late = 0;
  std::uint64_t lock_waits = 0;

  void describe(Statistics& s) const {
    s("forgotten", forgotten, "Keys whose inode was evicted");
    s("cleared", cleared, "Keys that were in a keyslot then, which was cleared");
    s("forgotten_late", late, "Keys that were in use by requests when the trace evicts them, and went behind those");
    s("forget_lock_waits", lock_waits, "Times a key waited to be forgotten because another was being programmed");
  }
  KeyReaperStatistics& operator+=(const KeyReaperStatistics& other) {
    forgotten += other.forgotten;
    cleared += other.cleared;
    late += other.late;
    lock_waits += other.lock_waits;
    return *this;
  }
};

/// Evicts keys whose life is over, on the last core, as the thread of Linux does that evicts inodes [linux-key-life].
///
/// **Timing**: a key is over at the time that KeyLife tells; the thread, unless it runs, is woken then, which takes it
/// `thread_wake`. A key that requests have come for meanwhile stays. With keys.life=trace the thread is awake when the
/// trace evicts a key, and requests that come at the same time find it gone; one that requests use goes when they have
/// ended. For one in a keyslot it takes the keyslots' lock,
/// or waits until that is free and is woken again; it holds it for the work of an eviction, during which all
/// requests with a key wait. It is woken again for the next one, behind those who waited for the lock. An eviction is done
/// in the pieces that its KeyPath says, between which the thread may sleep; before, under the lock, a guest asks the
/// hypervisor, and waits until nobody else works on a keyslot of the hardware.
/// **Spec**: [linux-key-life], [linux-keyslot-manager].
/// **Not modelled**: what evicting the inode itself costs; the lock that is taken for a key which is in no keyslot.
class KeyReaper final : public KeyslotThread {
 public:
  /// How it gets its work done.
  struct Calls {
    std::function<KeyWork(Keyslot)> clear;             ///< begins an eviction
    std::function<KeyWork(std::uint32_t value)> go_on;  ///< its next piece
    Ask ask{};
    BeginTurn begin_turn{};
    KeyslotRecorder* recorder = nullptr;  ///< who is told, if anybody
  };

  /// `index` is that of its steps.
  KeyReaper(const KeysConfig& config, const HostCosts& costs, HostPort& host, KeyslotManager& keyslots, Core core,
            Calls calls, std::uint32_t index = 0)
      : KeyslotThread(host, keyslots, core, costs.thread_wake, Work::Kind::forget_keys, index, std::move(calls.ask),
                      std::move(calls.begin_turn)),
        life_(config),
        recorder_(calls.recorder),
        clear_(std::move(calls.clear)),
        thread_(host, core, costs.thread_wake, Work::Kind::clear_key, Work::Kind::clear_key_woken, std::move(calls.go_on),
                index) {}

  void begins(KeyId key) {
    life_.begins(key);
    look();
  }
  void ends(KeyId key) {
    life_.ends(key, host_.now());
    look();
  }
  /// The trace evicts a key.
  void evicted(KeyId key) {
    if (!life_.evicted(key)) ++statistics_.late;
    look();
  }
  /// No request comes any more: keys stay what they are.
  void stop() { stopped_ = true; }

  /// Step forget_keys.
  Step step();
  /// Steps clear_key and clear_key_woken; `cleared` tells that the eviction has ended.
  Step clear(Work work, std::uint32_t value, bool& cleared) {
    const Step next = thread_.step(work, value);
    cleared = next.kind() == Step::Kind::done && thread_.end() != KeyWork::End::not_yet;
    return next;
  }
  /// Behind an eviction, when the lock has been freed; also the end of a step that cleared none.
  Step rest();
  /// A timer has come.
  Step timer();

  const KeyReaperStatistics& statistics() const { return statistics_; }

 private:
  void look();
  bool take();
  Picoseconds wake_cost() const { return life_.by_trace() ? Picoseconds{} : wake_; }

  KeyLife life_;
  KeyslotRecorder* recorder_;
  Keyslot keyslot_{};  ///< to be cleared, with `taken_`
  std::function<KeyWork(Keyslot)> clear_;
  KeyThread thread_;
  bool runs_ = false;  ///< awake, or waits for the lock
  bool stopped_ = false;
  bool taken_ = false;  ///< has the lock for a keyslot that is not yet being cleared
  std::optional<Picoseconds> timer_;  ///< when it comes
  KeyReaperStatistics statistics_;
};

}  // namespace icesim
