// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string_view>

namespace icesim {

/// Whether a name fits a pattern, in which * stands for any characters and ? for one.
constexpr bool fits_glob(std::string_view glob, std::string_view name) {
  std::size_t at = 0, in = 0, star = std::string_view::npos, from = 0;
  while (in < name.size()) {
    if (at < glob.size() && glob[at] == '*') {
      star = at++;
      from = in;
    } else if (at < glob.size() && (glob[at] == '?' || glob[at] == name[in])) {
      ++at;
      ++in;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in = ++from;
    } else {
      return false;
    }
  }
  while (at < glob.size() && glob[at] == '*') ++at;
  return at == glob.size();
}

}  // namespace icesim
