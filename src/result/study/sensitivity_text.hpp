// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/study/keyslot_sweep.hpp"

#include <string>

namespace icesim {

/// The answer with its conditions, and a table of what moves it; empty where that was not asked.
std::string sensitivity_text(const KeyslotSizing& sizing);

}  // namespace icesim
