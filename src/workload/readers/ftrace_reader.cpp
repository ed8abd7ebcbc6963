// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/ftrace_reader.hpp"

#include "src/workload/readers/file_event.hpp"

namespace icesim {

FtraceReader::FtraceReader(std::unique_ptr<ByteSource> bytes, const TraceOptions& options, std::string format)
    : lines_(std::move(bytes), options.keep_going),
      files_(options.files),
      level_(options.level),
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

namespace {

EventLevel level_of(std::string_view event) {
  if (event == "block_rq_issue" || event == "block_rq_complete") return EventLevel::block;
  if (event == "ufshcd_command") return EventLevel::ufs;
  if (event == "ufshcd_upiu") return EventLevel::upiu;
  return event.substr(0, 8) == "mmc_blk_" ? EventLevel::mmc : EventLevel::first;
}

std::string_view allowed_text(std::string_view event) {
  if (event == "block_rq_issue") return "allowed is MAJOR,MINOR RWBS BYTES () SECTOR + SECTORS [COMM]";
  if (event == "block_rq_complete") return "allowed is MAJOR,MINOR RWBS () SECTOR + SECTORS [ERROR]";
  if (event == "ufshcd_command") return "allowed is STEP: DEVICE: tag: N, DB: 0xN, size: N, IS: N, LBA: N, opcode: 0xN";
  if (event == "ufshcd_upiu") return "allowed is STEP: DEVICE: HDR:12 BYTES, CDB:16 BYTES";
  return "allowed is cmd=N,addr=0xN,size=0xN";
}

}  // namespace

bool FtraceReader::next(IoRequest& request) {
  ftrace::Line line;
  while (next_event(line)) {
    const EventLevel level = level_of(line.event);
    if (level == EventLevel::first) {
      if (files_ == nullptr || hear_file_event(line.event, line.payload, *files_)) continue;
      lines_.refuse("malformed " + std::string(line.event), "see docs/keys.md for what keys are recovered from",
                    requests_.info().skipped_lines);
    } else if (level_ == EventLevel::first || level == level_) {
      if (hear(line, request)) return true;
    }
  }
  requests_.finish("record the event block:block_rq_issue, ufs:ufshcd_command or ufs:ufshcd_upiu");
  return false;
}

/// Decodes an event about a request; false when it is malformed.
bool FtraceReader::decode(const ftrace::Line& line, RequestEvent& event, ftrace::Step& step) {
  comm_ = line.comm;
  if (line.event == "ufshcd_command") return ftrace::parse_ufshcd_command(line.payload, event, step);
  if (line.event == "ufshcd_upiu") return ftrace::parse_ufshcd_upiu(line.payload, event, step);
  if (level_of(line.event) == EventLevel::mmc) return ftrace::parse_mmc(line.event, line.payload, event, step);
  ftrace::BlockEvent block;
  const bool is_issue = line.event == "block_rq_issue";
  step = is_issue ? ftrace::Step::start : ftrace::Step::end;
  if (!(is_issue ? ftrace::parse_issue : ftrace::parse_complete)(line.payload, block)) return false;
  event.device = block.device;
  comm_ = block.comm;
  return event.set(block.rwbs, block.sector, block.sectors);
}

/// Takes an event about a request; true when it brings one.
bool FtraceReader::hear(const ftrace::Line& line, IoRequest& request) {
  RequestEvent event;
  ftrace::Step step{};
  if (!decode(line, event, step)) {
    lines_.refuse("malformed " + std::string(line.event), allowed_text(line.event),
                  requests_.info().skipped_lines);
    return false;
  }
  event.nanoseconds = line.nanoseconds;
  event.request.process = line.process;
  if (step == ftrace::Step::end) requests_.complete(event);
  if (step != ftrace::Step::start) return false;
  const bool first = !requests_.started();
  const bool brings = requests_.issue(event, request);
  if (brings && first) {
    level_ = level_of(line.event);
    if (files_ != nullptr) files_->traced(requests_.device());
  }
  return brings;
}

}  // namespace icesim
