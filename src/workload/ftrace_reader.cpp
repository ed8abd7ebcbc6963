// SPDX-License-Identifier: Apache-2.0
#include "ftrace_reader.hpp"

#include "file_event.hpp"
#include "icesim/workload/rwbs.hpp"

#include <limits>

namespace icesim {
namespace {

constexpr std::size_t longest_quote = 160;
constexpr std::size_t longest_word = 8;
constexpr std::uint64_t most_sectors = std::numeric_limits<std::uint64_t>::max() / sector_size.n / 2;

/// Fills everything that issue and completion have in common; returns false for a malformed event.
bool to_request(const ftrace::BlockEvent& event, IoRequest& request, bool& known) {
  Rwbs word;
  if (event.rwbs.size() > longest_word || !parse_rwbs(event.rwbs, word)) return false;
  request = {};
  request.operation = word.operation;
  request.flags = word.flags;
  known = word.known;
  if (event.sectors == 0 && (word.flags & IoRequest::preflush) != 0) request.operation = Operation::flush;
  // A flush has no address: kernels print 0 or 2^64 - 1 (spec 5.2).
  if (request.operation == Operation::flush) return true;
  if (!known) return true;
  if (event.sector > most_sectors || event.sectors > most_sectors) return false;
  request.offset = sector_size * event.sector;
  request.length = sector_size * event.sectors;
  return true;
}

}  // namespace

FtraceReader::FtraceReader(std::unique_ptr<ByteSource> bytes, const TraceOptions& options)
    : lines_(std::move(bytes)), reissue_window_(options.reissue_window), files_(options.files) {
  info_.format = "ftrace";
  if (options.device.empty()) return;
  if (!ftrace::parse_device(options.device, device_)) {
    throw UserError(lines_.name() + ": device is \"" + options.device + "\"; MAJOR,MINOR is allowed, such as 8,0");
  }
  device_known_ = true;
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

void FtraceReader::fail_line(std::string_view what, std::string_view allowed) const {
  std::string quote(text_.substr(0, longest_quote));
  for (char& c : quote) {
    if (static_cast<unsigned char>(c) < ' ') c = '?';
  }
  lines_.fail(std::string(what) + ": \"" + quote + "\"; " + std::string(allowed));
}

bool FtraceReader::next_event(ftrace::Line& line) {
  while (lines_.next(text_)) {
    if (ftrace::parse_line(text_, line)) return true;
    std::uint64_t lost = 0;
    if (ftrace::parse_lost_events(text_, lost)) {
      info_.lost_events += lost;
    } else if (!ftrace::is_comment(text_)) {
      fail_line("not a line of ftrace", "allowed is COMM-PID [CPU] FLAGS SECONDS.MICROSECONDS: EVENT: ...");
    }
  }
  return false;
}

bool FtraceReader::is_traced(ftrace::Device device) { return device_known_ && device == device_; }

bool FtraceReader::next(IoRequest& request) {
  ftrace::Line line;
  while (next_event(line)) {
    if (line.event == "block_rq_issue") {
      if (issue(line, request)) return true;
    } else if (line.event == "block_rq_complete") {
      complete(line);
    } else if (files_ != nullptr && !hear_file_event(line.event, line.payload, *files_)) {
      fail_line("malformed " + std::string(line.event), "see docs/keys.md for what keys are recovered from");
    }
  }
  if (!started_) {
    throw UserError(lines_.name() + ": no request in this trace; record the event block:block_rq_issue" +
                    (info_.other_devices > 0 ? " of the chosen device" : ""));
  }
  return false;
}

bool FtraceReader::issue(const ftrace::Line& line, IoRequest& request) {
  ftrace::BlockEvent event;
  bool known = false;
  if (!ftrace::parse_issue(line.payload, event) || !to_request(event, request, known)) {
    fail_line("malformed block_rq_issue", "allowed is MAJOR,MINOR RWBS BYTES () SECTOR + SECTORS [COMM]");
  }
  if (device_known_ && !is_traced(event.device)) {
    ++info_.other_devices;
    return false;
  }
  const bool is_flush = request.operation == Operation::flush;
  // SCSI commands of the device's owner (inquiry, format ...) carry no sectors.
  if (!known || (!is_flush && event.sectors == 0)) {
    ++info_.other_commands;
    return false;
  }
  device_ = event.device;
  device_known_ = true;
  if (!started_) {
    start_ = line.nanoseconds;
    if (files_ != nullptr) files_->traced({device_.major, device_.minor});
  }
  started_ = true;

  request.process = line.process;
  const bool backwards = line.nanoseconds < start_ || Picoseconds{(line.nanoseconds - start_) * 1'000} < last_time_;
  request.time = backwards ? last_time_ : Picoseconds{(line.nanoseconds - start_) * 1'000};
  if (backwards) ++info_.backward_steps;
  last_time_ = request.time;

  const Picoseconds since{request.time > reissue_window_ ? (request.time - reissue_window_).n : 0};
  if (reissue_window_.n > 0 && outstanding_.contains(request, since)) {
    ++info_.collapsed;
    return false;
  }
  comm_ = event.comm;
  outstanding_.issue(request);
  info_.unfinished = outstanding_.size();
  counter_.count(request, event.rwbs);
  return true;
}

void FtraceReader::complete(const ftrace::Line& line) {
  ftrace::BlockEvent event;
  IoRequest completion;
  bool known = false;
  if (!ftrace::parse_complete(line.payload, event) || !to_request(event, completion, known)) {
    fail_line("malformed block_rq_complete", "allowed is MAJOR,MINOR RWBS () SECTOR + SECTORS [ERROR]");
  }
  // A completion before the first request cannot choose the device; without a device it is an orphan.
  if (device_known_ && !is_traced(event.device)) return;
  if (!known) return;
  ++info_.completions;
  if (completion.operation != Operation::flush && event.sectors == 0) {
    // The request completed, and completes again once the flush after it is done.
    ++info_.flush_sequences;
  } else if (!outstanding_.complete(completion)) {
    ++info_.orphans;
  }
  info_.unfinished = outstanding_.size();
}

}  // namespace icesim
