// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/trace_profile.hpp"

#include "icesim/base/describe.hpp"

#include <algorithm>

namespace icesim {

namespace {

std::size_t size_of(Bytes length) {
  return length.n < 2 ? 0 : static_cast<std::size_t>(64 - __builtin_clzll(length.n - 1));
}

std::uint64_t is_unaligned(const IoRequest& request) {
  return (request.offset.n | request.length.n) % logical_block.n != 0 ? 1 : 0;
}

}  // namespace

void ArrivalTimeline::add(Picoseconds time, Bytes length, std::uint64_t depth) {
  while (time / width_ >= most_intervals) {
    for (std::size_t i = 0; i < intervals_.size(); ++i) {
      const Interval from = intervals_[i];
      if (i % 2 == 0) {
        intervals_[i / 2] = from;
        continue;
      }
      Interval& to = intervals_[i / 2];
      to.requests += from.requests;
      to.bytes += from.bytes;
      to.depth_sum += from.depth_sum;
      to.depth_max = std::max(to.depth_max, from.depth_max);
    }
    intervals_.resize((intervals_.size() + 1) / 2);
    width_ += width_;
  }
  const std::uint64_t index = time / width_;
  if (intervals_.size() <= index) intervals_.resize(index + 1);
  Interval& interval = intervals_[index];
  ++interval.requests;
  interval.bytes += length;
  interval.depth_sum += depth;
  interval.depth_max = std::max(interval.depth_max, depth);
}

void RecordedKeyslots::add(const IoRequest& request) {
  if (request.keyslot == unknown_keyslot) return;
  if (keys_.size() <= request.keyslot) keys_.resize(request.keyslot + std::size_t{1}, no_key);
  KeyId& key = keys_[request.keyslot];
  ++requests_;
  hits_ += key == request.key ? 1 : 0;
  key = request.key;
}

std::uint64_t RecordedKeyslots::used() const {
  return keys_.size() - static_cast<std::size_t>(std::count(keys_.begin(), keys_.end(), no_key));
}

void RecordedKeyslots::describe(Statistics& statistics) const {
  statistics("requests", requests_, "Requests whose keyslot was recorded");
  statistics("used", used(), "Keyslots among them");
  statistics("hits", hits_, "Requests whose keyslot had served their key just before");
}

void TraceProfile::add(const IoRequest& request, std::uint64_t depth) {
  keys_.reference(request.key);
  keyslots_.add(request);
  // The rest is about requests as they were recorded; a piece of one only makes it longer.
  const auto operation = static_cast<std::size_t>(request.operation);
  if ((request.flags & IoRequest::continuation) != 0 && started_) return lengthen(request);
  ++sizes_[size_of(request.length)][operation];
  timeline_.add(request.time, request.length, depth);
  if (started_) gaps_.add(request.time - last_.time);
  if (started_ && request.operation != Operation::flush && request.offset == end_[operation]) ++sequential_;
  unaligned_ += is_unaligned(request);
  end_[operation] = request.offset + request.length;
  last_ = request;
  started_ = true;
  processes_.insert(request.process);
}

/// Counts the request given last with one more piece.
void TraceProfile::lengthen(const IoRequest& piece) {
  const auto operation = static_cast<std::size_t>(last_.operation);
  --sizes_[size_of(last_.length)][operation];
  unaligned_ -= is_unaligned(last_);
  last_.length += piece.length;
  ++sizes_[size_of(last_.length)][operation];
  unaligned_ += is_unaligned(last_);
  timeline_.lengthen(piece.length);
  end_[operation] = last_.offset + last_.length;
}

void TraceProfile::describe(Statistics& statistics) const {
  statistics("processes", processes_.size(), "Processes that issue requests");
  statistics("sequential", sequential_, "Requests that begin where the one of the same kind before them ended");
  statistics("unaligned", unaligned_, "Requests that are not whole blocks of 4096 bytes");
  statistics("interarrival", gaps_, "time between two requests");
  statistics.group("keyslots", keyslots_);
}

}  // namespace icesim
