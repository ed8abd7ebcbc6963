// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "command_line.hpp"
#include "icesim/result/vms/partition_sweep.hpp"
#include "icesim/workload/keys/keyed_trace.hpp"
#include "icesim/workload/vms/vm_rules.hpp"
#include "models/system/system_config.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace icesim::app {

/// What the simulations of a study read, each anew.
struct StudyInput {
  std::string path;
  TraceOptions trace;
  KeyOptions keys;
  VmRules vms;

  /// The same for simulations side by side, which would all write to the same line.
  TraceOptions quiet() const {
    TraceOptions options = trace;
    options.progress = nullptr;
    return options;
  }
};

/// `slots --partition`: one keyslot file, cut up between virtual machines in several ways.
class PartitionStudy {
 public:
  /// Declares --partition and --by.
  void declare(CommandLine& line);
  bool wanted() const { return !list_.empty(); }
  /// Throws UserError for a partition or a measure that cannot be, and for --by without effect.
  void check(const VmRules& vms, const SystemConfig& config) const;
  /// Simulates each, `jobs` at a time.
  PartitionSweep run(const StudyInput& input, const SystemConfig& config, std::uint64_t jobs) const;

 private:
  PartitionMeasure measure() const;
  std::vector<SystemConfig> configs(const VmRules& vms, const SystemConfig& config) const;

  std::string list_;
  std::string measure_;
};

}  // namespace icesim::app
