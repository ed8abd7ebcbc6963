// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/study/keyslot_sweep.hpp"

#include <string>
#include <vector>

namespace icesim {

/// One of several systems, and how many keyslots it needs.
struct KeyslotAlternative {
  std::vector<std::string> values;  ///< one for each name
  std::string refused{};            ///< why it cannot be; else empty
  bool has_keyslots = true;         ///< else `advice` has none, and `point` is its only simulation
  KeyslotAdvice advice{};
  KeyslotPoint point{};             ///< with as many keyslots as are recommended, or, where none can be, with the most
  std::vector<std::string> power_states{};  ///< of the system: power_states()
};

/// A trace under several systems.
struct KeyslotAlternatives {
  StudyOrigin origin;
  std::string trace;      ///< its name
  std::string sha256;     ///< of its bytes
  std::string keys_text;  ///< how its requests got their keys; empty where that is varied
  KeyslotMetric metric;
  std::vector<std::string> names;  ///< of what is varied
  std::vector<KeyslotAlternative> rows;
  std::vector<std::string> warnings;
};

/// One table for a terminal, and below it what was refused and what failed.
std::string keyslot_alternatives_text(const KeyslotAlternatives& all);

/// trace, metric, over (names), alternatives: [{values, has_keyslots, recommended (or null), reason, power_states, simulated}] or {values,
/// refused}, warnings.
std::string keyslot_alternatives_json(const KeyslotAlternatives& all);

}  // namespace icesim
