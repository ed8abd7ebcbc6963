// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/compare/recorded_results.hpp"

#include <string>
#include <vector>

namespace icesim {

/// All that goes into a simulation, and with it what comes out: a point of a study.
struct StudyPoint {
  std::string program;               ///< SHA-256 of the program: one that is built anew may compute something else
  std::string version;
  std::vector<std::string> traces;   ///< SHA-256 of the trace, and of others beside it
  std::vector<std::string> reading;  ///< how they are read, whose the keys and the virtual machines are: words in a fixed order
  std::vector<Setting> config;       ///< every parameter

  /// SHA-256 of all that, whatever the trace is called and wherever it lies.
  std::string name() const;
};

}  // namespace icesim
