// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

/// The registers that AES-XTS engines are made of. Each class is read just before a clock edge and told once at the
/// edge what happens; all that is visible before edge t was stored at edge t-1.
namespace icesim::twin {

/// `length` registers in a row: what enters at edge t is seen at the end just before edge t + length.
template <class Content>
class ShiftRegister {
 public:
  explicit ShiftRegister(std::uint64_t length) : registers_(length) {}

  const std::optional<Content>& out() const { return registers_[last_]; }
  void clock(std::optional<Content> enters) {
    registers_[last_] = std::move(enters);  // the register behind the last one is the first of the next cycle
    last_ = last_ + 1 == registers_.size() ? 0 : last_ + 1;
  }
  void clear() { registers_.assign(registers_.size(), std::nullopt); }

 private:
  std::vector<std::optional<Content>> registers_;
  std::uint64_t last_ = 0;
};

/// An AES core of `positions` registers that form a ring through its round stages. A block that enters makes some turns
/// in it; its register is free for another when it passes the entry after the last of them. The result is seen
/// `latency` cycles after the entry. A fully unrolled core has one turn, an iterative one has one register.
template <class Content>
class AesRing {
 public:
  AesRing(std::uint64_t positions, std::uint64_t latency) : turns_left_(positions), results_(latency) {}

  /// Whether the register that passes the entry at the next edge is free.
  bool entry_free() const { return turns_left_[entry_] == 0; }
  const std::optional<Content>& out() const { return results_.out(); }

  void clock() { turn(std::nullopt); }
  void clock(Content enters, std::uint64_t turns) {
    turns_left_[entry_] = turns;
    turn(std::move(enters));
  }
  void clear() {
    turns_left_.assign(turns_left_.size(), 0);
    results_.clear();
  }

 private:
  void turn(std::optional<Content> enters) {
    results_.clock(std::move(enters));
    entry_ = entry_ + 1 == turns_left_.size() ? 0 : entry_ + 1;
    if (turns_left_[entry_] > 0) --turns_left_[entry_];
  }

  std::vector<std::uint64_t> turns_left_;
  std::uint64_t entry_ = 0;
  ShiftRegister<Content> results_;
};

/// A unit that works on one thing at a time, such as an iterative tweak core: what starts at edge t is done just before
/// edge t + cycles.
class Countdown {
 public:
  bool idle() const { return left_ == 0; }
  void start(std::uint64_t cycles) { left_ = cycles; }
  /// True when it has just become idle.
  bool clock() { return left_ > 0 && --left_ == 0; }
  void clear() { left_ = 0; }

 private:
  std::uint64_t left_ = 0;
};

/// Two registers before a unit that may stall, so that "ready" comes from a register.
template <class Content>
class SkidBuffer {
 public:
  bool ready() const { return ready_; }
  const std::optional<Content>& front() const { return first_; }

  void clock(std::optional<Content> enters, bool leaves) {
    if (leaves) {
      first_ = std::move(second_);
      second_.reset();
    }
    if (enters) (first_ ? second_ : first_) = std::move(enters);
    ready_ = !second_;
  }
  void clear() {
    first_.reset();
    second_.reset();
    ready_ = false;
  }

 private:
  std::optional<Content> first_;
  std::optional<Content> second_;
  bool ready_ = false;
};

}  // namespace icesim::twin
