// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/csv_reader.hpp"

#include "icesim/base/error.hpp"
#include "src/workload/readers/csv_header.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace icesim {
namespace {

constexpr std::string_view pixel_header = "proces,device,rw_flag,sector,size,timestamp";
/// UFS phones read at most this much at once; what is longer was a discard.
constexpr Bytes longest_read{512 * 1024};

/// The first line that is neither empty nor a comment, without its end.
std::string_view first_line(std::string_view head) {
  while (!head.empty()) {
    const std::size_t end = std::min(head.find('\n'), head.size());
    std::string_view line = head.substr(0, end);
    while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (!line.empty() && line.front() != '#') return line;
    head.remove_prefix(std::min(end + 1, head.size()));
  }
  return {};
}

std::optional<csv::Layout> layout_without_names(std::string_view line) {
  if (line == pixel_header) return csv::pixel_layout();
  for (const csv::Layout& layout : csv::headless_layouts()) {
    csv::Row row;
    if (csv::parse_row(layout, line, row)) return layout;
  }
  return {};
}

csv::Layout needed_layout(const PeekBytes& bytes, bool keep_going) {
  const std::string_view line = first_line(bytes.head());
  if (const auto layout = layout_without_names(line)) return *layout;
  const csv::Header header = csv::read_header(line);
  if (!header.lacks.empty()) {
    const std::string foreign = csv::foreign_table(line);
    throw UserError(bytes.name() + ": " +
                    (foreign.empty() ? "neither a known table nor a line of column names: " + header.lacks : foreign));
  }
  if (!header.doubts.empty() && !keep_going) {
    throw UserError(bytes.name() + ": " + header.doubts + " Rename it; --keep-going passes over it");
  }
  return header.layout;
}

/// Only the Pixel 6a's recorder sat where a driver issues requests again.
TraceOptions adapted(TraceOptions options, const csv::Layout& layout) {
  if (!options.reissue_window && layout.format == csv::pixel_layout().format) {
    options.reissue_window = usual_reissue_window;
  }
  return options;
}

/// A table whose first line looks like another's may show what it is by a later one.
std::string allowed_in(const csv::Layout& layout, std::string_view line) {
  if (!layout.is_whole) return "see docs/traces.md";
  const std::string foreign = csv::foreign_table(line);
  return foreign.empty() ? "its numbers are whole numbers; see docs/traces.md" : foreign;
}

}  // namespace

CsvReader::CsvReader(std::unique_ptr<PeekBytes> bytes, const TraceOptions& options)
    : layout_(needed_layout(*bytes, options.keep_going)),
      lines_(std::move(bytes), options.keep_going),
      requests_(layout_.format, Completions::absent, adapted(options, layout_),
                [this](std::string_view what) { lines_.fail(what); }) {}

bool CsvReader::recognises(std::string_view head) {
  const std::string_view line = first_line(head);
  return layout_without_names(line) || csv::read_header(line).lacks.empty();
}

std::string CsvReader::foreign(std::string_view head) { return csv::foreign_table(first_line(head)); }

/// The Pixel 6a's recorder called everything a read that rwbs has no W for.
void CsvReader::correct(csv::Row& row) {
  IoRequest& request = row.event.request;
  if (layout_.format != csv::pixel_layout().format || request.operation != Operation::read) return;
  constexpr std::string_view discarder = "f2fs_discard";
  if (row.comm.substr(0, discarder.size()) != discarder && request.length <= longest_read) return;
  request.operation = Operation::discard;
  ++requests_.info().relabelled;
}

bool CsvReader::next(IoRequest& request) {
  std::string_view line;
  bool header_due = layout_.has_header && lines_.number() == 0;
  while (lines_.next(line)) {
    if (line.empty() || line.front() == '#') continue;
    if (std::exchange(header_due, false)) continue;
    csv::Row row;
    if (!csv::parse_row(layout_, line, row)) {
      lines_.refuse("not a line of this table (" + std::string(layout_.format) + ")", allowed_in(layout_, line),
                    requests_.info().skipped_lines);
      continue;
    }
    correct(row);
    if (!requests_.issue(row.event, request)) continue;
    comm_ = row.comm;
    has_latency_ = row.latency.has_value();
    if (row.latency) requests_.completed_after(*row.latency, row.event);
    return true;
  }
  requests_.finish("it has no line that is one");
  return false;
}

}  // namespace icesim
