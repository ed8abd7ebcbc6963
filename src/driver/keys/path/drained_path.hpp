// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/driver/keys/path/secure_call.hpp"

#include <array>
#include <memory>
#include <utility>

namespace icesim {

/// Wrapped keys by a security processor, for which the controller is drained: Google Tensor's KDN [tensor-kdn].
///
/// Program: no command is sent any more; the doorbells of requests and of task management are read, and again after
/// `drain_poll` until both are empty; a buffer is taken and the security processor is asked by its mailbox, for which
/// the thread sleeps; then commands may be sent. Evict: the same without a key. An error leaves the key that was there
/// before. Where there are queues, they have no doorbell: that of task management is read alone, and then the commands are
/// counted that the driver has sent and not ended. The security processor remembers all keys: after a reset one call puts them back. The CPU never sees a key:
/// it leaves the security processor by HostPort::load_keyslot() only. A request says its keyslot in its PRDT entries of
/// 128 bytes, of which the CPU writes 36 for a page.
/// *Not modelled*: the lock of clock scaling, and the calls that choose the mode of operation.
class DrainedPath final : public KeyPath {
 public:
  DrainedPath(HostPort& host, const HostCosts& costs, const KeyPathConfig& config, std::uint64_t seed)
      : KeyPath(host, costs, config),
        call_(config.call, statistics_, seed, SecureCall::Caller::sleeps),
        remembered_(std::make_unique<Keys>()) {
    statistics_.drained = true;
  }
  ~DrainedPath() override {
    entry_.wipe();
    for (CryptoConfig& each : *remembered_) each.wipe();
  }

  bool remembers_keys() const override { return true; }
  void count_commands(std::function<std::size_t()> count) override { commands_ = std::move(count); }
  void write_page(std::byte* to, const PrdtEntry& entry, const PageCrypto& page) const override {
    kdn::encode(to, entry, page);
  }

 protected:
  KeyWork begin_program(Keyslot keyslot, const CryptoConfig& entry, Picoseconds) override {
    keyslot_ = keyslot;
    entry_ = entry;
    fails_ = fails();
    restores_ = false;
    return look_first();
  }
  KeyWork begin_evict(Keyslot keyslot, Picoseconds) override {
    keyslot_ = keyslot;
    entry_ = CryptoConfig{};
    fails_ = restores_ = false;
    return look_first();
  }
  KeyWork begin_restore(Picoseconds) override {
    fails_ = false;
    restores_ = true;
    return look_first();
  }
  KeyWork next(Picoseconds at) override {
    switch (state_) {
      case State::requests:
        outstanding_ = answer();
        return look(State::tasks);
      case State::tasks:
        if (commands_) outstanding_ = commands_() > 0 ? 1 : 0;
        if ((outstanding_ | answer()) == 0) return call();
        state_ = State::resting;
        return stopping({Picoseconds{}, config_.drain_poll, Stage::drain, KeyWork::End::not_yet, Stage::drain});
      case State::resting:
        return look_first();
      case State::calling:
        break;
    }
    const KeyWork work = call_.awaits_answer() ? call_.answer() : call_.enter(fails_);
    if (work.end == KeyWork::End::done) load(at + work.busy);
    return stopping(work);
  }

 private:
  enum class State : std::uint8_t { requests, tasks, resting, calling };
  using Keys = std::array<CryptoConfig, 256>;

  static KeyWork stopping(KeyWork work) {
    work.stops = true;
    return work;
  }
  KeyWork look_first() { return look(commands_ ? State::tasks : State::requests); }
  KeyWork look(State state) {
    state_ = state;
    ++statistics_.register_reads;
    KeyWork work{Picoseconds{}, Picoseconds{}, Stage::drain, KeyWork::End::not_yet};
    work.reads = state == State::requests ? Reg::UTRLDBR : Reg::UTMRLDBR;
    return stopping(work);
  }
  KeyWork call() {
    ++statistics_.drains;
    state_ = State::calling;
    return stopping(call_.prepare(Picoseconds{}, 1));
  }
  void load(Picoseconds at) {
    if (!restores_) {
      host_.load_keyslot(keyslot_, entry_, true, at);
      remembered_->at(keyslot_.n) = entry_;
      return;
    }
    for (Keyslot keyslot{0}; keyslot.n < remembered_->size(); ++keyslot.n) {
      const CryptoConfig& entry = remembered_->at(keyslot.n);
      if (entry.config().enabled) host_.load_keyslot(keyslot, entry, true, at);
    }
  }

  SecureCall call_;
  std::unique_ptr<Keys> remembered_;
  Keyslot keyslot_{};
  CryptoConfig entry_;
  State state_ = State::requests;
  std::uint32_t outstanding_ = 0;
  std::function<std::size_t()> commands_;  ///< only with queues
  bool fails_ = false;
  bool restores_ = false;
};

}  // namespace icesim
