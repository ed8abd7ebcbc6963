// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/host_port.hpp"
#include "icesim/driver/keys/keyslot_manager.hpp"

#include <functional>
#include <optional>

namespace icesim {

/// A thread that holds the keyslots' lock beside the requests, and waits for it behind them. Before it works under the
/// lock, a guest's asks the hypervisor, and each waits until nobody else works on a keyslot of the hardware.
///
/// **Timing**: the hypervisor takes what `ask` says; whoever is woken is so for `thread_wake`.
class KeyslotThread {
 public:
  /// Asks the hypervisor, which takes so long; none: nobody need be asked.
  using Ask = std::function<Picoseconds()>;
  /// Whether the hardware's keyslots are free for it now, else turn() says when; none: always.
  using BeginTurn = std::function<bool()>;

  /// The lock is free.
  void unlocked() {
    if (waits_) wake(wake_);
    waits_ = false;
  }
  /// The hardware's keyslots, which others had when it asked, are free for it.
  void turn() {
    has_turn_ = true;
    wake(wake_);
  }
  KeyslotManager& keyslots() { return keyslots_; }

 protected:
  /// Its steps, but for pieces of work, are of the kind `again` and have this index.
  KeyslotThread(HostPort& host, KeyslotManager& keyslots, Core core, Picoseconds wake, Work::Kind again, std::uint32_t index,
                Ask ask, BeginTurn begin_turn)
      : host_(host),
        keyslots_(keyslots),
        core_(core),
        wake_(wake),
        index_(index),
        again_(again),
        ask_(std::move(ask)),
        begin_turn_(std::move(begin_turn)) {}
  ~KeyslotThread() = default;

  /// Its next step comes, and takes `cost`.
  void wake(Picoseconds cost) { host_.queue(core_, Step::compute(again_, index_, cost)); }
  /// Somebody else has the lock: it is woken when that is free.
  void wait() { waits_ = true; }
  /// Under the lock, from one step to the next: what comes before the work, once each; nothing: it may begin.
  std::optional<Step> before_work() {
    if (ask_ && !asked_) {
      asked_ = true;
      if (const Picoseconds asks = ask_(); asks.n > 0) return Step::compute(again_, index_, asks);
    }
    if (begin_turn_ && !has_turn_ && !begin_turn_()) return Step::done();
    asked_ = has_turn_ = false;
    return std::nullopt;
  }

  HostPort& host_;
  KeyslotManager& keyslots_;
  const Core core_;
  const Picoseconds wake_;
  const std::uint32_t index_;

 private:
  const Work::Kind again_;
  Ask ask_;
  BeginTurn begin_turn_;
  bool waits_ = false;     ///< for the lock
  bool asked_ = false;     ///< the hypervisor, for the work that is to begin
  bool has_turn_ = false;  ///< for that
};

}  // namespace icesim
