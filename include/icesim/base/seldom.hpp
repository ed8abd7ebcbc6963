// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace icesim {

/// Returns `holds`, and tells the compiler that it hardly ever does: what then happens is laid out of the way of the
/// steps that every request takes, since their code is larger than the caches that hold it.
inline bool seldom(bool holds) { return __builtin_expect(static_cast<long>(holds), 0) != 0; }

}  // namespace icesim
