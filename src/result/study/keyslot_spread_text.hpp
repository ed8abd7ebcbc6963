// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/study/keyslot_sweep.hpp"

#include <string>

namespace icesim {

/// Whether the parts of a trace differ by more than two numbers of keyslots do; empty where nothing was compared.
std::string keyslot_spread_text(const KeyslotSpread& spread);

}  // namespace icesim
