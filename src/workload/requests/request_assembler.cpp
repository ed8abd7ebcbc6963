// SPDX-License-Identifier: Apache-2.0
#include "src/workload/requests/request_assembler.hpp"

#include "icesim/base/error.hpp"
#include "src/workload/requests/rwbs.hpp"
#include "src/workload/text/cursor.hpp"

#include <limits>

namespace icesim {
namespace {

constexpr std::size_t longest_word = 16;
constexpr std::uint64_t most_sectors = std::numeric_limits<std::uint64_t>::max() / sector_size.n / 2;
/// So many nanoseconds still are a number of picoseconds: 200 days.
constexpr std::uint64_t longest_trace = std::uint64_t{200} * 24 * 3600 * 1'000'000'000;

/// Reads "major,minor".
bool parse_device(std::string_view text, BlockDevice& device) {
  Cursor at(text);
  return at.number(device.major) && at.literal(',') && at.number(device.minor) && at.at_end();
}

}  // namespace

bool RequestEvent::set(std::string_view rwbs, std::uint64_t sector, std::uint64_t sectors) {
  Rwbs parsed;
  if (rwbs.size() > longest_word || !parse_rwbs(rwbs, parsed)) return false;
  word = rwbs;
  known = parsed.known;
  has_unknown_flags = parsed.has_unknown;
  request.operation = parsed.operation;
  request.flags = parsed.flags;
  request.offset = {};
  request.length = {};
  if (sectors == 0 && (parsed.flags & IoRequest::preflush) != 0) request.operation = Operation::flush;
  // A flush has no address: kernels print 0 or 2^64 - 1 [trace-block-events].
  if (request.operation == Operation::flush || !known) return true;
  if (sector > most_sectors || sectors > most_sectors) return false;
  request.offset = sector_size * sector;
  request.length = sector_size * sectors;
  return true;
}

RequestAssembler::RequestAssembler(std::string format, Completions completions, const TraceOptions& options, Fail fail)
    : fail_(std::move(fail)),
      completed_(options.completed),
      completions_(completions),
      reissue_window_(
          options.reissue_window.value_or(completions == Completions::recorded ? usual_reissue_window : Picoseconds{})),
      idle_{options.idle_cap} {
  info_.format = std::move(format);
  if (options.device.empty()) return;
  if (!parse_device(options.device, device_)) {
    throw UserError("device is \"" + options.device + "\"; MAJOR,MINOR is allowed, such as 8,0");
  }
  device_known_ = true;
}

/// Time since the first request, less the idle time taken out; empty when that lies before the last request.
std::optional<Picoseconds> RequestAssembler::time_of(std::uint64_t nanoseconds) const {
  if (nanoseconds < start_) return std::nullopt;
  if (nanoseconds - start_ > longest_trace) fail_("the time lies more than 200 days after that of the first request");
  const Picoseconds elapsed{(nanoseconds - start_) * 1'000};
  if (elapsed < last_time_ + idle_.cut) return std::nullopt;
  return elapsed - idle_.cut;
}

/// The time of an arrival, which becomes that of the last request.
Picoseconds RequestAssembler::arrival(std::uint64_t nanoseconds) {
  if (!started_) start_ = nanoseconds;
  started_ = true;
  const std::optional<Picoseconds> time = time_of(nanoseconds);
  if (time) {
    last_time_ = idle_.take(*time, last_time_, info_);
  } else {
    ++info_.backward_steps;
  }
  return last_time_;
}

bool RequestAssembler::issue(const RequestEvent& event, IoRequest& request) {
  if (is_other(event.device)) {
    ++info_.other_devices;
    return false;
  }
  // SCSI commands of the device's owner (inquiry, format ...) carry no sectors.
  if (!event.known || (event.request.operation != Operation::flush && event.request.length.n == 0)) {
    ++info_.other_commands;
    return false;
  }
  device_ = event.device;
  device_known_ = true;

  request = event.request;
  request.time = arrival(event.nanoseconds);
  if (reissue_window_.n > 0 && outstanding_.issued_again(request, reissue_window_)) {
    ++info_.collapsed;
    return false;
  }
  outstanding_.issue(request);
  count_unfinished();
  if (event.has_unknown_flags) ++info_.unknown_flags;
  if (event.word.empty())
    counter_.count(request);
  else
    counter_.count(request, event.word);
  return true;
}

void RequestAssembler::complete(const RequestEvent& event) {
  // A completion before the first request cannot choose the device; without a device it is an orphan.
  if (is_other(event.device) || !event.known) return;
  ++info_.completions;
  if (event.request.operation != Operation::flush && event.request.length.n == 0) {
    // The request completed, and completes again once the flush after it is done.
    ++info_.flush_sequences;
  } else if (const auto issued = outstanding_.complete(event.request); !issued) {
    ++info_.orphans;
  } else if (issued->whole) {
    note_latency(time_of(event.nanoseconds).value_or(last_time_) - issued->time, event.request.operation);
  }
  count_unfinished();
}

void RequestAssembler::completed_after(Picoseconds latency, const IoRequest& request) {
  outstanding_.complete(request);
  note_latency(latency, request.operation);
}

void RequestAssembler::note_latency(Picoseconds latency, Operation operation) {
  info_.recorded_latency[operation].add(latency);
  if (completed_) completed_(operation, latency);
}

void RequestAssembler::count_unfinished() {
  if (completions_ == Completions::recorded) info_.unfinished = outstanding_.size();
}

void RequestAssembler::finish(std::string_view hint) const {
  if (started_) return;
  fail_("no request in this trace; " + std::string(hint) + (info_.other_devices > 0 ? " of the chosen device" : ""));
}

}  // namespace icesim
