// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/system/ufs_system.hpp"

namespace icesim {

/// Statistics group `keyslots.vm`: each virtual machine's own, by its name.
struct VmStatistics {
  const UfsSystem& system;

  void describe(Statistics& s) const;
};

}  // namespace icesim
