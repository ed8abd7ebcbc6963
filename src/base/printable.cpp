// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/printable.hpp"

#include <array>
#include <cstdint>

namespace icesim {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

/// Code points that show nothing or change what stands around them.
struct CodePoints {
  char32_t first, last;
};
constexpr std::array<CodePoints, 13> unseen{{{0x80, 0x9f},        // C1
                                             {0xad, 0xad},        // soft hyphen
                                             {0x61c, 0x61c},      // Arabic letter mark
                                             {0x180e, 0x180e},    // Mongolian vowel separator
                                             {0x200b, 0x200f},    // zero width, marks of direction
                                             {0x2028, 0x202e},    // separators of lines and paragraphs, direction
                                             {0x2060, 0x206f},    // joiners, isolates of direction
                                             {0xfe00, 0xfe0f},    // variation selectors
                                             {0xfeff, 0xfeff},    // byte order mark
                                             {0xfff0, 0xfffb},    // annotations
                                             {0xfffe, 0xffff},    // never characters
                                             {0x1d173, 0x1d17a},  // musical controls
                                             {0xe0000, 0xe0fff}}};  // tags

bool is_unseen(char32_t code) {
  for (const CodePoints& range : unseen) {
    if (code >= range.first && code <= range.last) return true;
  }
  return false;
}

/// The length of the UTF-8 sequence at the beginning, and its code point; 0 when there is none.
std::size_t decode(std::string_view text, char32_t& code) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  const std::size_t size = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (size == 0 || text.size() < size) return 0;
  code = size == 1 ? first : first & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3fU);
  }
  // Longer than need be, half of a pair of UTF-16, or too large.
  constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  return code < least[size] || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff ? 0 : size;
}

void append_code(std::string& out, char32_t code) {
  std::string hex;
  for (; code > 0; code >>= 4) hex.insert(hex.begin(), digits[code & 15]);
  out.append("\\u{").append(hex).append("}");
}

}  // namespace

std::string printable_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    char32_t code = 0;
    const std::size_t size = decode(text, code);
    if (size == 0 || code < ' ' || code == 0x7f) {
      const auto byte = static_cast<std::uint8_t>(text.front());
      out.append("\\x").append({digits[byte >> 4], digits[byte & 15]});
    } else if (is_unseen(code)) {
      append_code(out, code);
    } else {
      out.append(text.substr(0, size));
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return out;
}

}  // namespace icesim
