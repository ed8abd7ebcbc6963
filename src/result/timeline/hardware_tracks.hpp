// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/recorder.hpp"
#include "packets.hpp"

#include <map>
#include <optional>
#include <string>

namespace icesim {

/// The tracks of what the hardware does: of each direction of engine and link, and of each die. Pieces of a command that
/// follow each other at once, in the engine or on the link, are one slice.
class HardwareTracks {
 public:
  explicit HardwareTracks(TimelinePackets& packets) : packets_(packets) {}

  void busy(const BusyTime& time);
  /// Writes what could not be written before.
  void end();

 private:
  struct Track {
    std::uint64_t number = 0;
    std::optional<BusyTime> last;  ///< not yet written, since it may go on or be cut off
    std::uint64_t pieces = 0;
  };

  std::uint64_t group(const char* name);
  void put(Track& track);

  TimelinePackets& packets_;
  std::map<std::string, std::uint64_t> groups_;
  std::map<std::pair<BusyTime::Part, std::uint32_t>, Track> tracks_;
};

}  // namespace icesim
