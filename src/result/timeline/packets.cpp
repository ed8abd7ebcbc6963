// SPDX-License-Identifier: Apache-2.0
#include "packets.hpp"

namespace icesim {
namespace {

/// One sequence of packets, all of whose tracks are described in front of their events.
constexpr std::uint32_t sequence = 1;
constexpr std::uint32_t nothing_before = 1;
constexpr std::int32_t unit_count = 2;
/// Field `packet` of Trace, of a length that follows.
constexpr char packet_field = 1 << 3 | 2;

std::uint64_t nanoseconds(Picoseconds at) { return at.n / 1000; }

}  // namespace

void annotate(timeline::TrackEvent& event, const char* name, std::uint64_t value) {
  timeline::DebugAnnotation& annotation = *event.add_debug_annotations();
  annotation.set_name(name);
  annotation.set_uint_value(value);
}

void annotate(timeline::TrackEvent& event, const char* name, const std::string& text) {
  timeline::DebugAnnotation& annotation = *event.add_debug_annotations();
  annotation.set_name(name);
  annotation.set_string_value(text);
}

void TimelinePackets::put(timeline::TracePacket& packet) {
  packet.set_trusted_packet_sequence_id(sequence);
  if (!begun_) packet.set_sequence_flags(nothing_before);
  begun_ = true;
  bytes_.assign(1, packet_field);
  std::size_t size = packet.ByteSizeLong();
  for (; size > 0x7f; size >>= 7) bytes_ += static_cast<char>(size | 0x80);
  bytes_ += static_cast<char>(size);
  packet.AppendToString(&bytes_);
  write_(bytes_);
  packet.Clear();
}

std::uint64_t TimelinePackets::describe(timeline::TrackDescriptor& track, const std::string& name) {
  track.set_uuid(++tracks_);
  track.set_name(name);
  put(packet_);
  return tracks_;
}

std::uint64_t TimelinePackets::track(const std::string& name, std::uint64_t parent) {
  timeline::TrackDescriptor& track = *packet_.mutable_track_descriptor();
  if (parent != 0) track.set_parent_uuid(parent);
  return describe(track, name);
}

std::uint64_t TimelinePackets::process(std::uint32_t number, const std::string& name) {
  timeline::TrackDescriptor& track = *packet_.mutable_track_descriptor();
  track.mutable_process()->set_pid(static_cast<std::int32_t>(number));
  track.mutable_process()->set_process_name(name);
  return describe(track, name);
}

std::uint64_t TimelinePackets::counter(const std::string& name) {
  timeline::TrackDescriptor& track = *packet_.mutable_track_descriptor();
  track.mutable_counter()->set_unit(unit_count);
  return describe(track, name);
}

timeline::TrackEvent& TimelinePackets::event(std::uint64_t track, Picoseconds at, timeline::TrackEvent::Type type) {
  packet_.set_timestamp(nanoseconds(at));
  timeline::TrackEvent& event = *packet_.mutable_track_event();
  event.set_track_uuid(track);
  event.set_type(type);
  return event;
}

timeline::TrackEvent& TimelinePackets::begin(std::uint64_t track, Picoseconds at, std::string_view category, std::string_view name) {
  timeline::TrackEvent& slice = event(track, at, timeline::TrackEvent::TYPE_SLICE_BEGIN);
  slice.add_categories(category.data(), category.size());
  slice.set_name(name.data(), name.size());
  return slice;
}

void TimelinePackets::end(std::uint64_t track, Picoseconds at) {
  event(track, at, timeline::TrackEvent::TYPE_SLICE_END);
  put(packet_);
}

void TimelinePackets::count(std::uint64_t track, Picoseconds at, std::int64_t value) {
  event(track, at, timeline::TrackEvent::TYPE_COUNTER).set_counter_value(value);
  put(packet_);
}

void TimelinePackets::block_event(Picoseconds at, std::uint32_t process, bool start, const timeline::BlockIo& io) {
  timeline::FtraceEventBundle& bundle = *packet_.mutable_ftrace_events();
  bundle.set_cpu(0);
  timeline::FtraceEvent& event = *bundle.add_event();
  event.set_timestamp(nanoseconds(at));
  event.set_pid(process);
  *(start ? event.mutable_block_io_start() : event.mutable_block_io_done()) = io;
  put(packet_);
}

}  // namespace icesim
