// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/text/shell_text.hpp"

#include "icesim/base/printable.hpp"

namespace icesim {
namespace {

constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=+,@%-";

/// Everything but plain bytes in octal.
std::string in_octal(std::string_view word) {
  std::string text = "$'";
  for (const char each : word) {
    const auto byte = static_cast<unsigned char>(each);
    if (plain.find(each) != std::string_view::npos)
      text += each;
    else
      text.append({'\\', static_cast<char>('0' + (byte >> 6)), static_cast<char>('0' + (byte >> 3 & 7)),
                   static_cast<char>('0' + (byte & 7))});
  }
  return text + "'";
}

}  // namespace

std::string shell_text(std::string_view word) {
  if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos) return std::string(word);
  if (printable_text(word) != word) return in_octal(word);
  std::string text = "'";
  for (const char each : word) text += each == '\'' ? "'\\''" : std::string(1, each);
  return text + "'";
}

}  // namespace icesim
