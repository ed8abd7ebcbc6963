// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/study/keyslot_alternatives.hpp"
#include "keyslot_study.hpp"

#include <string>
#include <vector>

namespace icesim::app {

/// `slots --over`: how many keyslots each of several systems needs.
class AlternativesStudy {
 public:
  /// Declares --over.
  void declare(CommandLine& line);
  bool wanted() const { return !over_.empty(); }
  /// Asks the question of each combination. One that cannot be is told as refused. Throws UserError when none can.
  KeyslotAlternatives run(const Scenario& scenario, const CommandLine& line, const KeyslotQuestion& question, StudyRunner& runner) const;

 private:
  std::vector<std::string> over_;
};

}  // namespace icesim::app
