// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace icesim {

/// A number, and a sentence that agrees with it: of "{one|many}" in the sentence the first with 1, else the second.
/// "request{|s} {has|have} no completion" and 1 are "1 request has no completion".
inline std::string agreeing_text(std::uint64_t count, std::string_view sentence) {
  std::string text = std::to_string(count) + " ";
  for (std::size_t open; (open = sentence.find('{')) != std::string_view::npos;) {
    const std::size_t bar = sentence.find('|', open), close = sentence.find('}', open);
    text += sentence.substr(0, open);
    text += count == 1 ? sentence.substr(open + 1, bar - open - 1) : sentence.substr(bar + 1, close - bar - 1);
    sentence.remove_prefix(close + 1);
  }
  return text += sentence;
}

}  // namespace icesim
