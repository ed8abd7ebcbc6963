// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"

#include <algorithm>
#include <functional>
#include <systemc>
#include <vector>

namespace icesim::twin {

/// Does things at given times, whatever the clocks do: what comes from outside a twin. What happens on an edge is seen
/// by processes on settled() of that edge.
class Script : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Script);

  explicit Script(const sc_core::sc_module_name& name) : sc_module(name) {
    SC_METHOD(step);
    sensitive << wake_;
  }

  /// Before the simulation starts. Things of one time are done in the order in which they were given.
  void at(Picoseconds time, std::function<void()> action) { lines_.push_back({time, std::move(action)}); }

 private:
  struct Line {
    Picoseconds time;
    std::function<void()> action;
  };

  void start_of_simulation() override {
    std::stable_sort(lines_.begin(), lines_.end(), [](const Line& a, const Line& b) { return a.time < b.time; });
  }
  void step() {
    const std::uint64_t now = sc_core::sc_time_stamp().value();
    for (; next_ < lines_.size() && lines_[next_].time.n <= now; ++next_) lines_[next_].action();
    if (next_ < lines_.size()) wake_.notify(sc_core::sc_time::from_value(lines_[next_].time.n - now));
  }

  std::vector<Line> lines_;
  std::size_t next_ = 0;
  sc_core::sc_event wake_{"wake"};
};

}  // namespace icesim::twin
