// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/path/key_path.hpp"

#include <functional>

namespace icesim {

/// Key work of a kernel thread, piece by piece on one core. Its steps are of the kinds `piece` and `woken`.
class KeyThread {
 public:
  /// `go_on` begins the piece after one that was not the end, with the value of the register that it read.
  KeyThread(HostPort& host, Core core, Picoseconds wake, Work::Kind piece, Work::Kind woken,
            std::function<KeyWork(std::uint32_t value)> go_on, std::uint32_t index = 0)
      : host_(host), core_(core), wake_(wake), piece_(piece), woken_(woken), go_on_(std::move(go_on)), index_(index) {}

  /// First step of work that begins now.
  Step begin(const KeyWork& work) {
    work_ = work;
    return step_of(work, piece_, index_);
  }
  /// A step of the work has ended: what follows. When nothing does, the work has ended, which `end()` says.
  Step step(Work work, std::uint32_t value) {
    if (work.kind == piece_ && work_.hold != nullptr) {
      work_.hold->await([this] { host_.queue(core_, Step::compute(woken_, index_, wake_)); });
      return Step::done();
    }
    if (work.kind == piece_ && work_.asleep.n > 0) {
      host_.queue_at(core_, Step::compute(woken_, index_, wake_), host_.now() + work_.asleep);
      return Step::done();
    }
    if (work_.end != KeyWork::End::not_yet) return Step::done();
    return begin(go_on_(value));
  }
  KeyWork::End end() const { return work_.end; }
  Core core() const { return core_; }

 private:
  HostPort& host_;
  Core core_;
  Picoseconds wake_;
  Work::Kind piece_;
  Work::Kind woken_;
  std::function<KeyWork(std::uint32_t)> go_on_;
  std::uint32_t index_;  ///< of its steps
  KeyWork work_;
};

}  // namespace icesim
