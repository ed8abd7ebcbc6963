// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/threads/key_thread.hpp"
#include "icesim/driver/keys/threads/keyslot_thread.hpp"

#include <functional>

namespace icesim {

struct KeyOperationStatistics {
  std::uint64_t operations = 0;
  std::uint64_t failures = 0;
  std::uint64_t lock_waits = 0;
  TimeSum time;

  void describe(Statistics& s) const {
    s("operations", operations, "Operations on wrapped keys that user space asked for");
    s("operation_failures", failures, "Those that the secure world refused as busy for too long");
    s("operation_lock_waits", lock_waits, "Times such an operation waited because somebody else had the lock");
    s("operation_time", time, "Time for which operations held the lock, summed");
  }
  KeyOperationStatistics& operator+=(const KeyOperationStatistics& other) {
    operations += other.operations;
    failures += other.failures;
    lock_waits += other.lock_waits;
    time += other.time;
    return *this;
  }
};

/// What user space asks for where keys are wrapped: to generate, import or prepare one, or to derive a secret from it. Each
/// holds the keyslots' lock as a program does, so that requests with a key wait, hits among them [linux-qcom-hwkm].
///
/// **Timing**: the first one begins `pause` after the service does, each other one `pause` after the end of the one before,
/// on the last core. It takes the keyslots' lock, or waits until that is free and is woken for `thread_wake`, behind the
/// requests that waited, to try again. The lock is held for the pieces that its KeyPath says, between which the process may
/// sleep; before, under the lock, a guest asks the hypervisor, and waits until nobody else works on a keyslot of the hardware.
/// **Spec**: [linux-wrapped-keys], [linux-qcom-hwkm].
/// **Not modelled**: that operations differ in what they take; what the file system does when it is given a key.
class KeyOperations final : public KeyslotThread {
 public:
  /// How it gets its work done.
  struct Calls {
    std::function<KeyWork()> begin;                     ///< an operation
    std::function<KeyWork(std::uint32_t value)> go_on;  ///< its next piece
    Ask ask{};
    BeginTurn begin_turn{};
  };

  /// `index` is that of its steps.
  KeyOperations(Picoseconds pause, const HostCosts& costs, HostPort& host, KeyslotManager& keyslots, Core core, Calls calls,
                std::uint32_t index = 0);

  /// No request comes any more: no further operation begins.
  void stop() { stopped_ = true; }
  /// Steps operate to operate_piece_woken; `ended` tells that the lock is to be freed, and rest() to be called.
  Step step(Work work, std::uint32_t value, bool& ended);
  /// The lock has been freed.
  void rest();

  const KeyOperationStatistics& statistics() const { return statistics_; }

 private:
  Step begin();

  const Picoseconds pause_;
  std::function<KeyWork()> begin_work_;
  KeyThread thread_;
  bool holds_ = false;  ///< the lock, for an operation that has not begun
  bool stopped_ = false;
  Picoseconds began_{};
  KeyOperationStatistics statistics_;
};

}  // namespace icesim
