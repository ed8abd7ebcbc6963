// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/ftrace_reader.hpp"

#include "src/workload/readers/file_event.hpp"
#include "src/workload/text/csv_fields.hpp"

#include <utility>

namespace icesim {

FtraceReader::FtraceReader(std::unique_ptr<ByteSource> bytes, const TraceOptions& options, std::string format)
    : lines_(std::move(bytes), options.keep_going),
      unit_(options.ufs_lba_unit),
      files_(options.files),
      level_(options.level),
      requests_(std::move(format), Completions::recorded, options,
                [this](std::string_view what) { lines_.fail(what); }) {
  requests_.expect_order();
}

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
  while (lines_.next(text_)) {
    if (ftrace::parse_line(text_, line)) return true;
    std::uint64_t lost = 0;
    if (ftrace::parse_lost_events(text_, lost)) {
      requests_.info().lost_events += lost;
    } else if (!ftrace::is_comment(text_)) {
      lines_.refuse("not a line of ftrace", "allowed is COMM-PID [CPU] FLAGS SECONDS.MICROSECONDS: EVENT: ...",
                    requests_.info().skipped_lines);
    }
  }
  return false;
}

namespace {

EventLevel level_of(std::string_view event) {
  if (event == "block_rq_issue" || event == "block_rq_complete" || event == "block_rq_requeue") return EventLevel::block;
  if (event == "ufshcd_command") return EventLevel::ufs;
  if (event == "ufshcd_upiu") return EventLevel::upiu;
  return event.substr(0, 8) == "mmc_blk_" ? EventLevel::mmc : EventLevel::first;
}

/// What an event tells about the unit of ufshcd_command's addresses.
void note_evidence(const ftrace::Line& line, UfsLbaUnit& unit) {
  RequestEvent event;
  ftrace::BlockEvent block;
  ftrace::UfshcdCommand command;
  if (line.event == "block_rq_issue") {
    if (ftrace::parse_issue(line.payload, block) && event.set(block.rwbs, block.sector, block.sectors) && event.known)
      unit.block_issue(event.request.operation, block.sector, block.sectors);
  } else if (line.event == "ufshcd_command" && ftrace::parse_ufshcd_command(line.payload, event, command)) {
    unit.command(command);
  }
}

std::string_view allowed_text(std::string_view event) {
  if (event == "block_rq_issue") return "allowed is MAJOR,MINOR RWBS BYTES () SECTOR + SECTORS [COMM]";
  if (event == "block_rq_complete" || event == "block_rq_requeue") return "allowed is MAJOR,MINOR RWBS () SECTOR + SECTORS [ERROR]";
  if (event == "ufshcd_command") return "allowed is STEP: DEVICE: tag: N, DB: 0xN, size: N, IS: N, LBA: N, opcode: 0xN";
  if (event == "ufshcd_upiu") return "allowed is STEP: DEVICE: HDR:12 BYTES, CDB:16 BYTES";
  return "allowed is cmd=N,addr=0xN,size=0xN";
}

}  // namespace

/// Finds in the beginning of the trace of which levels it has completions.
void FtraceReader::look_ahead() {
  looked_ahead_ = true;
  const std::string_view head = lines_.head();
  constexpr std::pair<EventLevel, std::string_view> marks[] = {{EventLevel::block, " block_rq_complete: "},
                                                               {EventLevel::ufs, " ufshcd_command: complete"},
                                                               {EventLevel::upiu, " ufshcd_upiu: complete"},
                                                               {EventLevel::mmc, " mmc_blk_rw_end: "}};
  for (const auto& [level, mark] : marks) {
    if (head.find(mark) != std::string_view::npos) completed_levels_ |= 1U << static_cast<unsigned>(level);
  }
}

bool FtraceReader::next(IoRequest& request) {
  if (!looked_ahead_) look_ahead();
  ftrace::Line line;
  while (next_event(line)) {
    const EventLevel level = level_of(line.event);
    if (level == EventLevel::first && requests_.takes_waits() && hear_wait(line)) continue;
    if (level == EventLevel::first) {
      if (files_ == nullptr || hear_file_event(line.event, line.payload, *files_)) continue;
      lines_.refuse("malformed " + std::string(line.event), "see docs/keys.md for what keys are recovered from",
                    requests_.info().skipped_lines);
    } else if (level_ == EventLevel::first || level == level_) {
      if (hear(line, request)) return true;
    } else if (level_ == EventLevel::ufs && !unit_.is_settled()) {
      note_evidence(line, unit_);
    }
  }
  requests_.finish("record the event block:block_rq_issue, ufs:ufshcd_command or ufs:ufshcd_upiu");
  return false;
}

