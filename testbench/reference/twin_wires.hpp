// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "testbench/reference/twin_clock.hpp"

#include <cstdint>
#include <systemc>
#include <vector>

namespace icesim::twin {

/// The wires between two blocks of one clock: an item passes on every edge on which both valid and ready are high.
template <class T>
struct Stream {
  explicit Stream(const char* name)
      : valid((std::string(name) + "_valid").c_str()),
        ready((std::string(name) + "_ready").c_str()),
        data((std::string(name) + "_data").c_str()) {}

  bool passes() const { return valid.read() && ready.read(); }
  void trace(sc_core::sc_trace_file* file) const {
    sc_core::sc_trace(file, valid, valid.name());
    sc_core::sc_trace(file, ready, ready.name());
    sc_core::sc_trace(file, data, data.name());
  }

  sc_core::sc_signal<bool> valid;
  sc_core::sc_signal<bool> ready;
  sc_core::sc_signal<T> data;
};

/// A queue between two streams of one clock. Its outputs are registers: what enters on one edge leaves on the next at
/// the earliest, and room that an edge makes is seen on the next. Two places make the skid buffer that loses no cycle.
template <class T>
class Fifo : public sc_core::sc_module {
 public:
  Fifo(const sc_core::sc_module_name& name, const TwinClock& clock, std::size_t places, Stream<T>& in, Stream<T>& out)
      : sc_module(name), places_(places), in_(in), out_(out) {
    SC_HAS_PROCESS(Fifo);
    SC_METHOD(step);
    sensitive << clock.edge();
    dont_initialize();
    in_.ready.write(places_ > 0);
  }

 private:
  void step() {
    if (out_.passes()) items_.erase(items_.begin());
    if (in_.passes()) items_.push_back(in_.data.read());
    in_.ready.write(items_.size() < places_);
    out_.valid.write(!items_.empty());
    if (!items_.empty()) out_.data.write(items_.front());
  }

  std::size_t places_;
  Stream<T>& in_;
  Stream<T>& out_;
  std::vector<T> items_;
};

}  // namespace icesim::twin
