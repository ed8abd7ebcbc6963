// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace icesim {

/// 128 bits, for sums and products of 64-bit numbers that must not overflow.
__extension__ typedef unsigned __int128 Wide;

}  // namespace icesim
