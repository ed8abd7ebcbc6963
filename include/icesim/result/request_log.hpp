// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/file.hpp"
#include "icesim/base/recorder.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace icesim {

/// One column of the request log.
struct RequestColumn {
  std::string name;
  std::string sentence;
};

/// The columns in their order; those of the stages come last.
std::vector<RequestColumn> request_columns();

/// What a request has in a column: a number, printable text, or nothing.
struct RequestCell {
  enum class Kind : std::uint8_t { none, number, text };

  RequestCell() = default;
  RequestCell(std::uint64_t value) : kind(Kind::number), number(value) {}
  RequestCell(std::string value) : kind(Kind::text), text(std::move(value)) {}

  Kind kind = Kind::none;
  std::uint64_t number = 0;
  std::string text;
};
RequestCell request_cell(std::size_t column, const RequestRecord& request);

/// Writes one line of comma-separated values (RFC 4180, but lines end with LF) for every request, in the order of the
/// ends, under a line of column names. Times are picoseconds since the simulation began, and durations of stages; all
/// numbers are decimal integers, texts are printable (base/printable.hpp), and what a request does not have is empty. Memory does not grow with the requests.
class RequestLog : public RequestRecorder {
 public:
  /// Writes to `file`, which must live as long as the log; committing it is left to its owner.
  explicit RequestLog(OutputFile& file);
  /// Appends to `text`, which must live as long as the log, and grows with the requests.
  explicit RequestLog(std::string& text);
  void request_ended(const RequestRecord& request) override;

 private:
  void write_names();
  void write(std::string_view line);

  OutputFile* file_ = nullptr;
  std::string* text_ = nullptr;
  std::string line_;
};

}  // namespace icesim
