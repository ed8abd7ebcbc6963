// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/study/keyslot_sweep.hpp"

#include <string>

namespace icesim::sample {

/// What `icesim slots -o` writes of one trace.
inline std::string slots_json(const KeyslotSweep& sweep) {
  KeyslotSizing sizing;
  sizing.traces = {sweep};
  return keyslot_sizing_json(sizing);
}

}  // namespace icesim::sample
