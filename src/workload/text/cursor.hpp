// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <charconv>
#include <string_view>

namespace icesim {

/// Reads a line from left to right; every step returns false, and stays, when the text is something else.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool at_end() const { return at_ == end_; }
  char peek() const { return at_end() ? '\0' : *at_; }
  std::string_view rest() const { return {at_, static_cast<std::size_t>(end_ - at_)}; }

  bool literal(char c) {
    if (peek() != c || at_end()) return false;
    ++at_;
    return true;
  }
  bool literal(std::string_view text) {
    if (rest().substr(0, text.size()) != text) return false;
    at_ += text.size();
    return true;
  }
  template <class Number>
  bool number(Number& out, int base = 10) {
    const auto [next, error] = std::from_chars(at_, end_, out, base);
    if (error != std::errc{} || next == at_) return false;
    at_ = next;
    return true;
  }
  /// At least one space.
  bool spaces() {
    if (peek() != ' ') return false;
    while (peek() == ' ') ++at_;
    return true;
  }
  /// Everything before `stop`, which is consumed too.
  bool until(char stop, std::string_view& out) {
    const std::size_t size = rest().find(stop);
    if (size == std::string_view::npos) return false;
    out = rest().substr(0, size);
    at_ += size + 1;
    return true;
  }

 private:
  const char* at_;
  const char* end_;
};

}  // namespace icesim
