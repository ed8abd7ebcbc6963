// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/clock_domain.hpp"
#include "models/system/forget_simulation.hpp"

#include <systemc>

/// What all clocked twins are built on.
namespace icesim::twin {

/// A free-running clock: its edge n happens at ClockDomain::edge(n), also where an sc_clock cannot (a period of no
/// whole picoseconds).
///
/// `edge()` is the rising edge: registers take the values that signals had before it. `settled()` comes at the same
/// time when what changed on this very instant, in whatever domain, has changed: there the first flip-flop of a
/// synchroniser samples, so that a signal sent on an edge of the receiver counts as sent before it.
class TwinClock : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(TwinClock);

  /// A visible clock also has a level for waves: high from the edge until the middle of the cycle.
  TwinClock(const sc_core::sc_module_name& name, const ClockDomain& domain, bool visible = false)
      : sc_module(name), domain_(domain), visible_(visible) {
    SC_METHOD(tick);
    sensitive << edge_;
    dont_initialize();
    edge_.notify(sc_core::SC_ZERO_TIME);
    if (!visible_) return;
    SC_METHOD(draw);
    sensitive << edge_ << fall_;
    dont_initialize();
  }

  const sc_core::sc_event& edge() const { return edge_; }
  const sc_core::sc_event& settled() const { return settled_; }
  const ClockDomain& domain() const { return domain_; }
  /// From now on, between two edges, it is another clock.
  void change(const ClockDomain& domain) {
    domain_ = domain;
    count_ = domain_.next(now()).n;
    edge_.cancel();
    edge_.notify(after(domain_.edge(Cycles{count_})));
  }
  /// Number of the edge that is now; for processes sensitive to edge() or settled().
  std::uint64_t cycle() const { return domain_.next(now()).n; }

  void trace(sc_core::sc_trace_file* file) const override { sc_core::sc_trace(file, level_, name()); }

 private:
  static Picoseconds now() { return Picoseconds{sc_core::sc_time_stamp().value()}; }
  static sc_core::sc_time after(Picoseconds t) { return sc_core::sc_time::from_value((t - now()).n); }

  void tick() {
    const Picoseconds next = domain_.edge(Cycles{++count_});
    edge_.notify(after(next));
    settled_.notify(sc_core::SC_ZERO_TIME);
    if (visible_) fall_.notify(after(Picoseconds{now().n + (next - now()).n / 2}));
  }
  void draw() { level_.write(!level_.read()); }

  ClockDomain domain_;
  std::uint64_t count_ = 0;
  bool visible_;
  sc_core::sc_event edge_{"edge"};
  sc_core::sc_event settled_{"settled"};
  sc_core::sc_event fall_{"fall"};
  sc_core::sc_signal<bool> level_{"level"};
};

/// Leaves no module in the kernel's books at the end of one case, so that the next can be built in the same process.
/// Declare it before the modules.
struct FreshKernel {
  FreshKernel() = default;
  ~FreshKernel() { forget_simulation(); }
  FreshKernel(const FreshKernel&) = delete;
  FreshKernel& operator=(const FreshKernel&) = delete;
};

/// Runs clocked modules until `done()` or until simulated time reaches `limit`; says whether it became done.
/// `done` is asked now and then only, `step` apart: twins must record when something happened.
template <class Done>
bool run_until(const Done& done, Picoseconds limit, Picoseconds step) {
  while (!done()) {
    if (sc_core::sc_time_stamp().value() >= limit.n) return false;
    sc_core::sc_start(sc_core::sc_time::from_value(step.n));
  }
  return true;
}

}  // namespace icesim::twin
