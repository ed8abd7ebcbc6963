// SPDX-License-Identifier: Apache-2.0
#include "models/system/forget_simulation.hpp"

#include <systemc>

namespace icesim {

void forget_simulation() {
  sc_core::sc_simcontext* kernel = sc_core::sc_get_curr_simcontext();
  // The kernel loses what it notes of pending events that are no more, unless it looks for the next one.
  sc_core::sc_time_to_pending_activity(kernel);
  kernel->reset();
}

}  // namespace icesim
