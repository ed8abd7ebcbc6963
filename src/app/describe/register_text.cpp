// SPDX-License-Identifier: Apache-2.0
#include "register_text.hpp"

#include "icesim/result/text_table.hpp"
#include "icesim/spec/crypto_config.hpp"
#include "icesim/spec/mcq.hpp"
#include "icesim/spec/ufshci.hpp"

#include <cstdio>

namespace icesim::app {
namespace {

std::string hex(std::uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "%02xh", value);
  return text;
}

std::string bits(const Field& field) {
  const std::string high = std::to_string(field.high);
  return field.high == field.low ? high : high + ":" + std::to_string(field.low);
}

/// One line of a listing: a register, a field of it, or an array of registers.
struct Line {
  int depth;
  std::string place;  ///< offset of a register, bits of a field
  std::string name;
  std::string access;
  std::string reset;
  std::string sentence;
};

void add(std::vector<Line>& lines, int depth, const Register& reg, const std::string& offset) {
  lines.push_back({depth, offset, std::string(reg.name), std::string(spelling(reg.access)), hex(reg.reset),
                   std::string(reg.sentence)});
  for (const Field& field : reg) {
    lines.push_back({depth + 1, bits(field), std::string(field.name), "", "", std::string(field.sentence)});
  }
}

std::vector<Line> all_lines() {
  std::vector<Line> lines;
  for (const Register& reg : ufshci_registers) add(lines, 0, reg, hex(reg.offset));
  const auto add_array = [&](const RegisterArray& array) {
    lines.push_back({0, std::string(array.base), std::string(array.name), std::string(spelling(array.access)), "",
                     std::string(array.sentence) + "; " + std::string(array.count) + " entries, " + hex(array.stride) +
                         " bytes each"});
    for (std::size_t i = 0; i < array.word_count; ++i) {
      add(lines, 1, array.words[i], "+" + hex(array.words[i].offset));
    }
  };
  for (const RegisterArray& array : crypto_register_arrays) add_array(array);
  for (const RegisterArray& array : queue_register_arrays) add_array(array);
  return lines;
}

}  // namespace

std::string registers_text() {
  TextTable table("lllll");
  table.row({"offset", "register", "access", "reset", "meaning"});
  for (const Line& line : all_lines()) {
    const std::string indent(static_cast<std::size_t>(2 * line.depth), ' ');
    table.row({indent + line.place, indent + line.name, line.access, line.reset, indent + line.sentence});
  }
  return table.text();
}

std::string registers_markdown() {
  std::string text = "| offset, bits | register, field | access | reset | meaning |\n|---|---|---|---|---|\n";
  for (const Line& line : all_lines()) {
    const std::string name = line.depth == 0 ? "**" + line.name + "**" : line.name;
    text +=
        "| " + line.place + " | " + name + " | " + line.access + " | " + line.reset + " | " + line.sentence + " |\n";
  }
  return text;
}

std::vector<NamedRegister> named_registers() {
  std::vector<NamedRegister> named;
  std::string owner;
  for (const Line& line : all_lines()) {
    const bool is_field = line.access.empty();
    if (!is_field) owner = line.name;
    named.push_back({is_field ? owner + "." + line.name : line.name, line.place, line.access, line.sentence});
  }
  return named;
}

}  // namespace icesim::app
