// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/rings/ring_replay.hpp"
#include "icesim/result/study/study_origin.hpp"

#include <string>

namespace icesim {

/// What came of a scenario's steps under the models of key rings.
struct RingReport {
  StudyOrigin origin;
  std::string sha256;  ///< of the scenario's file
  RingScenario scenario;
  std::vector<RingOutcome> outcomes;
};

/// A table for people: each step with every model's answer, what it changes of who reads what, or all of that, and where two
/// models differ.
std::string ring_text(const RingReport& report, bool all);

/// The same as JSON ('icesim describe schema rings').
std::string ring_json(const RingReport& report);

/// "bob-shell removes diary-key for all users".
std::string ring_step_text(const RingScenario& scenario, const RingScenario::Step& step);

}  // namespace icesim
