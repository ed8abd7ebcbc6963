// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <systemc>

namespace icesim::test {

/// Makes the SystemC kernel as new, once all modules are gone: then the next may be built.
inline void reset_kernel() {
  sc_core::sc_simcontext* kernel = sc_core::sc_get_curr_simcontext();
  // The kernel loses what it notes of pending events that are no more, unless it looks for the next one.
  sc_core::sc_time_to_pending_activity(kernel);
  kernel->reset();
}

}  // namespace icesim::test
