// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/ufshcd/ufshcd.hpp"

/// The interrupt handler where a thread does its work, or some of it.
namespace icesim {

Step Ufshcd::interrupt() {
  ++statistics_.interrupts;
  return Step::compute(Work::Kind::interrupt, 0, costs_.interrupt_entry);
}

/// The handler's first instruction.
Step Ufshcd::enter() {
  if (handling_ == InterruptHandling::threaded) return wake_thread();
  in_thread_ = passed_ = leaves_ = false;
  began_ = host_.now();
  return read(Work::Kind::read_status, 0, Reg::IS);
}

/// The handler is left to its thread, which the line cannot interrupt (Linux: IRQ_WAKE_THREAD, IRQF_ONESHOT). What there
/// is for a softirq goes before the thread.
Step Ufshcd::wake_thread() {
  in_thread_ = true;
  ++threads_woken_;
  if (splits_) blocks_->interrupt_leaves(interrupt_core_);
  host_.queue_real_time(interrupt_core_, Step::compute(Work::Kind::interrupt_thread, 0, costs_.thread_wake));
  return Step::done();
}

bool Ufshcd::late() const {
  return handling_ == InterruptHandling::limited && !in_thread_ && host_.now() - began_ >= costs_.interrupt_limit;
}

/// Gives back the completions that the handler has not come to, and reads IS a last time.
Step Ufshcd::leave_rest() {
  outstanding_ |= completed_;
  completed_ = 0;
  left_ = leaves_ = true;
  return read(Work::Kind::read_status, 0, Reg::IS);
}

/// What a handler with a limit does with IS, or its thread with an IS of 0.
Step Ufshcd::limited_status() {
  if (in_thread_) return left_ ? read_doorbell() : Step::done();
  const bool leaves = leaves_ || (status_ != 0 && passed_ && late());
  passed_ = true;
  if (leaves) return Step::compute(Work::Kind::leave_interrupt, 0, Picoseconds{});
  if (status_ != 0) return read(Work::Kind::read_enable, 0, Reg::IE);
  if (splits_) blocks_->interrupt_leaves(interrupt_core_);
  return Step::done();
}

/// A command listed while the read is on its way is not in its answer (Linux holds a lock over both).
Step Ufshcd::read_doorbell() {
  listed_ = outstanding_;
  left_ = false;
  return read(Work::Kind::read_doorbell, 0, Reg::UTRLDBR);
}

}  // namespace icesim
