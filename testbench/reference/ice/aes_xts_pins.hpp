// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "testbench/reference/ice/aes_xts_twin.hpp"

namespace icesim::twin {

/// The wires at the ports of an AES-XTS twin, and its clock: inputs change at falling edges, outputs are looked at at
/// rising ones.
struct AesXtsPins {
  void bind(AesXtsTwin& twin) {
    twin.clock(clock);
    twin.decrypt(decrypt);
    twin.clear_valid(clear_valid);
    twin.load_tweak(load_tweak);
    twin.tweak_in(tweak_in);
    twin.ready_in(ready_in);
    twin.in_valid(in_valid);
    twin.in_ready(in_ready);
    twin.in_data(in_data);
    twin.out_valid(out_valid);
    twin.out_data(out_data);
  }

  sc_core::sc_clock clock{"clock", sc_core::sc_time(2, sc_core::SC_NS), 0.5, sc_core::sc_time(1, sc_core::SC_NS),
                          false};
  sc_core::sc_signal<bool> decrypt, clear_valid, load_tweak, ready_in, in_valid, in_ready, out_valid;
  sc_core::sc_signal<AesBlock> tweak_in, in_data, out_data;
};

}  // namespace icesim::twin
