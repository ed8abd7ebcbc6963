// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/report/request_table.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/recorder.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace icesim {
namespace {

/// Takes a text of comma-separated values apart, line by line (RFC 4180: values may stand in quotes, and lines end
/// within them).
class Lines {
 public:
  Lines(std::string_view text, const std::string& file) : rest_(text), file_(file) {}

  /// The next line's values, of which those without quotes refer to the text.
  bool next(std::vector<std::string_view>& cells) {
    cells.clear();
    ++line_;
    if (rest_.empty()) return false;
    while (true) {
      cells.push_back(!rest_.empty() && rest_.front() == '"' ? quoted() : plain());
      const char end = rest_.empty() ? '\n' : rest_.front();
      rest_.remove_prefix(std::min<std::size_t>(1, rest_.size()));
      if (end == '\n') return true;
      if (end != ',') fail("a value goes on behind its quotes");
    }
  }
  [[noreturn]] void fail(const std::string& why) const {
    throw UserError(file_ + ":" + std::to_string(line_) + ": " + why);
  }

 private:
  std::string_view take(std::size_t size) {
    const std::string_view cell = rest_.substr(0, size);
    rest_.remove_prefix(cell.size());
    return cell;
  }
  std::string_view plain() { return take(std::min(rest_.find_first_of(",\n"), rest_.size())); }
  /// With the quotes within it as they stand there: nobody asks for what is in such values.
  std::string_view quoted() {
    std::size_t at = 1;
    while ((at = rest_.find('"', at)) != std::string_view::npos && at + 1 < rest_.size() && rest_[at + 1] == '"')
      at += 2;
    if (at == std::string_view::npos) fail("a quote without its end");
    const std::string_view cell = take(at + 1);
    line_ += static_cast<std::size_t>(std::count(cell.begin(), cell.end(), '\n'));
    return cell;
  }

  std::string_view rest_;
  const std::string& file_;
  std::size_t line_ = 0;
};

constexpr std::size_t absent = ~std::size_t{0};

class LogReader {
 public:
  LogReader(std::string_view csv, const std::string& file) : lines_(csv, file) {}

  std::vector<LoggedRequest> read() {
    lines_.next(names_);
    for (const char* needed : {"id", "arrived_ps", "ended_ps", "latency_ps", "operation"})
      if (column(needed) == absent) lines_.fail("not the columns of 'icesim run --requests'");
    const Columns columns = find_columns();
    std::vector<LoggedRequest> requests;
    while (lines_.next(cells_)) {
      if (cells_.size() != names_.size())
        lines_.fail(std::to_string(cells_.size()) + " values in a log of " + std::to_string(names_.size()) +
                    " columns");
      requests.push_back(request(columns));
    }
    return requests;
  }

 private:
  struct Columns {
    std::size_t arrived, ended, latency, operation, key, keyslot, failed;
    std::vector<std::size_t> before_keyslot;
  };

  std::size_t column(std::string_view name) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    return found == names_.end() ? absent : static_cast<std::size_t>(found - names_.begin());
  }
  Columns find_columns() const {
    Columns columns{column("arrived_ps"), column("ended_ps"), column("latency_ps"), column("operation"),
                    column("key"),        column("keyslot"),  column("failed"),     {}};
    for (const StageName& stage : stages) {
      if (stage.name == "keyslot_program") break;
      if (const std::size_t found = column(std::string(stage.name) + "_ps"); found != absent)
        columns.before_keyslot.push_back(found);
    }
    return columns;
  }
  std::uint64_t number(std::size_t column) const {
    const std::string_view cell = cells_[column];
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc() || end != cell.data() + cell.size())
      lines_.fail(std::string(names_[column].substr(0, 40)) + ": '" + std::string(cell.substr(0, 40)) +
                  "' is not a whole number");
    return value;
  }
  bool is_there(std::size_t column) const { return column != absent && !cells_[column].empty(); }

  LoggedRequest request(const Columns& columns) const {
    LoggedRequest request;
    request.arrived = Picoseconds{number(columns.arrived)};
    request.ended = Picoseconds{number(columns.ended)};
    request.latency = Picoseconds{number(columns.latency)};
    if (request.ended < request.arrived || request.ended - request.arrived != request.latency)
      lines_.fail("the latency is not the time from arrival to end");
    const auto operation = std::find(operation_names.begin(), operation_names.end(), cells_[columns.operation]);
    request.operation = static_cast<LoggedRequest::Operation>(operation - operation_names.begin());
    if (is_there(columns.key)) request.key = number(columns.key);
    request.failed = is_there(columns.failed) && number(columns.failed) != 0;
    request.took_keyslot = request.arrived;
    for (const std::size_t stage : columns.before_keyslot)
      request.took_keyslot += Picoseconds{std::min(number(stage), request.latency.n)};
    request.took_keyslot = std::min(request.took_keyslot, request.ended);
    if (is_there(columns.keyslot)) {
      constexpr std::uint64_t most_keyslots = 256;  // CCAP.CFGC [ufshci-crypto]
      const std::uint64_t keyslot = number(columns.keyslot);
      if (keyslot >= most_keyslots) lines_.fail("keyslot " + std::to_string(keyslot) + " is outside 0..255");
      request.keyslot = static_cast<std::uint32_t>(keyslot);
      request.has_keyslot = true;
    }
    return request;
  }

  Lines lines_;
  std::vector<std::string_view> names_, cells_;
};

}  // namespace

std::vector<LoggedRequest> read_request_log(std::string_view csv, const std::string& file) {
  return LogReader(csv, file).read();
}

}  // namespace icesim
