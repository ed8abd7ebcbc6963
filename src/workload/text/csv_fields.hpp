// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <string_view>

namespace icesim {

/// Cuts the part behind the last `separator` off `text`.
inline bool cut_last(std::string_view& text, char separator, std::string_view& last) {
  const std::size_t at = text.rfind(separator);
  if (at == std::string_view::npos) return false;
  last = text.substr(at + 1);
  text = text.substr(0, at);
  return true;
}

/// Cuts the part before the first `separator` off `text`, which is then what is behind it.
inline std::string_view cut_first(std::string_view& text, char separator) {
  const std::string_view first = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(text.size(), first.size() + 1));
  return first;
}

}  // namespace icesim
