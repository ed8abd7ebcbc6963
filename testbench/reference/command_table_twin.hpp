// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/upiu.hpp"
#include "icesim/spec/utrd.hpp"
#include "models/train.hpp"

#include <cstdint>
#include <vector>

namespace icesim::twin {

/// What the controller holds of the command of one tag.
struct TableEntry {
  bool active = false;     ///< taken by a fetch unit, and not ended
  bool sent = false;       ///< its COMMAND lies in the transmit buffer
  bool ended = false;      ///< what ends it has been received
  std::uint32_t life = 0;  ///< counts the commands of this tag
  Utrd utrd;
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
    Train ready;               ///< when the bytes of header and data are in the buffer
    bool cancelled = false;    ///< the place was given back: the command could not be carried out
  };
  std::vector<Entry> entries;
};

}  // namespace icesim::twin
