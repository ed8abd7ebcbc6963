// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/csv_reader.hpp"

#include "icesim/base/error.hpp"

#include <utility>

namespace icesim {
namespace {

constexpr std::string_view pixel_header = "proces,device,rw_flag,sector,size,timestamp";
/// UFS phones read at most this much at once; what is longer was a discard.
constexpr Bytes longest_read{512 * 1024};

/// The first line that is no comment, without its end.
std::string_view first_line(std::string_view head) {
  while (!head.empty() && head.front() == '#') {
    const std::size_t end = head.find('\n');
    if (end == std::string_view::npos) return {};
    head.remove_prefix(end + 1);
  }
  head = head.substr(0, head.find('\n'));
  if (!head.empty() && head.back() == '\r') head.remove_suffix(1);
  return head;
}

std::optional<csv::Layout> layout_of(std::string_view head) {
  const std::string_view line = first_line(head);
  if (line == pixel_header) return csv::pixel_layout();
  for (const csv::Layout& layout : csv::headless_layouts()) {
    csv::Row row;
    if (csv::parse_row(layout, line, row)) return layout;
  }
  return csv::named_columns(line);
}

csv::Layout needed_layout(const PeekBytes& bytes) {
  auto layout = layout_of(bytes.head());
  if (!layout) {
    throw UserError(bytes.name() + ":1: neither a known table nor a line of column names; needed are a time (time_s, "
                                   "time_ms, time_us or time_ns), operation, offset or sector, and length or sectors");
  }
  return *layout;
}

/// Only the Pixel 6a's recorder sat where a driver issues requests again.
TraceOptions adapted(TraceOptions options, const csv::Layout& layout) {
  if (!options.reissue_window && layout.format == csv::pixel_layout().format) {
    options.reissue_window = usual_reissue_window;
  }
  return options;
}

}  // namespace

CsvReader::CsvReader(std::unique_ptr<PeekBytes> bytes, const TraceOptions& options)
    : layout_(needed_layout(*bytes)),
      lines_(std::move(bytes), options.keep_going),
      requests_(layout_.format, RequestAssembler::Completions::absent, adapted(options, layout_),
                [this](std::string_view what) { lines_.fail(what); }) {}

bool CsvReader::recognises(std::string_view head) { return layout_of(head).has_value(); }

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
      lines_.refuse("not a line of this table (" + std::string(layout_.format) + ")", "see docs/traces.md",
                    requests_.info().skipped_lines);
      continue;
    }
    correct(row);
    if (!requests_.issue(row.event, request)) continue;
    comm_ = row.comm;
    if (row.latency) requests_.completed_after(*row.latency, request);
    return true;
  }
  requests_.finish("it has no line that is one");
  return false;
}

}  // namespace icesim
