// SPDX-License-Identifier: Apache-2.0
#include "ftrace_reader.hpp"

namespace icesim {

FtraceReader::FtraceReader(std::unique_ptr<ByteSource> bytes, const TraceOptions& options, OwnerListener* owners,
                           std::string format)
    : lines_(std::move(bytes), options.keep_going),
      owners_(owners),
      requests_(std::move(format), RequestAssembler::Completions::recorded, options,
                [this](std::string_view what) { lines_.fail(what); }) {}

bool FtraceReader::recognises(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view first = text.substr(0, end);
    if (first.substr(0, 9) == "# tracer:") return true;
    ftrace::Line line;
    std::uint64_t lost = 0;
    if (ftrace::parse_line(first, line) || ftrace::parse_lost_events(first, lost)) return true;
    if (!ftrace::is_comment(first) || end == std::string_view::npos) return false;
    text.remove_prefix(end + 1);
  }
  return false;
}

bool FtraceReader::next_event(ftrace::Line& line) {
  std::string_view text;
  while (lines_.next(text)) {
    if (ftrace::parse_line(text, line)) return true;
    std::uint64_t lost = 0;
    if (ftrace::parse_lost_events(text, lost)) {
      requests_.info().lost_events += lost;
    } else if (!ftrace::is_comment(text)) {
      lines_.refuse("not a line of ftrace", "allowed is COMM-PID [CPU] FLAGS SECONDS.MICROSECONDS: EVENT: ...",
                    requests_.info().skipped_lines);
    }
  }
  return false;
}

bool FtraceReader::next(IoRequest& request) {
  ftrace::Line line;
  while (next_event(line)) {
    if (line.event == "block_rq_issue") {
      if (issue(line, request)) return true;
    } else if (line.event == "block_rq_complete") {
      complete(line);
    } else if (owners_ != nullptr && ftrace::is_owner_event(line.event)) {
      hear_owner(line);
    }
  }
  requests_.finish("record the event block:block_rq_issue");
  return false;
}

bool FtraceReader::issue(const ftrace::Line& line, IoRequest& request) {
  ftrace::BlockEvent block;
  RequestEvent event;
  if (!ftrace::parse_issue(line.payload, block) || !event.set(block.rwbs, block.sector, block.sectors)) {
    lines_.refuse("malformed block_rq_issue", "allowed is MAJOR,MINOR RWBS BYTES () SECTOR + SECTORS [COMM]",
                  requests_.info().skipped_lines);
    return false;
  }
  event.device = block.device;
  event.nanoseconds = line.nanoseconds;
  event.request.process = line.process;
  const bool first = !requests_.started();
  const bool brings = requests_.issue(event, request);
  if (first && requests_.started() && owners_ != nullptr) owners_->traced(requests_.device());
  return brings;
}

void FtraceReader::complete(const ftrace::Line& line) {
  ftrace::BlockEvent block;
  RequestEvent event;
  if (!ftrace::parse_complete(line.payload, block) || !event.set(block.rwbs, block.sector, block.sectors)) {
    lines_.refuse("malformed block_rq_complete", "allowed is MAJOR,MINOR RWBS () SECTOR + SECTORS [ERROR]",
                  requests_.info().skipped_lines);
    return;
  }
  event.device = block.device;
  event.nanoseconds = line.nanoseconds;
  requests_.complete(event);
}

void FtraceReader::hear_owner(const ftrace::Line& line) {
  ftrace::OwnerEvent owner;
  if (ftrace::parse_owner(line.payload, owner))
    owners_->owner(owner);
  else
    lines_.refuse("malformed f2fs event", "see docs/traces.md", requests_.info().skipped_lines);
}

}  // namespace icesim
