// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/perfetto_reader.hpp"

#include "src/workload/readers/device_event.hpp"
#include "src/workload/readers/perfetto_files.hpp"

namespace icesim {
namespace {

using ftrace::Step;
using perfetto::FtraceEvent;
using perfetto::UfshcdCommand;

/// Linux names the step in words until 5.9, since then by number; others are of queries and task management.
Step step_of(const UfshcdCommand& command) {
  if (command.has_str()) {
    if (command.str() == "send" || command.str() == "send_req") return Step::start;
    return command.str() == "complete" || command.str() == "complete_rsp" ? Step::end : Step::other;
  }
  if (command.str_t() > 1) return Step::other;
  return command.str_t() == 0 ? Step::start : Step::end;
}

ftrace::UfshcdCommand decoded(const UfshcdCommand& command) {
  ftrace::UfshcdCommand out;
  out.step = step_of(command);
  out.opcode = command.opcode();
  out.lba = command.lba();
  out.size = command.transfer_len();
  out.has_old_step = command.str() == "send" || command.str() == "complete";
  std::uint32_t lun = 0;
  out.has_new_fields = ftrace::parse_scsi_device(command.dev_name(), lun);
  return out;
}

}  // namespace

PerfettoReader::PerfettoReader(std::unique_ptr<ByteSource> bytes, const TraceOptions& options)
    : events_(std::move(bytes), options.files == nullptr ? nullptr : is_perfetto_file_event),
      files_(options.files),
      level_(options.level),
      keep_going_(options.keep_going),
      unit_(options.ufs_lba_unit),
      requests_("perfetto", Completions::recorded, options,
                [this](std::string_view what) { events_.fail(what); }) {}

/// The window that is read ahead tells which events the trace has; the first of these kinds that is there is taken.
const FtraceEvent* PerfettoReader::next_event() {
  const Event* event = events_.next();
  requests_.info().lost_events = events_.lost();
  if (issues_ != Event::EVENT_NOT_SET) return event;
  for (const Event::EventCase kind : {Event::kBlockRqIssue, Event::kBlockIoStart, Event::kUfshcdCommand}) {
    const EventLevel level = kind == Event::kUfshcdCommand ? EventLevel::ufs : EventLevel::block;
    if ((level_ != EventLevel::first && level_ != level) || !events_.met(kind)) continue;
    issues_ = kind;
    if (has_completions()) requests_.expect_completions();
    break;
  }
  return event;
}

/// Whether the window that is read ahead has a completion of the requests.
bool PerfettoReader::has_completions() const {
  if (issues_ == Event::kBlockRqIssue) return events_.met(Event::kBlockRqComplete);
  if (issues_ == Event::kBlockIoStart) return events_.met(Event::kBlockIoDone);
  return false;
}

bool PerfettoReader::next(IoRequest& request) {
  while (const Event* event = next_event()) {
    if (take(*event, request)) return true;
  }
  requests_.finish(level_ == EventLevel::ufs
                       ? "record the ftrace event ufs/ufshcd_command"
                       : "record the ftrace events block/block_rq_issue and block/block_rq_complete");
  return false;
}

bool PerfettoReader::take(const Event& event, IoRequest& request) {
  switch (event.event_case()) {
    case Event::kBlockRqIssue:
      if (issues_ == Event::kUfshcdCommand && !unit_is_told_) note_evidence(event.block_rq_issue());
      return issues_ == Event::kBlockRqIssue && issue(event, event.block_rq_issue(), request);
    case Event::kBlockRqComplete:
      if (issues_ == Event::kBlockRqIssue) complete(event, event.block_rq_complete());
      return false;
    case Event::kBlockRqRequeue:
      if (issues_ == Event::kBlockRqIssue) put_back(event, event.block_rq_requeue());
      return false;
    case Event::kBlockIoStart:
      return issues_ == Event::kBlockIoStart && issue(event, event.block_io_start(), request);
    case Event::kBlockIoDone:
      if (issues_ == Event::kBlockIoStart) complete(event, event.block_io_done());
      return false;
    case Event::kUfshcdCommand:
      return issues_ == Event::kUfshcdCommand && command(event, event.ufshcd_command(), request);
    default:
      if (files_ != nullptr && !hear_perfetto_file_event(event, *files_)) {
        refuse("an event about files lacks a field");
      }
      return false;
  }
}

void PerfettoReader::refuse(std::string_view what) {
  if (!keep_going_) events_.fail(std::string(what) + "; --keep-going skips and counts such events");
  ++requests_.info().skipped_lines;
}

template <class Block>
bool PerfettoReader::decode(const Event& event, const Block& block, RequestEvent& out) {
  if (!out.set(block.rwbs(), block.sector(), block.nr_sector())) {
    refuse("a block event without a rwbs word or with a sector beyond any device");
    return false;
  }
  out.device = perfetto_device(block.dev());
  out.nanoseconds = event.timestamp();
  out.request.process = event.pid();
  return true;
}

template <class Block>
bool PerfettoReader::issue(const Event& event, const Block& block, IoRequest& request) {
  RequestEvent out;
  if (!decode(event, block, out) || !bring(out, request)) return false;
  comm_ = block.comm();
  return true;
}

void PerfettoReader::complete(const Event& event, const perfetto::BlockComplete& block) {
  RequestEvent out;
  if (decode(event, block, out)) requests_.complete(out);
}

void PerfettoReader::put_back(const Event& event, const perfetto::BlockComplete& block) {
  RequestEvent out;
  if (decode(event, block, out)) requests_.put_back(out);
}

/// block_io_done comes once, when nothing of the request is left: then it tells no sectors.
void PerfettoReader::complete(const Event& event, const perfetto::BlockIo& block) {
  RequestEvent out;
  if (!decode(event, block, out)) return;
  if (out.request.operation != Operation::flush) out.request.length = RequestEvent::all_that_is_left;
  requests_.complete(out);
}

/// What a request of the block layer tells about the unit of ufshcd_command's addresses.
void PerfettoReader::note_evidence(const perfetto::BlockIssue& issue) {
  RequestEvent block;
  if (block.set(issue.rwbs(), issue.sector(), issue.nr_sector()) && block.known)
    unit_.block_issue(block.request.operation, issue.sector(), issue.nr_sector());
}

/// Finds out the unit of addresses, from what waits behind this command if need be.
void PerfettoReader::settle_unit(const ftrace::UfshcdCommand& command) {
  unit_.command(command);
  if (!unit_.is_proven()) {
    events_.look_ahead([this](const Event& event) {
      if (event.has_block_rq_issue())
        note_evidence(event.block_rq_issue());
      else if (event.has_ufshcd_command())
        unit_.command(decoded(event.ufshcd_command()));
      return !unit_.is_proven();
    });
  }
  unit_.settle();
  unit_.tell(requests_.info());
}

bool PerfettoReader::command(const Event& event, const UfshcdCommand& message, IoRequest& request) {
  const ftrace::UfshcdCommand command = decoded(message);
  if (command.step == Step::other) return false;
  if (!unit_is_told_) {
    unit_is_told_ = true;
    settle_unit(command);
  }
  if (unit_.contradicts(command)) events_.fail(UfsLbaUnit::contradiction);
  RequestEvent out;
  if (!ftrace::set_ufshcd_command(command, unit_.bytes(), out)) {
    refuse("a ufshcd_command with an address beyond any device");
    return false;
  }
  out.nanoseconds = event.timestamp();
  out.request.process = event.pid();
  if (message.has_tag()) out.tag = message.tag();
  if (command.step == Step::start) return bring(out, request);
  requests_.complete(out);
  return false;
}

/// Takes an issue; true when it brings a request.
bool PerfettoReader::bring(const RequestEvent& event, IoRequest& request) {
  const bool first = !requests_.started();
  if (!requests_.issue(event, request)) return false;
  if (first && files_ != nullptr) files_->traced(requests_.device());
  return true;
}

}  // namespace icesim
