// SPDX-License-Identifier: Apache-2.0
#include "markup.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/printable.hpp"

#include <algorithm>
#include <array>

namespace icesim {
namespace {

/// Before these a new line would be a space that is seen.
constexpr std::array<std::string_view, 9> inline_elements{"a",    "b",     "code",  "i",  "small",
                                                          "span", "title", "tspan", "kbd"};

bool is_inline(std::string_view element) {
  return std::find(inline_elements.begin(), inline_elements.end(), element) != inline_elements.end();
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  for (const char each : printable_text(text)) {
    switch (each) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += each;
    }
  }
  return out;
}

void Markup::begin(const char* element, Attributes attributes) {
  if (!is_inline(element)) out_ += '\n';
  out_.append("<").append(element);
  for (const Attribute& each : attributes)
    out_.append(" ").append(each.name).append("=\"").append(html_text(each.value)).append("\"");
}

Markup& Markup::open(const char* element, Attributes attributes) {
  begin(element, attributes);
  out_ += '>';
  open_.push_back(element);
  return *this;
}

Markup& Markup::close() {
  ensure(!open_.empty(), "an element is closed that was opened");
  out_.append("</").append(open_.back()).append(">");
  open_.pop_back();
  return *this;
}

Markup& Markup::text(std::string_view text) {
  out_ += html_text(text);
  return *this;
}

Markup& Markup::element(const char* element, std::string_view text, Attributes attributes) {
  return open(element, attributes).text(text).close();
}

Markup& Markup::empty(const char* element, Attributes attributes) {
  begin(element, attributes);
  out_ += "/>";
  return *this;
}

Markup& Markup::shape(const char* element, std::string_view title, Attributes attributes) {
  return open(element, attributes).element("title", title).close();
}

Markup& Markup::style_sheet(std::string_view css) {
  open("style");
  out_ += css;
  return close();
}

std::string Markup::finish() {
  while (!open_.empty()) close();
  return std::move(out_) + "\n";
}

}  // namespace icesim
