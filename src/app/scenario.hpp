// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "command_line.hpp"
#include "icesim/result/assumptions/platform_ranges.hpp"
#include "key_choice.hpp"
#include "models/system/simulation.hpp"
#include "trace_line.hpp"
#include "vm_choice.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace icesim::app {

/// A warning.
inline constexpr const char* no_key_events = "keys.life=trace, and the trace tells of no key's end: keys lived for ever";

/// What became of faults, a line each.
std::string faults_text(const std::vector<FaultOutcome>& faults);

/// What `run`, `slots` and `serve` share: the system that is simulated, and how a trace is replayed on it.
class Scenario {
 public:
  /// Declares --platform, --engine, --set, --mode, --queue-depth, --time-scale and what a trace and its
  /// keys are read with.
  void declare(CommandLine& line);
  /// Declares --fault.
  void declare_fault(CommandLine& line);
  /// The faults of commands that it names. Throws UserError where `config` would not get over one.
  std::vector<Fault> faults(const SystemConfig& config) const;
  /// Declares the first three of them.
  void declare_system(CommandLine& line);
  /// Refuses --set of parameters that this command does not look at; `why` ends the message.
  void refuse_settings(const std::function<bool(std::string_view path)>& has_no_effect, std::string_view why) const;
  /// The exit code of a run in which so many requests failed: 3 when --fail-on asks for it, else 0.
  int exit_code(std::uint64_t failed) const;
  /// Applies, from weak to strong: defaults, platform, engine, the options of the replay, --set from left to right.
  /// Throws UserError, also for an option that has no effect with the others.
  SystemConfig config() const;
  /// The same, whether each option has an effect or not: a study may vary what others go with.
  SystemConfig any_config() const;
  /// The ranges of the platform's assumptions.
  PlatformRanges ranges() const;
  TraceOptions trace_options() const { return trace_.options(); }
  KeyOptions key_options() const { return keys_.options(); }
  VmRules vm_rules(const SystemConfig& config) const { return vms_.rules(config); }
  /// What --vm says, as it was written.
  const std::vector<std::string>& vm_texts() const { return vms_.texts(); }
  /// Takes another value of "platform", "engine" or "keys", or sets a parameter beyond --set, as studies do.
  void choose(const std::string& what, const std::string& value);
  /// What --platform says.
  const std::string& platform_name() const { return platform_; }
  /// The platform, the engine and what was changed: "phone-ufs31, engine xts-aes256-w5, keyslots.num_keyslots=8".
  std::string platform() const;

 private:
  /// Whether the parameter was set by its option ("" for none) or --set.
  std::string setter_of(std::string_view path) const;
  void check_effect(const SystemConfig& config) const;
  void check_effect(const PowerConfig& power) const;
  void check_effect(const UniproLinkConfig& link) const;
  void check_effect(const BlockLayerConfig& blocks, bool has_worker) const;

  std::string platform_;
  std::string engine_;
  std::vector<std::string> settings_;
  std::string mode_;
  std::string queue_depth_;
  std::string time_scale_;
  std::string fail_on_;
  /// N of key-program@N among the faults, or nothing.
  std::string failing_program() const;
  /// ", crypto.failing_program=N, lost-answer@3".
  std::string faults_named() const;

  std::vector<std::string> faults_;
  bool replays_ = false;  ///< a trace: what a guest does with the keyslots is its own choice
  TraceLine trace_;
  KeyChoice keys_;
  VmChoice vms_;
};

}  // namespace icesim::app
