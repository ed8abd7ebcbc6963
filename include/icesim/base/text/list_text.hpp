// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace icesim {

/// "a, b, c": texts, or what `name` makes of anything else, with ", " between.
template <class Range, class Name>
std::string list_text(const Range& all, const Name& name) {
  std::string text;
  for (const auto& each : all) text.append(text.empty() ? "" : ", ").append(name(each));
  return text;
}
template <class Range>
std::string list_text(const Range& all) {
  return list_text(all, [](std::string_view each) { return each; });
}

}  // namespace icesim
