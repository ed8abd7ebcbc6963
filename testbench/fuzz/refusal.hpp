// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"

#include <string_view>

namespace icesim::fuzz {

/// Bad input may be refused, with one line that names the input; anything else that `read` throws is a finding.
template <class Read>
void accept_or_refuse(const Read& read) {
  try {
    read();
  } catch (const UserError& error) {
    const std::string_view text = error.what();
    if (text.find('\n') != std::string_view::npos || text.find("input") == std::string_view::npos) __builtin_trap();
  }
}

}  // namespace icesim::fuzz
