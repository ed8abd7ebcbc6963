// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/results.hpp"

#include <string>
#include <vector>

namespace icesim {

/// Names of the virtual machines of a run, the host first.
std::vector<std::string> vm_names(const std::vector<StatisticValue>& statistics);

/// A line for each virtual machine, by its statistics keyslots.vm.NAME; nothing where requests are not told apart.
std::string vm_table(const Results& results);

}  // namespace icesim
