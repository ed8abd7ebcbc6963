// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/text_table.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim {

std::string TextTable::text() const {
  std::vector<std::size_t> widths(alignment_.size());
  for (const auto& cells : rows_) {
    ensure(cells.size() <= widths.size(), "a table row has more cells than columns");
    for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], cells[i].size());
  }
  std::string text;
  for (const auto& cells : rows_) {
    std::string line = indent_;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string padding(widths[i] - cells[i].size(), ' ');
      line += (i == 0 ? "" : "  ") + (alignment_[i] == 'r' ? padding + cells[i] : cells[i] + padding);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace icesim
