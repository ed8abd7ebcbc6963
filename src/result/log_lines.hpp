// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// The lines of a request log, as RequestLog writes it and as others may: values are separated by commas, may stand in
/// quotation marks, and lines end within these (RFC 4180). All that is given refers to the text, which must live as long.
class LogLines {
 public:
  static constexpr std::size_t absent = ~std::size_t{0};

  /// Throws UserError "FILE:1: ..." unless the first line names these columns.
  LogLines(std::string_view text, const std::string& file, std::initializer_list<const char*> needed);

  const std::vector<std::string_view>& columns() const { return columns_; }
  /// Place of a column, or `absent`.
  std::size_t column(std::string_view name) const;
  /// Goes on to the next line; false: there is none.
  bool next();
  bool at_end() const { return at_end_; }
  /// The line as it stands there, without its end.
  std::string_view line() const { return line_; }
  /// Its values, those in quotation marks with these. Throws UserError "FILE:LINE: ..." unless there is one for each column.
  const std::vector<std::string_view>& cells();
  [[noreturn]] void fail(const std::string& why) const;

 private:
  void split();

  std::string_view rest_;
  std::string file_;
  std::string_view line_;
  std::size_t number_ = 1, lines_ = 0;  ///< of the line: that of its beginning, and how many it goes over
  bool at_end_ = false;
  bool is_split_ = false;
  std::vector<std::string_view> columns_, cells_;
};

}  // namespace icesim
