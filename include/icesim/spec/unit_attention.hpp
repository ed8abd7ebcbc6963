// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/upiu.hpp"

namespace icesim::sense {

/// A unit attention: the unit was reset, or has had no power [scsi-unit-attention].
inline constexpr Sense reset_occurred{0x6, 0x29, 0x00};

}  // namespace icesim::sense
