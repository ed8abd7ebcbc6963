// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/blkparse_reader.hpp"

#include "src/workload/readers/blkparse_line.hpp"

#include <utility>

namespace icesim {

BlkparseReader::BlkparseReader(std::unique_ptr<ByteSource> bytes, const TraceOptions& options)
    : lines_(std::move(bytes), options.keep_going),
      requests_("blkparse", Completions::recorded, options,
                [this](std::string_view what) { lines_.fail(what); }) {
  requests_.expect_order();
}

bool BlkparseReader::recognises(std::string_view head) {
  while (true) {
    const std::string_view text = head.substr(0, head.find('\n'));
    blkparse::Line line;
    if (blkparse::parse_line(text, line)) return true;
    // blkparse first lists its input files when its output is not a terminal's; people put notes in front.
    const bool is_note = text.find_first_not_of(" \t\r") == std::string_view::npos || text.front() == '#' ||
                         text.substr(0, 11) == "Input file ";
    if (!is_note || text.size() == head.size()) return false;
    head.remove_prefix(text.size() + 1);
  }
}

/// Looks for completions in the beginning of the trace.
void BlkparseReader::look_ahead() {
  looked_ahead_ = true;
  std::string_view head = lines_.head();
  for (std::size_t end = head.find('\n'); end != std::string_view::npos; end = head.find('\n')) {
    blkparse::Line line;
    if (blkparse::parse_line(head.substr(0, end), line) && line.action == "C") return requests_.expect_completions();
    head.remove_prefix(end + 1);
  }
}

bool BlkparseReader::next(IoRequest& request) {
  if (!looked_ahead_) look_ahead();
  std::string_view text;
  while (lines_.next(text)) {
    blkparse::Line line;
    if (!blkparse::parse_line(text, line)) {
      if (!blkparse::is_summary(text)) {
        lines_.refuse("not a line of blkparse", "allowed is MAJOR,MINOR CPU NUMBER SECONDS PID ACTION RWBS ...",
                      requests_.info().skipped_lines);
      } else if (requests_.started() && text.substr(0, 3) == "CPU") {
        has_totals_ = true;
      }
      continue;
    }
    if (std::exchange(has_totals_, false)) requests_.begin_recording();
    const bool is_issue = line.action == "D";
    const bool is_wait = requests_.takes_waits() && (line.action == "Q" || line.action == "G" || line.action == "I");
    if (!is_issue && !is_wait && line.action != "C" && line.action != "R") continue;
    RequestEvent event;
    if (!event.set(line.rwbs, line.sector, line.sectors)) {
      if (is_wait) continue;
      lines_.refuse("malformed request", "see docs/traces.md", requests_.info().skipped_lines);
      continue;
    }
    event.device = line.device;
    event.nanoseconds = line.nanoseconds;
    event.request.process = line.process;
    if (is_wait)
      requests_.wait(line.action == "Q"   ? BlockWaits::queued
                     : line.action == "G" ? BlockWaits::got
                                          : BlockWaits::inserted,
                     event);
    else if (line.action == "R")
      requests_.put_back(event);
    else if (!is_issue)
      requests_.complete(event);
    else if (requests_.issue(event, request)) {
      comm_ = line.comm;
      return true;
    }
  }
  requests_.finish("record the action issue (D)");
  return false;
}

}  // namespace icesim
