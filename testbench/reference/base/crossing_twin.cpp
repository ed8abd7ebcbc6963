// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/base/crossing_twin.hpp"

#include "icesim/base/error.hpp"

namespace icesim::twin {

SynchroniserTwin::SynchroniserTwin(const sc_core::sc_module_name& name, const TwinClock& receiver) : sc_module(name) {
  ensure(receiver.domain().sync_stages().n >= 1, "a synchroniser has flip-flops");
  flops_.resize(receiver.domain().sync_stages().n - 1);
  SC_HAS_PROCESS(SynchroniserTwin);
  SC_METHOD(step);
  sensitive << receiver.settled();
  dont_initialize();
}

void SynchroniserTwin::step() {
  std::uint64_t moves = in.read();
  for (std::uint64_t& flop : flops_) std::swap(flop, moves);
  out.write(moves);
}

void SynchroniserTwin::trace(sc_core::sc_trace_file* file) const {
  sc_core::sc_trace(file, in, in.name());
  sc_core::sc_trace(file, out, out.name());
}

}  // namespace icesim::twin
