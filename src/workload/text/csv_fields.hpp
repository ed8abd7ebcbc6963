// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <string_view>

namespace icesim {

/// Cuts the part behind the last `separator` off `text`.
inline bool cut_last(std::string_view& text, char separator, std::string_view& last) {
  const std::size_t at = text.rfind(separator);
  if (at == std::string_view::npos) return false;
  last = text.substr(at + 1);
  text = text.substr(0, at);
  return true;
}

/// Cuts the part before the first `separator` off `text`, which is then what is behind it.
inline std::string_view cut_first(std::string_view& text, char separator) {
  const std::string_view first = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(text.size(), first.size() + 1));
  return first;
}

/// A field without blanks around it, and without quotation marks.
[[gnu::noinline]] inline std::string_view bare_field(std::string_view field) {
  while (!field.empty() && (field.front() == ' ' || field.front() == '\t')) field.remove_prefix(1);
  while (!field.empty() && (field.back() == ' ' || field.back() == '\t')) field.remove_suffix(1);
  if (field.size() > 1 && field.front() == '"' && field.back() == '"') field = field.substr(1, field.size() - 2);
  return field;
}

/// Takes the next field off the line of a table, which has no data behind its last one. Several spaces separate like one;
/// blanks around a field between other separators, and quotation marks, are no part of it.
inline bool take_field(std::string_view& line, char separator, std::string_view& field) {
  constexpr std::string_view blanks = " \t";
  if (separator == ' ') line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  if (line.data() == nullptr || (line.empty() && separator == ' ')) return false;
  const std::size_t end = std::min(separator == ' ' ? line.find_first_of(blanks) : line.find(separator), line.size());
  field = line.substr(0, end);
  line = end == line.size() ? std::string_view() : line.substr(end + 1);
  // Nearly all fields are bare, and begin and end with something behind the quotation mark.
  if (!field.empty() && (field.front() <= '"' || field.back() <= '"')) field = bare_field(field);
  return true;
}

}  // namespace icesim
