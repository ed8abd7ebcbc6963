// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"

namespace icesim {

void throw_bug(std::string_view what) { throw Bug(std::string(what)); }

}  // namespace icesim
