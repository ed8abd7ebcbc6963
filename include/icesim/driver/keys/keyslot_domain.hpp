// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/recorder.hpp"
#include "icesim/base/ring.hpp"
#include "icesim/driver/keys/keyslot_manager.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace icesim {

/// Requests that take keyslots from one manager: all, or those of one virtual machine with a part of the file for itself.
struct KeyslotDomain {
  KeyslotManager* keyslots = nullptr;
  Ring<std::uint32_t> idle_waiters;  ///< numbers of submitters
  Ring<std::uint32_t> lock_waiters;
};

/// What the requests of a virtual machine did with keyslots.
struct VmKeyslotStatistics {
  KeyslotStatistics keyslots;
  std::uint64_t hypervisor_calls = 0;
  TimeSum hypervisor;

  void describe(Statistics& s) const {
    keyslots.describe(s);
    s("hypervisor_calls", hypervisor_calls, "Keys that the hypervisor was asked to program, to clear or to work on");
    s("hypervisor", hypervisor, "Time for which cores asked it");
  }
};

/// A virtual machine on its way to its keyslots.
struct VmKeyslots {
  KeyslotManager* keyslots = nullptr;  ///< its own, or that of all
  Picoseconds hypervisor{};            ///< what a key costs in addition
  VmKeyslotStatistics statistics{};

  /// Asks the hypervisor once, which takes so long.
  Picoseconds ask() {
    if (hypervisor.n == 0) return {};
    ++statistics.hypervisor_calls;
    statistics.hypervisor += hypervisor;
    return hypervisor;
  }
  void count(KeyslotManager::Outcome outcome) {
    using Outcome = KeyslotManager::Outcome;
    KeyslotStatistics& s = statistics.keyslots;
    ++(outcome == Outcome::hit ? s.hits : outcome == Outcome::program ? s.programs : outcome == Outcome::wait_idle ? s.waits : s.lock_waits);
  }
};

/// Whose turn it is to work on a keyslot of the hardware: one at a time, whoever's manager is locked for it, and in the
/// order in which they ask.
class KeyTurn {
 public:
  static constexpr std::uint32_t nobody = ~std::uint32_t{0};

  /// True: it is the turn of `who`. Otherwise it comes when end() says so.
  bool begin(std::uint32_t who) {
    if (taken_) waiting_.push(who);
    return !std::exchange(taken_, true);
  }
  /// The turn is over: whose it is now.
  std::uint32_t end() {
    taken_ = !waiting_.empty();
    if (!taken_) return nobody;
    const std::uint32_t next = waiting_.front();
    waiting_.pop();
    return next;
  }
  std::size_t waiting() const { return waiting_.size(); }

 private:
  bool taken_ = false;
  Ring<std::uint32_t> waiting_;
};

}  // namespace icesim
