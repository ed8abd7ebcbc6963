// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"

namespace icesim {
namespace {

std::string one_line(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string line;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code >= ' ' && code != 0x7f) {
      line.push_back(c);
    } else {
      line.append("\\x").append({digits[code / 16], digits[code % 16]});
    }
  }
  return line;
}

}  // namespace

UserError::UserError(std::string_view line) : std::runtime_error(one_line(line)) {}

void throw_bug(std::string_view what) { throw Bug(std::string(what)); }

}  // namespace icesim
