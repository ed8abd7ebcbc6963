// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/vms/partition_sweep.hpp"
#include "icesim/workload/vms/vm_rules.hpp"
#include "models/system/system_config.hpp"
#include "src/app/command_line.hpp"
#include "src/app/study/study_runner.hpp"

#include <string>
#include <vector>

namespace icesim::app {

/// `slots --partition`: one keyslot file, cut up between virtual machines in several ways.
class PartitionStudy {
 public:
  /// Declares --partition and --by.
  void declare(CommandLine& line);
  bool wanted() const { return !list_.empty(); }
  /// Throws UserError for a partition or a measure that cannot be, and for --by without effect.
  void check(const VmRules& vms, const SystemConfig& config) const;
  /// Simulates each.
  PartitionSweep run(const StudyCase& whole, StudyRunner& runner) const;

 private:
  PartitionMeasure measure() const;
  std::vector<SystemConfig> configs(const VmRules& vms, const SystemConfig& config) const;

  std::string list_;
  std::string measure_;
};

}  // namespace icesim::app
