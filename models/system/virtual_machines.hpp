// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/driver.hpp"
#include "models/system/system_config.hpp"

#include <string>
#include <vector>

namespace icesim {

/// The virtual machines whose requests a system replays, `names`, and their keyslots by keyslots.partition; without names
/// those that the partition names, of which the first has all requests. Throws UserError where names are others than the
/// partition's, or keyslots too few.
std::vector<VirtualMachine> virtual_machines(const SystemConfig& config, const std::vector<std::string>& names);

}  // namespace icesim
