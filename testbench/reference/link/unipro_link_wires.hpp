// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/unipro.hpp"
#include "testbench/reference/base/twin_clock.hpp"

#include <array>
#include <cstdint>
#include <ostream>
#include <string>
#include <systemc>
#include <vector>

/// What goes over the lanes of the link's twin, and the way there.
namespace icesim::twin {

/// One byte on a lane.
struct LinkSymbol {
  enum Kind : std::uint8_t { filler, start, header, data, pad, trailer };
  std::uint8_t kind = filler;
  bool begin_of_frame = false;  ///< the frame's first byte
  bool end_of_frame = false;    ///< the frame's last byte
  bool end_of_message = false;  ///< of a frame that ends a UPIU
  enum State : std::uint8_t { good, broken, out_of_turn };
  std::uint8_t state = good;  ///< at the frame's last byte: out_of_turn is behind a broken one

  bool operator==(const LinkSymbol& x) const {
    return kind == x.kind && begin_of_frame == x.begin_of_frame && end_of_frame == x.end_of_frame &&
           end_of_message == x.end_of_message && state == x.state;
  }
};

/// What all lanes move in one cycle.
using LaneWord = std::array<LinkSymbol, unipro::max_lanes>;

inline std::ostream& operator<<(std::ostream& out, const LaneWord& word) {
  for (const LinkSymbol& symbol : word) out << ".SHDPT"[symbol.kind];
  return out;
}
inline void sc_trace(sc_core::sc_trace_file* file, const LaneWord& word, const std::string& name) {
  for (std::size_t lane = 0; lane < word.size(); ++lane) {
    sc_core::sc_trace(file, word[lane].kind, name + "_" + std::to_string(lane));
    sc_core::sc_trace(file, word[lane].end_of_frame, name + "_" + std::to_string(lane) + "_end");
  }
}

/// What AFCs and NACs tell: all that was received so far, acknowledged and free again in the receiver's buffer, and how
/// often a frame behind that is asked for again.
struct Acknowledged {
  std::uint64_t frames = 0;
  std::uint64_t credits = 0;
  std::uint64_t nacs = 0;

  bool operator==(const Acknowledged& x) const { return frames == x.frames && credits == x.credits && nacs == x.nacs; }
};

inline std::ostream& operator<<(std::ostream& out, const Acknowledged& x) {
  return out << x.frames << " frames, " << x.credits << " credits, " << x.nacs << " nacs";
}
inline void sc_trace(sc_core::sc_trace_file* file, const Acknowledged& x, const std::string& name) {
  sc_core::sc_trace(file, x.frames, name + "_frames");
  sc_core::sc_trace(file, x.credits, name + "_credits");
  sc_core::sc_trace(file, x.nacs, name + "_nacs");
}

/// A wire of the link: `registers` of them in a row, so that what a register of the sender shows before edge n, a
/// register of the receiver can take on edge n + registers.
template <class T>
class DelayLine : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(DelayLine);
  DelayLine(const sc_core::sc_module_name& name, const TwinClock& clock, std::uint64_t registers)
      : sc_module(name), values_(registers - 1) {
    SC_METHOD(step);
    sensitive << clock.edge();
    dont_initialize();
  }

  sc_core::sc_in<T> in{"in"};
  sc_core::sc_signal<T> out{"out"};

 private:
  void step() {
    if (values_.empty()) {
      out.write(in.read());
      return;
    }
    out.write(values_[oldest_]);
    values_[oldest_] = in.read();
    oldest_ = (oldest_ + 1) % values_.size();
  }

  std::vector<T> values_;  ///< all registers but the last
  std::size_t oldest_ = 0;
};

}  // namespace icesim::twin
