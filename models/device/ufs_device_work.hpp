// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "models/base/upiu_bytes.hpp"
#include "models/device/ufs_device_commands.hpp"

#include <cstdint>
#include <vector>

namespace icesim {

/// What UfsDevice keeps of the commands and UPIUs that it works on.
struct DeviceWork {
  using Index = std::uint32_t;
  static constexpr Index none = ~Index{0};

  // Events of one edge come out in this order.
  enum class Event : std::uint8_t {
    room,
    blocks,
    flushed,
    upiu,
    firmware,
    managed,
    respond,
    send,
    patience,
    unmap,
    idle,  ///< with TaskOrder: the firmware may take the next
    rest   ///< with BackgroundWork: there may have been no command for long enough
  };
  struct Item {
    Event event = Event::upiu;
    Index command = none;     ///< of firmware: its tag
    std::uint32_t count = 0;  ///< of room and blocks; of upiu, managed and send: its place
    std::uint32_t life = 0;   ///< of the device when it was pushed
    std::uint64_t value = 0;  ///< first block, start on the wire, sequence number or stamp of the room
  };
  /// A COMMAND on its way whose turn in the firmware is settled: its arrival has no event.
  struct Announced {
    Picoseconds at{};
    std::uint64_t start = 0;  ///< order among what arrives on one edge
    std::uint64_t sequence = 0;
    CommandUpiu request{};
    ScsiPlan plan{};
  };

  /// A UPIU that an event refers to.
  struct Parked {
    Upiu upiu;
    UpiuBytes bytes;
  };

  /// The end of a command's latency in the firmware.
  struct Turn {
    Picoseconds at{};
    std::uint64_t sequence = 0;
    Index tag = 0;
  };

  enum class State : std::uint8_t {
    free,
    firmware,    ///< waits for its turn or its latency
    reading,     ///< waits for blocks
    writing,     ///< waits for DATA OUT
    flushing,    ///< waits for the flash to have everything
    unmapping,   ///< waits for the firmware to work on its range
    responding,  ///< done, the RESPONSE is being made
    draining     ///< over for the host, but the flash still works on it
  };
  struct Command {
    State state = State::free;
    std::uint64_t sequence = 0;
    CommandUpiu request{};
    ScsiPlan plan{};
    Sense sense{};
    bool failed = false;                 ///< `sense` says why
    std::uint32_t media_pending = 0;     ///< blocks or flushes the flash still owes
    std::uint32_t requested = 0;         ///< bytes asked for by RTTs
    std::uint32_t received = 0;          ///< bytes come by DATA OUT
    std::uint32_t next_data_in = 0;      ///< number of the DATA IN to send next
    std::vector<std::uint32_t> missing;  ///< for each DATA IN: blocks not yet there
    bool any_order = false;              ///< DATA INs are sent as they are complete
    bool waited_for_room = false;        ///< the RTT to come has been counted
    bool waited_for_rtt = false;
  };
  struct Rtt {
    Index command;
    std::uint32_t offset;
    std::uint32_t length;
    std::uint32_t blocks;  ///< room reserved in the write buffer
  };
};

}  // namespace icesim
