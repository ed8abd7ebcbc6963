// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "command_line.hpp"
#include "key_choice.hpp"
#include "models/system/simulation.hpp"
#include "trace_line.hpp"

#include <string>
#include <vector>

namespace icesim::app {

/// What `run`, `slots` and `serve` share: the system that is simulated, and how a trace is replayed on it.
class Scenario {
 public:
  /// Declares --platform, --engine, --set, --mode, --queue-depth, --time-scale and what a trace and its
  /// keys are read with.
  void declare(CommandLine& line);
  /// Declares the first three of them.
  void declare_system(CommandLine& line);
  /// Applies, from weak to strong: defaults, platform, engine, the options of the replay, --set from left to right.
  /// Throws UserError.
  SystemConfig config() const;
  TraceOptions trace_options() const { return trace_.options(); }
  KeyOptions key_options() const { return keys_.options(); }
  /// The platform, the engine and how much was changed: "phone-ufs31, engine xts-aes256-w5, 2 settings".
  std::string platform() const;

 private:
  std::string platform_;
  std::string engine_;
  std::vector<std::string> settings_;
  std::string mode_;
  std::string queue_depth_;
  std::string time_scale_;
  TraceLine trace_;
  KeyChoice keys_;
};

}  // namespace icesim::app
