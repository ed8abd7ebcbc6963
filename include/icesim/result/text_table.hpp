// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// Lines up cells in columns.
class TextTable {
 public:
  /// One letter per column: l or r. Rows may have fewer cells than columns.
  explicit TextTable(std::string_view alignment, std::string_view indent = "")
      : alignment_(alignment), indent_(indent) {}

  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  /// All rows, two spaces between columns, no spaces at the end of a line.
  std::string text() const;

 private:
  std::string alignment_;
  std::string indent_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace icesim
