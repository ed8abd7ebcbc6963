// SPDX-License-Identifier: Apache-2.0
#include "src/workload/requests/request_assembler.hpp"

#include "icesim/base/error.hpp"
#include "src/workload/requests/rwbs.hpp"
#include "src/workload/text/cursor.hpp"

#include <algorithm>
#include <limits>

namespace icesim {
namespace {

constexpr std::size_t longest_word = 16;
constexpr std::uint64_t most_sectors = std::numeric_limits<std::uint64_t>::max() / sector_size.n / 2;
/// The events of a recording are written in order of time, but for what interrupts each other.
constexpr std::uint64_t longest_disorder = 1'000'000'000;

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
    : fail_(std::move(fail)), clock_(options.idle_cap), pairing_(info_, completions, options) {
  info_.format = std::move(format);
  if (options.tells_waits) waits_ = std::make_unique<BlockWaits>();
  if (options.device.empty()) return;
  if (!parse_device(options.device, device_)) {
    throw UserError("device is \"" + options.device + "\"; MAJOR,MINOR is allowed, such as 8,0");
  }
  device_known_ = true;
  info_.device_asked = true;
}

/// Finds out that another recording begins.
void RequestAssembler::watch_order(std::uint64_t nanoseconds) {
  if (ordered_ && started() && newest_ > longest_disorder && nanoseconds < newest_ - longest_disorder)
    begin_recording();
  newest_ = std::max(newest_, nanoseconds);
}

void RequestAssembler::begin_recording() {
  newest_ = 0;
  if (!started()) return;
  ++info_.further_recordings;
  pairing_.restart();
  clock_.restart();
}

bool RequestAssembler::issue(const RequestEvent& event, IoRequest& request) {
  const bool is_request = event.known && (event.request.operation == Operation::flush || event.request.length.n > 0);
  if (is_request) devices_.count(event.device);
  if (is_other(event.device)) {
    ++info_.other_devices;
    return false;
  }
  // SCSI commands of the device's owner (inquiry, format ...) carry no sectors.
  if (!is_request) {
    ++info_.other_commands;
    if (event.tag != RequestEvent::no_tag) pairing_.reuse(event.tag);
    return false;
  }
  device_ = event.device;
  device_known_ = true;
  watch_order(event.nanoseconds);
  if (!started() && devices_.take_before(event.device)) pairing_.expect_completions();
  if (!pairing_.issue(event)) return false;

  request = event.request;
  origin_.rwbs = event.word;
  if (waits_) {
    origin_ = {};
    origin_.rwbs = event.word;
    waits_->take(event, origin_);
  }
  const std::optional<Picoseconds> time = clock_.arrive(event.nanoseconds, info_);
  if (!time) fail_("the time lies more than 200 days after that of the first request");
  request.time = time.value_or(Picoseconds{});
  pairing_.arrive(clock_.uncut());
  if (event.has_unknown_flags) ++info_.unknown_flags;
  if (event.word.empty())
    counter_.count(request);
  else
    counter_.count(request, event.word);
  return true;
}

void RequestAssembler::put_back(const RequestEvent& event) {
  if (!started() || is_other(event.device) || !event.known) return;
  watch_order(event.nanoseconds);
  pairing_.put_back(event);
}

void RequestAssembler::complete(const RequestEvent& event) {
  if (is_other(event.device) || !event.known) return;
  if (!started()) {
    // It cannot choose the device; of the device that is chosen it is an orphan.
    devices_.count_before(event);
    pairing_.precede(event);
    return;
  }
  watch_order(event.nanoseconds);
  pairing_.complete(event);
}

void RequestAssembler::completed_after(Picoseconds latency, const RequestEvent& event) {
  pairing_.took(latency, event, clock_.uncut());
}

void RequestAssembler::finish(std::string_view hint) {
  pairing_.finish();
  if (started()) return;
  fail_("no request in this trace; " + std::string(hint) + (info_.other_devices > 0 ? " of the chosen device" : ""));
}

}  // namespace icesim
