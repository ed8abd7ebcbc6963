// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/upiu.hpp"
#include "icesim/spec/utrd.hpp"
#include "models/base/train.hpp"

#include <cstdint>
#include <optional>
#include <systemc>
#include <vector>

namespace icesim::twin {

/// What the controller holds of the command of one tag.
struct TableEntry {
  bool active = false;     ///< taken by a fetch unit, and not ended
  bool sent = false;       ///< its COMMAND lies in the transmit buffer
  bool ended = false;      ///< what ends it has been received
  bool engine_failed = false;  ///< for good
  std::uint32_t life = 0;  ///< counts the commands of this tag
  std::optional<std::uint32_t> queue;  ///< that it came in
  UpiuHeader command{};
  Utrd utrd;                   ///< with entries of 128 bytes, what they say of crypto stands here, too
  bool own_key = false;        ///< which came with them
  Bytes buffer{};                    ///< bytes that the PRDT describes
  Bytes expected{};                  ///< bytes that the COMMAND asks for
  Bytes done{};                      ///< bytes of the data UPIUs so far
  std::uint64_t response_bytes = 0;  ///< of the response UPIU to be written into the descriptor
};
using CommandTable = std::vector<TableEntry>;

/// The end of a command that comes without a RESPONSE.
struct Failure {
  Tag tag{};
  std::uint32_t life = 0;
  Ocs ocs = Ocs::invalid;
};

/// The UPIUs for the device, in the order in which they took their place in the transmit buffer.
struct TransmitQueue {
  struct Entry {
    UpiuHeader header{};
    std::uint64_t queued = 0;  ///< bus cycle
    std::uint64_t bytes = 0;   ///< of header and data
    Train ready;               ///< when they are in the buffer
  };

  /// Gives an entry its place; returns its number.
  std::size_t add(const UpiuHeader& header, std::uint64_t cycle, std::uint64_t bytes) {
    entries.push_back({header, cycle, bytes, {}});
    sizes.push_back(bytes);
    return entries.size() - 1;
  }
  /// A UPIU without data is complete at `now`: it is in the buffer unless the link sleeps; then it is when that is back.
  void complete(std::size_t place, Tag tag, Picoseconds now) {
    if (asleep) {
      held.push_back({place, tag, now});
    } else {
      entries[place].ready = {{entries[place].bytes, now}};
    }
  }
  struct Held {
    std::size_t place = 0;
    Tag tag{};  ///< of a command
    Picoseconds complete{};
  };
  bool asleep = false;
  std::vector<Held> held;

  /// At the end of an edge: how many bytes the link can take, one UPIU behind the other.
  void show() {
    for (; first_ < entries.size(); ++first_) {
      const Entry& entry = entries[first_];
      const std::uint64_t there = entry.ready.empty() ? 0 : entry.ready.back().end;
      fill.write(before_ + there);
      if (there < entry.bytes) return;
      before_ += entry.bytes;
    }
  }

  std::vector<Entry> entries;
  std::vector<std::uint64_t> sizes;
  /// Header bytes of a DATA OUT count with its first data. Written on the edges of both clocks; where they coincide,
  /// what is written last counts everything.
  sc_core::sc_signal<std::uint64_t, sc_core::SC_UNCHECKED_WRITERS> fill{"transmit_fill"};

 private:
  std::size_t first_ = 0;     ///< entry that is not complete
  std::uint64_t before_ = 0;  ///< bytes of those before it
};

}  // namespace icesim::twin
