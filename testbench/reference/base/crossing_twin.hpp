// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "testbench/reference/base/twin_clock.hpp"

#include <deque>
#include <systemc>
#include <vector>

namespace icesim::twin {

/// A synchroniser: `sync_stages` flip-flops of the receiver's clock, one behind the other. `out` is the last of them,
/// so that a register of the receiver can take it `sync_stages` edges after the first one that came with or after the
/// change.
class SynchroniserTwin : public sc_core::sc_module {
 public:
  SynchroniserTwin(const sc_core::sc_module_name& name, const TwinClock& receiver);

  sc_core::sc_in<std::uint64_t> in{"in"};
  sc_core::sc_signal<std::uint64_t> out{"out"};

  void trace(sc_core::sc_trace_file* file) const override;

 private:
  void step();

  std::vector<std::uint64_t> flops_;  ///< all but the last
};

/// A queue from one clock to another: items lie in a memory, and the number written crosses by a synchroniser (in
/// hardware as a Gray code, so that the value taken is the old one or the new one). It is never full: what crosses in
/// this design is bounded by tags and credits.
template <class T>
class AsyncFifo : public sc_core::sc_module {
 public:
  AsyncFifo(const sc_core::sc_module_name& name, const TwinClock& receiver)
      : sc_module(name), synchroniser_("synchroniser", receiver) {
    synchroniser_.in(written_);
  }

  /// Writes an item, in a process on an edge of the sender's clock.
  void push(const T& item) {
    items_.push_back(item);
    written_.write(++pushed_);
  }
  /// Whether the receiver sees an item, in a process on an edge of its clock.
  bool available() const { return popped_ < synchroniser_.out.read(); }
  const T& front() const { return items_.front(); }
  void pop() {
    items_.pop_front();
    ++popped_;
  }

  void trace(sc_core::sc_trace_file* file) const override {
    sc_core::sc_trace(file, written_, written_.name());
    synchroniser_.trace(file);
  }

 private:
  SynchroniserTwin synchroniser_;
  sc_core::sc_signal<std::uint64_t> written_{"written"};
  std::deque<T> items_;
  std::uint64_t pushed_ = 0;
  std::uint64_t popped_ = 0;
};

}  // namespace icesim::twin
