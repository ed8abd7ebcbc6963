// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// Text as it may stand in HTML between tags and in attributes: first made printable (printable_text()), then with the
/// characters that mean something there escaped.
std::string html_text(std::string_view text);

/// Writes HTML and SVG. Whatever text goes through it comes out as text: names of elements and attributes are ours, and
/// every text and value is escaped here and nowhere else. Elements are closed in the order in which they were opened.
class Markup {
 public:
  struct Attribute {
    const char* name;
    std::string value;
  };
  using Attributes = std::initializer_list<Attribute>;

  Markup& open(const char* element, Attributes attributes = {});
  Markup& close();
  Markup& text(std::string_view text);
  /// An element with text in it and nothing else.
  Markup& element(const char* element, std::string_view text, Attributes attributes = {});
  /// One that holds nothing: <meta>, or a shape.
  Markup& empty(const char* element, Attributes attributes);
  /// A shape with a text that is shown where it is pointed at.
  Markup& shape(const char* element, std::string_view title, Attributes attributes);
  /// A style sheet, which is ours and has nothing from outside in it.
  Markup& style_sheet(std::string_view css);
  /// Closes what is open and gives the document.
  std::string finish();

 private:
  void begin(const char* element, Attributes attributes);

  std::string out_ = "<!DOCTYPE html>";
  std::vector<const char*> open_;
};

}  // namespace icesim
