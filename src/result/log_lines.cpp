// SPDX-License-Identifier: Apache-2.0
#include "log_lines.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim {
namespace {

std::size_t count(std::string_view text, char what) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string_view::npos; ++at) ++found;
  return found;
}

}  // namespace

LogLines::LogLines(std::string_view text, const std::string& file, std::initializer_list<const char*> needed)
    : rest_(text), file_(file) {
  if (next()) split();
  columns_ = cells_;
  for (const char* each : needed)
    if (column(each) == absent) fail("not the columns of 'icesim run --requests'");
}

std::size_t LogLines::column(std::string_view name) const {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  return found == columns_.end() ? absent : static_cast<std::size_t>(found - columns_.begin());
}

bool LogLines::next() {
  number_ += lines_;
  lines_ = 1;
  is_split_ = false;
  at_end_ = rest_.empty();
  if (at_end_) return false;
  std::size_t end = std::min(rest_.find('\n'), rest_.size());
  // An odd number of quotation marks: the line ends within some.
  for (std::size_t from = 0, marks = 0; end < rest_.size(); ++lines_) {
    marks += count(rest_.substr(from, end - from), '"');
    if (marks % 2 == 0) break;
    from = end + 1;
    end = std::min(rest_.find('\n', from), rest_.size());
  }
  line_ = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  return true;
}

const std::vector<std::string_view>& LogLines::cells() {
  if (is_split_) return cells_;
  split();
  if (cells_.size() != columns_.size())
    fail(std::to_string(cells_.size()) + " values in a log of " + std::to_string(columns_.size()) + " columns");
  is_split_ = true;
  return cells_;
}

void LogLines::split() {
  cells_.clear();
  for (std::string_view rest = line_;; rest.remove_prefix(1)) {
    std::size_t end = std::min(rest.find(','), rest.size());
    if (!rest.empty() && rest.front() == '"') {
      for (end = 1; (end = rest.find('"', end)) != std::string_view::npos && rest.substr(end + 1, 1) == "\"";) end += 2;
      if (end == std::string_view::npos) fail("a quote without its end");
      if (++end < rest.size() && rest[end] != ',') fail("a value goes on behind its quotes");
    }
    cells_.push_back(rest.substr(0, end));
    rest.remove_prefix(end);
    if (rest.empty()) return;
  }
}

void LogLines::fail(const std::string& why) const { throw UserError(file_ + ":" + std::to_string(number_) + ": " + why); }

}  // namespace icesim
