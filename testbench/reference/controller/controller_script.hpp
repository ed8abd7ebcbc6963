// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/utrd.hpp"

#include <cstdint>
#include <ostream>
#include <vector>

namespace icesim::twin {

/// How many keyslots software uses, when there are so many: the first ones and the last.
inline constexpr std::uint64_t keyslots_in_use = 4;

inline std::uint64_t used_keyslot(std::uint64_t index, std::uint64_t num_keyslots) {
  return index + 1 < keyslots_in_use ? index : num_keyslots - 1;
}

/// What is wrong with the descriptors of a command.
enum class Defect : std::uint8_t {
  none,
  reserved_bits,
  no_prdt,
  response_too_short,
  body_outside,
  wrong_tag,
  bad_entry,
  buffer_too_small,
  no_key,
  nullified,  ///< in a queue: an entry before it is
  count
};

/// What the device sends next for a command.
struct DeviceStep {
  enum class Kind : std::uint8_t {
    piece,
    wrong_piece,
    wrong_direction,
    response,
    long_response,
    reject,
    unknown,
    count
  };
  Kind kind = Kind::piece;
  std::uint64_t gap = 0;    ///< bus cycles / 8 since the step before, or since its COMMAND
  std::uint64_t lead = 1;   ///< from the announcement to the first frame
  std::uint64_t bytes = 0;  ///< of a piece, cut to what is left of the buffer
  std::uint64_t frame = 256;
  std::uint64_t frame_gap = 0;
};

/// What software does next.
struct SoftwareStep {
  enum class Kind : std::uint8_t {
    command,
    read,
    clear_status,
    enable_interrupts,
    uic,
    program,
    clear,
    task,
    clear_task,
    link_event,
    list,
    reset,
    count
  };
  Kind kind = Kind::command;
  std::uint64_t gap = 0;    ///< bus cycles / 8 since the step before
  std::uint64_t delay = 0;  ///< of the posted access, in bus cycles / 8
  std::uint64_t value = 0;  ///< register, mask, keyslot or number of a task
  // a command
  std::uint64_t tag = 0;
  bool with_next = false;  ///< its doorbell is rung by the write that rings the next one's
  /// Not 0: its doorbell takes effect so many cycles less 3 behind the next end of a fetch, when one is to come.
  std::uint64_t aim = 0;
  DataDirection direction = DataDirection::none;
  std::uint64_t entries = 1;
  std::uint64_t entry_bytes = 4096;
  std::uint64_t expected = 0;  ///< in 16ths of the buffer
  bool crypto = false;
  std::uint64_t keyslot = 0;
  std::uint64_t dun = 0;
  bool interrupt = true;
  Defect defect = Defect::none;
  std::vector<DeviceStep> device;
};

inline void showValue(const DeviceStep& s, std::ostream& out) {
  out << "{kind " << int(s.kind) << " gap " << s.gap << " lead " << s.lead << " bytes " << s.bytes << " frame "
      << s.frame << " frame_gap " << s.frame_gap << "}";
}
inline void showValue(const SoftwareStep& s, std::ostream& out) {
  out << "\n  {kind " << int(s.kind) << " gap " << s.gap << " delay " << s.delay << " value " << s.value;
  if (s.kind == SoftwareStep::Kind::command) {
    out << " tag " << s.tag << " with_next " << s.with_next << " aim " << s.aim << " direction " << int(s.direction)
        << " entries " << s.entries << " of " << s.entry_bytes << " expected " << s.expected << " crypto " << s.crypto
        << " keyslot " << s.keyslot << " dun " << s.dun << " interrupt " << s.interrupt << " defect " << int(s.defect)
        << " device [";
    for (const DeviceStep& each : s.device) showValue(each, out);
    out << "]";
  }
  out << "}";
}

}  // namespace icesim::twin
