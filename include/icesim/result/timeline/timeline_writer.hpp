// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/file.hpp"
#include "icesim/base/recorder.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace icesim {

/// Writes the requests of a run as a trace in Perfetto's format (TracePacket of TrackEvents), which ui.perfetto.dev and
/// trace_processor read [perfetto].
///
/// A track for each process, tag and keyslot, for each direction of engine and link, and each die, and a counter of the requests that are outstanding. On the track of its process a request
/// holds its stages, in the order in which a request meets them, one behind the other: they are as long as they were, and
/// begin where the ones before them add up to. Requests of one process that overlap lie on tracks of their own below it. A
/// tag's slice is a command, from the writing of its descriptors to the end of its last request; a keyslot's slice is the use
/// of one key by requests that overlap. Engine, link and dies have a slice for what they do in one go. A flow leads from the
/// request to all that is for it: of requests that were merged, from the first to what the hardware does. The same requests stand there as
/// `block_io_start` and `block_io_done` of disk 8:0, so that queries on Linux's events answer, too.
///
/// Times are nanoseconds, rounded down, from the beginning of the simulation; the picoseconds stand in the annotations.
/// Memory grows by 32 bytes with each request, for the counter. Throws what the writing of the file throws.
class TimelineWriter : public RequestRecorder, public BusyRecorder {
 public:
  /// Writes to `file`, which must live as long as this; committing it is left to its owner.
  explicit TimelineWriter(OutputFile& file);
  /// Gives the bytes to `write` piece by piece.
  explicit TimelineWriter(std::function<void(std::string_view)> write);
  ~TimelineWriter() override;
  TimelineWriter(const TimelineWriter&) = delete;
  TimelineWriter& operator=(const TimelineWriter&) = delete;

  void request_ended(const RequestRecord& request) override;
  void busy(const BusyTime& time) override;
  /// Writes what could not be written before the last request has ended.
  void end();

 private:
  class Tracks;
  std::unique_ptr<Tracks> tracks_;
};

}  // namespace icesim
