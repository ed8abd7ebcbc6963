// SPDX-License-Identifier: Apache-2.0
#include "models/host/host_cpu.hpp"

/// Cores without work.
namespace icesim {

/// Brings a core up to date that is done with its work without an event: it is free, or an event will say when it is.
void HostCpu::settle_ending(CoreState& c) {
  c.ending = false;
  if (now() < c.free) {
    inbox_.push(c.free, order_of_answer(c), {Event::Kind::answer, c.number});
    return;
  }
  c.busy = false;
  if (c.number == config_.interrupt_core) handling_ = false;
}

/// Begins the way back of an idle core, where it takes time: then the core is busy.
bool HostCpu::comes_back(CoreState& c) {
  const Picoseconds exit = arrives_ ? Picoseconds{} : idle_->wake(c.number, c.free, now());
  if (exit.n == 0) return false;
  --statistics_.steps;  // it is none of the driver
  run(c, Step::compute(Work::Kind::left_idle, 0, exit));
  return true;
}

}  // namespace icesim
