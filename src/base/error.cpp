// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"

#include "icesim/base/printable.hpp"

namespace icesim {
UserError::UserError(std::string_view line) : std::runtime_error(printable_text(line)) {}

void throw_bug(std::string_view what) { throw Bug(std::string(what)); }

}  // namespace icesim
