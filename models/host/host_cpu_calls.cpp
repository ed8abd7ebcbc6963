// SPDX-License-Identifier: Apache-2.0
#include "models/host/host_cpu.hpp"

#include <algorithm>

/// Calls into the secure world, which interrupts suspend.
namespace icesim {
namespace {

constexpr std::uint32_t core_bits = 6;

}  // namespace

std::uint32_t HostCpu::number_of(const CoreState& c) { return c.call << core_bits | c.number; }

/// Begins the current step, a call, unless an interrupt waits: what goes first does, and the call is the next one behind.
bool HostCpu::begin_call(CoreState& c, Picoseconds t, std::uint32_t& value) {
  if (c.urgent.empty()) {
    inbox_.push(t + c.current.cost, order_of_step(c), {Event::Kind::call_ended, number_of(c)});
    return false;
  }
  --statistics_.steps;
  c.queue.push_front(c.current);
  return begin(c, next_urgent(c), t, value);
}

/// The end of a part of a call, the last one or one that was suspended.
void HostCpu::call_ended(std::uint32_t call) {
  CoreState& c = cores_[call & ((1u << core_bits) - 1)];
  if (call == number_of(c)) ended(c, 0);
}

/// An interrupt has come for a core that is in a call, and is the first that goes when the core has left it.
void HostCpu::suspend_call(CoreState& c) {
  const Picoseconds done = now() - c.began;
  if (done >= c.current.cost) return;  // it ends at this instant
  ++c.call;
  statistics_.busy += done;
  Step rest = c.current;
  Picoseconds leave{};
  if (done.n > 0) {
    const Picoseconds again = std::min(done, entry_);
    rest.cost -= done - again;
    leave = leave_;
    ++statistics_.reentries;
    statistics_.reentry_time += leave + again;
  }
  c.queue.push_front(rest);
  statistics_.steps -= 2;  // neither leaving nor coming back is one of the driver
  run(c, Step::compute(Work::Kind::left_call, 0, leave));
}

}  // namespace icesim
