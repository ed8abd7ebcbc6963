// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/block/block_layer.hpp"

#include <map>
#include <optional>
#include <vector>

namespace icesim::test {

/// A whole block layer whose threads run when a script says so, each until it blocks or has issued its request; keys
/// are in their keyslots, and requests end, when the script says so, too.
class SteppedLayer final : public HostPort, public RequestQueue {
 public:
  explicit SteppedLayer(std::uint32_t num_keyslots)
      : keyslots(num_keyslots), layer_(config(), costs_, *this, *this, &keyslots, 1, 32) {}

  enum class State { idle, runnable, programs, waits, holds };
  struct Thread {
    State state = State::idle;
    Keyslot keyslot{};  ///< that it programs or holds
    Tag tag{};          ///< while it holds one
    std::optional<Step> next;
  };

  KeyslotManager keyslots;

  Thread& thread(std::uint32_t process) { return threads_[process]; }
  BlockLayer::Sleeping sleeping() const { return layer_.sleeping(); }
  /// The thread asks for a keyslot with `key`: it reads a block.
  void get(std::uint32_t process, KeyId key) {
    IoRequest io;
    io.length = logical_block;
    io.key = key;
    io.process = process;
    running_ = process;
    layer_.submit(io);
    run(process);
  }
  /// A runnable thread gets the CPU.
  void run(std::uint32_t process) {
    Thread& t = threads_[process];
    running_ = process;
    Step step = *t.next;
    t.next.reset();
    while (step.kind() == Step::Kind::compute) {
      if (step.work_kind() == Work::Kind::key_work) {
        t.state = State::programs;
        t.next = step;
        return;
      }
      now_ += step.cost;
      step = layer_.step(step.work());
    }
    if (t.state != State::holds) t.state = gave_up_ ? State::idle : State::waits;
    gave_up_ = false;
  }
  /// The work for the thread's key ends.
  void program(std::uint32_t process, bool succeeds) {
    Thread& t = threads_[process];
    last_piece_ = succeeds ? KeyWork::End::done : KeyWork::End::failed;
    gave_up_ = !succeeds;
    const Step more = layer_.step(t.next->work());
    ensure(more.work_kind() == Work::Kind::key_work, "the work for a key has two pieces here");
    t.next.reset();
    running_ = process;
    t.next = more;
    finish(process);
  }
  /// The thread's request ends.
  void put(std::uint32_t process) {
    threads_[process].state = State::idle;
    now_ += Picoseconds{1};
    layer_.request(threads_[process].tag).timeline->mark(Stage::device, now_);
    layer_.complete(threads_[process].tag);
  }

  Picoseconds now() const override { return now_; }
  void queue(Core, Step step) override {
    // Work::index is the submitter, which is numbered when its process first appears.
    const std::uint32_t submitter = step.work().index;
    if (submitter == processes_.size()) processes_.push_back(running_);
    Thread& t = threads_[processes_.at(submitter)];
    t.next = step;
    t.state = State::runnable;
  }
  void queue_softirq(Core, Step) override { throw_bug("nobody interrupts here"); }
  void queue_real_time(Core, Step) override { throw_bug("nobody is in a hurry here"); }
  void queue_at(Core core, Step step, Picoseconds) override { queue(core, step); }
  void write_register(std::uint32_t, std::uint32_t, Picoseconds) override {}
  void load_keyslot(Keyslot, const CryptoConfig&, bool, Picoseconds) override {}
  void reset_hardware() override {}
  void set_clocks(bool) override {}
  void write_memory(std::uint64_t, const std::byte*, std::size_t) override {}
  void read_memory(std::uint64_t, std::byte*, std::size_t) override {}

  void queue_command(Request& request) override {
    Thread& t = threads_[running_];
    ensure(request.has_keyslot, "all requests have keys here");
    t.state = State::holds;
    t.keyslot = request.keyslot;
    t.tag = request.tag;
  }
  KeyWork program_keyslot(Keyslot keyslot, KeyId) override {
    threads_[running_].keyslot = keyslot;
    return {Picoseconds{1}, {}, Stage::keyslot_program, KeyWork::End::not_yet};
  }
  KeyWork clear_keyslot(Keyslot) override { throw_bug("nobody forgets keys here"); }
  KeyWork go_on_with_key(std::uint32_t) override {
    return {Picoseconds{1}, {}, Stage::keyslot_program, last_piece_};
  }

 private:
  static BlockLayerConfig config() {
    BlockLayerConfig linux_waiters;
    linux_waiters.keyslot_waiter = KeyslotWaiter::linux;
    return linux_waiters;
  }
  /// Runs the second piece of the work for a key, and what follows.
  void finish(std::uint32_t process) {
    Thread& t = threads_[process];
    const Step last = *t.next;
    t.next = layer_.step(last.work());
    if (t.next->kind() == Step::Kind::compute) return run(process);
    t.next.reset();
    t.state = State::idle;
    gave_up_ = false;
  }

  HostCosts costs_;
  BlockLayer layer_;
  Picoseconds now_{1'000'000'000};
  std::map<std::uint32_t, Thread> threads_;
  std::vector<std::uint32_t> processes_;  ///< by submitter
  std::uint32_t running_ = 0;
  KeyWork::End last_piece_ = KeyWork::End::done;
  bool gave_up_ = false;
};

}  // namespace icesim::test
