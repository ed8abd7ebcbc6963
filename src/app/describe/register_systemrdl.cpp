// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/ufshci.hpp"
#include "register_map.hpp"

#include <cstdio>

namespace icesim::app {
namespace {

std::string rdl_number(std::uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%x", value);
  return text;
}

/// What software and hardware may do, as properties of fields.
std::string_view properties(Access access) {
  switch (access) {
    case Access::reserved:
    case Access::read_only:
      return "sw = r; hw = w;";
    case Access::read_write:
      return "sw = rw; hw = r;";
    case Access::write_clear:
      return "sw = rw; hw = w; onwrite = woclr;";
    case Access::write_set:
      return "sw = rw; hw = w; onwrite = woset;";
    case Access::write_only:
      return "sw = w; hw = r;";
    case Access::read_clear:
      return "sw = r; hw = w; onread = rclr;";
  }
  return "";
}

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

/// One register; `place` is what stands behind its name: "@ 0x58", "[16] @ 0x0 += 0x4".
std::string register_text(const Register& reg, const std::string& place, const std::string& indent) {
  std::string text = indent + "reg {\n" + indent + "  desc = " + quoted(reg.sentence) + ";\n";
  for (const Field& field : fields_of(reg)) {
    text += indent + "  field { desc = " + quoted(field.sentence) + "; " + std::string(properties(reg.access)) + " } " +
            identifier(field.name) + "[" + std::to_string(field.high) + ":" + std::to_string(field.low) + "] = " +
            rdl_number(field.of(reg.reset)) + ";\n";
  }
  return text + indent + "} " + identifier(reg.name) + place + ";\n";
}

}  // namespace

std::string registers_systemrdl() {
  std::string text = "// UFS host controller interface, written by `icesim describe registers --systemrdl`.\n"
                     "// Capabilities reset to 0 here: the configuration of a controller sets them.\n"
                     "addrmap ufshci {\n  name = \"UFS host controller interface\";\n"
                     "  default regwidth = 32;\n  default accesswidth = 32;\n\n";
  for (const Register& reg : ufshci_registers) text += register_text(reg, " @ " + rdl_number(reg.offset), "  ");
  for (const PlacedArray& group : placed_arrays()) {
    text += "  regfile {\n    desc = " + quoted(group.array->sentence) + ";\n";
    for (std::size_t i = 0; i < group.array->word_count; ++i) {
      const Register& word = group.array->words[i];
      const std::uint32_t count = repetitions(group, word);
      text += register_text(word, count == 1 ? " @ " + rdl_number(word.offset) : "[" + std::to_string(count) + "] @ " + rdl_number(word.offset) + " += 0x4",
                            "    ");
    }
    text += "  } " + group.name + "[" + std::to_string(group.count) + "] @ " + rdl_number(group.offset) + " += " +
            rdl_number(group.array->stride) + ";\n";
  }
  return text + "};\n";
}

}  // namespace icesim::app
