// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "timeline.pb.h"

#include <functional>
#include <string>
#include <string_view>

namespace icesim {

/// Writes packets of Perfetto's format, one after the other. A track is known by its number, from 1, which is given when it is
/// described.
class TimelinePackets {
 public:
  explicit TimelinePackets(std::function<void(std::string_view)> write) : write_(std::move(write)) {}

  /// A track of this name, below another one; 0: below none.
  std::uint64_t track(const std::string& name, std::uint64_t parent);
  /// The track of a process, which has no parent.
  std::uint64_t process(std::uint32_t number, const std::string& name);
  std::uint64_t counter(const std::string& name);

  /// The slice that begins here; the caller adds annotations and flows before it is written by put().
  timeline::TrackEvent& begin(std::uint64_t track, Picoseconds at, std::string_view category, std::string_view name);
  void put() { put(packet_); }
  void end(std::uint64_t track, Picoseconds at);
  void count(std::uint64_t track, Picoseconds at, std::int64_t value);
  void block_event(Picoseconds at, std::uint32_t process, bool start, const timeline::BlockIo& io);

 private:
  std::uint64_t describe(timeline::TrackDescriptor& track, const std::string& name);
  timeline::TrackEvent& event(std::uint64_t track, Picoseconds at, timeline::TrackEvent::Type type);
  void put(timeline::TracePacket& packet);

  std::function<void(std::string_view)> write_;
  std::uint64_t tracks_ = 0;
  bool begun_ = false;
  timeline::TracePacket packet_;
  std::string bytes_;
};

void annotate(timeline::TrackEvent& event, const char* name, std::uint64_t value);
void annotate(timeline::TrackEvent& event, const char* name, const std::string& text);

}  // namespace icesim
