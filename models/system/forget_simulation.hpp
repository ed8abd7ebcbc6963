// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace icesim {

/// Makes the kernel as new, once a simulation is gone: then the process may have another.
void forget_simulation();

}  // namespace icesim
