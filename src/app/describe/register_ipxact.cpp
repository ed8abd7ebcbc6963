// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/ufshci.hpp"
#include "register_map.hpp"

#include <cstdio>

namespace icesim::app {
namespace {

std::string verilog_number(std::uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "'h%x", value);
  return text;
}

std::string_view access_text(Access access) {
  switch (access) {
    case Access::write_only:
      return "write-only";
    case Access::read_write:
    case Access::write_clear:
    case Access::write_set:
      return "read-write";
    case Access::reserved:
    case Access::read_only:
    case Access::read_clear:
      return "read-only";
  }
  return "";
}

/// Writes elements, one a line, each indented by its depth.
class Xml {
 public:
  void open(std::string_view name, std::string_view attributes = "") {
    line("<ipxact:" + std::string(name) + std::string(attributes) + ">");
    ++depth_;
  }
  void close(std::string_view name) {
    --depth_;
    line("</ipxact:" + std::string(name) + ">");
  }
  void element(std::string_view name, std::string_view text) {
    std::string escaped;
    for (const char c : text) escaped += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
    line("<ipxact:" + std::string(name) + ">" + escaped + "</ipxact:" + std::string(name) + ">");
  }
  void line(const std::string& text) { text_.append(2 * depth_, ' ').append(text).append("\n"); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::size_t depth_ = 0;
};

void write(Xml& xml, const Register& reg, std::uint32_t count) {
  xml.open("register");
  xml.element("name", identifier(reg.name));
  xml.element("description", reg.sentence);
  if (count > 1) xml.element("dim", std::to_string(count));
  xml.element("addressOffset", verilog_number(reg.offset));
  xml.element("size", "32");
  xml.element("access", access_text(reg.access));
  for (const Field& field : fields_of(reg)) {
    xml.open("field");
    xml.element("name", identifier(field.name));
    xml.element("description", field.sentence);
    xml.element("bitOffset", std::to_string(field.low));
    xml.open("resets");
    xml.open("reset");
    xml.element("value", verilog_number(field.of(reg.reset)));
    xml.close("reset");
    xml.close("resets");
    xml.element("bitWidth", std::to_string(field.high - field.low + 1));
    xml.element("access", access_text(reg.access));
    if (reg.access == Access::write_clear) xml.element("modifiedWriteValue", "oneToClear");
    if (reg.access == Access::write_set) xml.element("modifiedWriteValue", "oneToSet");
    if (reg.access == Access::read_clear) xml.element("readAction", "clear");
    xml.close("field");
  }
  xml.close("register");
}

}  // namespace

std::string registers_ipxact() {
  Xml xml;
  xml.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
  xml.line("<!-- UFS host controller interface, written by icesim describe registers (option ipxact). Capabilities reset to 0 here: the "
           "configuration of a controller sets them. -->");
  xml.open("component", " xmlns:ipxact=\"http://www.accellera.org/XMLSchema/IPXACT/1685-2014\"");
  for (const auto& [name, text] : {std::pair{"vendor", "icesim"}, {"library", "ufs"}, {"name", "ufshci"}, {"version", ICESIM_VERSION}})
    xml.element(name, text);
  xml.open("memoryMaps");
  xml.open("memoryMap");
  xml.element("name", "registers");
  xml.open("addressBlock");
  xml.element("name", "ufshci");
  xml.element("baseAddress", verilog_number(0));
  xml.element("range", verilog_number(register_map_bytes()));
  xml.element("width", "32");
  xml.element("usage", "register");
  for (const Register& reg : ufshci_registers) write(xml, reg, 1);
  for (const PlacedArray& group : placed_arrays()) {
    xml.open("registerFile");
    xml.element("name", group.name);
    xml.element("description", group.array->sentence);
    xml.element("dim", std::to_string(group.count));
    xml.element("addressOffset", verilog_number(group.offset));
    xml.element("range", verilog_number(group.array->stride));
    for (std::size_t i = 0; i < group.array->word_count; ++i)
      write(xml, group.array->words[i], repetitions(group, group.array->words[i]));
    xml.close("registerFile");
  }
  xml.close("addressBlock");
  xml.element("addressUnitBits", "8");
  xml.close("memoryMap");
  xml.close("memoryMaps");
  xml.close("component");
  return xml.text();
}

}  // namespace icesim::app
