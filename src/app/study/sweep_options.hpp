// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/study/sweep.hpp"
#include "icesim/study/measure.hpp"
#include "icesim/study/plan.hpp"
#include "icesim/study/shard.hpp"
#include "models/system/system_config.hpp"
#include "src/app/command_line.hpp"
#include "src/app/scenario.hpp"

#include <string>
#include <vector>

namespace icesim::app {

/// Reads what --over says. Throws UserError that names the option.
Axis axis_of_option(const std::string& text, const std::vector<ParameterGroup>& parameters);

/// Whether a study varies what has this name.
bool varies(const Plan& plan, const std::string& name);
/// Refuses options and --set of what the study tries its own values for.
void refuse_what_is_varied(const CommandLine& line, const Scenario& scenario, const Plan& plan);

/// Declares --shard.
void declare_shard(CommandLine& line, std::string& text, const char* sentence);
/// The whole where nothing was said. Throws UserError that names the option.
Shard shard_of_option(const std::string& text);

/// What a sweep varies, and what is asked of it.
class SweepOptions {
 public:
  /// Declares --over, --points, --measure, --pareto, --knee and --shard.
  void declare(CommandLine& line);

  // Each throws UserError that names its option.

  /// The points, of these traces unless they are varied; `range` stands for a parameter's range and what `config` has.
  Plan plan(const std::vector<std::string>& traces, const SystemConfig& config) const;
  std::vector<Measure> measures() const;
  Shard shard() const { return shard_of_option(shard_); }
  /// Says of a sweep which front is wanted.
  void weigh(Sweep& sweep) const;

 private:
  /// Files that are read beside what options name.
  std::vector<std::string> named_files() const;

  std::vector<std::string> over_;
  std::string points_;
  std::vector<std::string> measures_;
  std::string pareto_;
  bool knee_ = false;
  std::string shard_;
};

}  // namespace icesim::app
