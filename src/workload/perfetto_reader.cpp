// SPDX-License-Identifier: Apache-2.0
#include "perfetto_reader.hpp"

#include "cdb.hpp"

#include <limits>
#include <sys/sysmacros.h>

namespace icesim {
namespace {

using perfetto::FtraceEvent;
using perfetto::UfshcdCommand;

BlockDevice device_of(std::uint64_t number) { return {major(number), minor(number)}; }

enum class Step { sent, completed, other };

/// Linux names the step in words until 5.9, since then by number; others are of queries and task management.
Step step_of(const UfshcdCommand& command) {
  if (command.has_str()) {
    if (command.str() == "send" || command.str() == "send_req") return Step::sent;
    return command.str() == "complete" || command.str() == "complete_rsp" ? Step::completed : Step::other;
  }
  if (command.str_t() > 1) return Step::other;
  return command.str_t() == 0 ? Step::sent : Step::completed;
}

/// False for commands that are neither read, write, flush nor discard.
bool operation_of(std::uint32_t opcode, Operation& operation) {
  switch (opcode) {
    case cdb::read_10:
      operation = Operation::read;
      return true;
    case cdb::write_10:
      operation = Operation::write;
      return true;
    case cdb::synchronize_cache_10:
      operation = Operation::flush;
      return true;
    case cdb::unmap:
      operation = Operation::discard;
      return true;
    default:
      return false;
  }
}

}  // namespace

PerfettoReader::PerfettoReader(std::unique_ptr<ByteSource> bytes, const TraceOptions& options)
    : events_(std::move(bytes), nullptr),
      keep_going_(options.keep_going),
      requests_("perfetto", RequestAssembler::Completions::recorded, options,
                [this](std::string_view what) { events_.fail(what); }) {}

/// The window that is read ahead tells which events the trace has.
const FtraceEvent* PerfettoReader::next_event() {
  const Event* event = events_.next();
  requests_.info().lost_events = events_.lost();
  if (began_) return event;
  began_ = true;
  for (const Event::EventCase kind : {Event::kBlockRqIssue, Event::kBlockIoStart, Event::kUfshcdCommand}) {
    if (!events_.met(kind)) continue;
    issues_ = kind;
    break;
  }
  return event;
}

bool PerfettoReader::next(IoRequest& request) {
  while (const Event* event = next_event()) {
    if (take(*event, request)) return true;
  }
  requests_.finish("record the ftrace events block/block_rq_issue and block/block_rq_complete");
  return false;
}

bool PerfettoReader::take(const Event& event, IoRequest& request) {
  switch (event.event_case()) {
    case Event::kBlockRqIssue:
      return issues_ == Event::kBlockRqIssue && issue(event, event.block_rq_issue(), request);
    case Event::kBlockRqComplete:
      if (issues_ == Event::kBlockRqIssue) complete(event, event.block_rq_complete());
      return false;
    case Event::kBlockIoStart:
      return issues_ == Event::kBlockIoStart && issue(event, event.block_io_start(), request);
    case Event::kBlockIoDone:
      if (issues_ == Event::kBlockIoStart) complete(event, event.block_io_done());
      return false;
    case Event::kUfshcdCommand:
      return issues_ == Event::kUfshcdCommand && command(event, event.ufshcd_command(), request);
    default:
      return false;
  }
}

void PerfettoReader::refuse(std::string_view what) {
  if (!keep_going_) events_.fail(what);
  ++requests_.info().skipped_lines;
}

template <class Block>
bool PerfettoReader::decode(const Event& event, const Block& block, RequestEvent& out) {
  if (!out.set(block.rwbs(), block.sector(), block.nr_sector())) {
    refuse("a block event without a rwbs word or with a sector beyond any device");
    return false;
  }
  out.device = device_of(block.dev());
  out.nanoseconds = event.timestamp();
  out.request.process = event.pid();
  return true;
}

template <class Block>
bool PerfettoReader::issue(const Event& event, const Block& block, IoRequest& request) {
  RequestEvent out;
  return decode(event, block, out) && requests_.issue(out, request);
}

void PerfettoReader::complete(const Event& event, const perfetto::BlockComplete& block) {
  RequestEvent out;
  if (decode(event, block, out)) requests_.complete(out);
}

/// block_io_done comes once, when nothing of the request is left: then it tells no sectors.
void PerfettoReader::complete(const Event& event, const perfetto::BlockIo& block) {
  RequestEvent out;
  if (!decode(event, block, out)) return;
  if (out.request.operation != Operation::flush) out.request.length.n = std::numeric_limits<std::uint64_t>::max();
  requests_.complete(out);
}

bool PerfettoReader::command(const Event& event, const UfshcdCommand& command, IoRequest& request) {
  const Step step = step_of(command);
  if (step == Step::other) return false;
  RequestEvent out;
  out.nanoseconds = event.timestamp();
  out.request.process = event.pid();
  out.known = operation_of(command.opcode(), out.request.operation);
  const bool has_place = out.known && out.request.operation != Operation::flush && command.transfer_len() > 0;
  if (has_place && command.lba() <= std::numeric_limits<std::uint32_t>::max()) {
    out.request.offset = logical_block * command.lba();
    out.request.length = Bytes{static_cast<std::uint64_t>(command.transfer_len())};
  }
  if (step == Step::sent) return requests_.issue(out, request);
  requests_.complete(out);
  return false;
}

}  // namespace icesim
