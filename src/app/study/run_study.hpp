// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/study/run_sensitivity.hpp"
#include "study_runner.hpp"

#include <string>

namespace icesim::app {

/// What `run --sensitivity` does beside the run.
class RunStudy {
 public:
  /// Declares --sensitivity, --jobs and --store.
  void declare(CommandLine& line);
  /// Checks them; `faults`: whether something is to go wrong in the run. Throws UserError.
  void open(const CommandLine& line, bool faults);
  /// Replays the trace once as it is, and once for each end of the range of each assumption, each in a process of its own;
  /// nothing unless asked for. Must come before this process simulates.
  RunSensitivity run(const Scenario& scenario, const std::string& path);

 private:
  bool wanted_ = false;
  StudyRunner runner_;
};

}  // namespace icesim::app