/// Takes an event of the block layer about a request that is not yet issued; false when it is none.
bool FtraceReader::hear_wait(const ftrace::Line& line) {
  const bool is_queue = line.event == "block_bio_queue", is_get = line.event == "block_getrq";
  if (!is_queue && !is_get && line.event != "block_rq_insert") return false;
  ftrace::BlockEvent block;
  RequestEvent event;
  // What makes no sense is of no use, and no reason to refuse a trace that is read for its issues.
  if (!(is_queue || is_get ? ftrace::parse_bio : ftrace::parse_issue)(line.payload, block)) return true;
  if (!event.set(block.rwbs, block.sector, block.sectors)) return true;
  event.device = block.device;
  event.nanoseconds = line.nanoseconds;
  requests_.wait(is_queue ? BlockWaits::queued : is_get ? BlockWaits::got : BlockWaits::inserted, event);
  return true;
}

/// Finds out the unit of addresses, from what the text tells behind this line if need be.
void FtraceReader::settle_unit(ftrace::Line& line, const ftrace::UfshcdCommand& command) {
  constexpr std::size_t looked_at = 4 * 1024 * 1024;
  unit_.command(command);
  if (!unit_.is_proven()) {
    std::string_view ahead = lines_.look_ahead(looked_at, text_);
    ftrace::parse_line(text_, line);
    while (!ahead.empty() && !unit_.is_proven()) {
      std::string_view text = cut_first(ahead, '\n');
      while (!text.empty() && text.back() == '\r') text.remove_suffix(1);
      ftrace::Line next;
      if (ftrace::parse_line(text, next)) note_evidence(next, unit_);
    }
  }
  unit_.settle();
  unit_.tell(requests_.info());
}

bool FtraceReader::decode_command(ftrace::Line& line, RequestEvent& event, ftrace::Step& step) {
  ftrace::UfshcdCommand command;
  if (!ftrace::parse_ufshcd_command(line.payload, event, command)) return false;
  step = command.step;
  if (step == ftrace::Step::other) return true;
  if (!unit_is_told_) {
    unit_is_told_ = true;
    settle_unit(line, command);
  }
  if (unit_.contradicts(command)) lines_.fail(UfsLbaUnit::contradiction);
  return ftrace::set_ufshcd_command(command, unit_.bytes(), event);
}

/// Decodes an event about a request; false when it is malformed.
bool FtraceReader::decode(ftrace::Line& line, RequestEvent& event, ftrace::Step& step) {
  if (line.event == "ufshcd_command") {
    const bool makes_sense = decode_command(line, event, step);
    comm_ = line.comm;
    return makes_sense;
  }
  comm_ = line.comm;
  if (line.event == "ufshcd_upiu") return ftrace::parse_ufshcd_upiu(line.payload, event, step);
  if (level_of(line.event) == EventLevel::mmc) return ftrace::parse_mmc(line.event, line.payload, event, step);
  ftrace::BlockEvent block;
  const bool is_issue = line.event == "block_rq_issue";
  const bool is_requeue = line.event == "block_rq_requeue";
  step = is_issue ? ftrace::Step::start : is_requeue ? ftrace::Step::put_back : ftrace::Step::end;
  if (!(is_issue ? ftrace::parse_issue : ftrace::parse_complete)(line.payload, block)) return false;
  event.device = block.device;
  comm_ = block.comm;
  return event.set(block.rwbs, block.sector, block.sectors);
}

/// Takes an event about a request; true when it brings one.
bool FtraceReader::hear(ftrace::Line& line, IoRequest& request) {
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
  if (step == ftrace::Step::put_back) requests_.put_back(event);
  if (step != ftrace::Step::start) return false;
  const bool first = !requests_.started();
  const bool brings = requests_.issue(event, request);
  if (brings && first) {
    level_ = level_of(line.event);
    if ((completed_levels_ >> static_cast<unsigned>(level_) & 1) != 0) requests_.expect_completions();
    if (files_ != nullptr) files_->traced(requests_.device());
  }
  return brings;
}

}  // namespace icesim
