// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/report/request_table.hpp"

#include "icesim/base/recorder.hpp"
#include "src/result/log_lines.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace icesim {
namespace {

class LogReader {
 public:
  LogReader(std::string_view csv, const std::string& file)
      : lines_(csv, file, {"id", "arrived_ps", "ended_ps", "latency_ps", "operation"}) {}

  std::vector<LoggedRequest> read() {
    const Columns columns = find_columns();
    std::vector<LoggedRequest> requests;
    while (lines_.next()) {
      lines_.cells();
      requests.push_back(request(columns));
    }
    return requests;
  }

 private:
  struct Columns {
    std::size_t arrived, ended, latency, operation, key, keyslot, failed;
    std::vector<std::size_t> before_keyslot;
  };

  Columns find_columns() const {
    const auto column = [this](std::string_view name) { return lines_.column(name); };
    Columns columns{column("arrived_ps"), column("ended_ps"), column("latency_ps"), column("operation"),
                    column("key"),        column("keyslot"),  column("failed"),     {}};
    for (const StageName& stage : stages) {
      if (stage.name == "keyslot_program") break;
      if (const std::size_t found = column(std::string(stage.name) + "_ps"); found != LogLines::absent)
        columns.before_keyslot.push_back(found);
    }
    return columns;
  }
  std::uint64_t number(std::size_t column) {
    const std::string_view cell = lines_.cells()[column];
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc() || end != cell.data() + cell.size())
      lines_.fail(std::string(lines_.columns()[column].substr(0, 40)) + ": '" + std::string(cell.substr(0, 40)) +
                  "' is not a whole number");
    return value;
  }
  bool is_there(std::size_t column) { return column != LogLines::absent && !lines_.cells()[column].empty(); }

  LoggedRequest request(const Columns& columns) {
    LoggedRequest request;
    request.arrived = Picoseconds{number(columns.arrived)};
    request.ended = Picoseconds{number(columns.ended)};
    request.latency = Picoseconds{number(columns.latency)};
    if (request.ended < request.arrived || request.ended - request.arrived != request.latency)
      lines_.fail("the latency is not the time from arrival to end");
    const auto operation = std::find(operation_names.begin(), operation_names.end(), lines_.cells()[columns.operation]);
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

  LogLines lines_;
};

}  // namespace

std::vector<LoggedRequest> read_request_log(std::string_view csv, const std::string& file) {
  return LogReader(csv, file).read();
}

}  // namespace icesim
