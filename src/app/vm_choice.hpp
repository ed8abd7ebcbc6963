// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "command_line.hpp"
#include "icesim/workload/vms/vm_rules.hpp"
#include "models/system/system_config.hpp"

#include <string>
#include <vector>

namespace icesim::app {

/// The option that says which virtual machines requests come from; `run` and `slots` share it.
class VmChoice {
 public:
  /// Declares --vm.
  void declare(CommandLine& line);
  bool given() const { return !texts_.empty(); }
  const std::vector<std::string>& texts() const { return texts_; }
  /// Throws UserError, also where a machine of the partition would have no request.
  VmRules rules(const SystemConfig& config) const;

 private:
  std::vector<std::string> texts_;
};

}  // namespace icesim::app
