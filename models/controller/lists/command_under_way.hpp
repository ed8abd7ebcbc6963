// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/bytes.hpp"
#include "icesim/spec/prdt_crypto.hpp"
#include "icesim/spec/upiu.hpp"
#include "icesim/spec/utrd.hpp"
#include "models/base/ports.hpp"
#include "models/controller/lists/queue_file.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace icesim {

/// What 128-byte entries say of a command.
struct Pages {
  std::vector<LongDun> duns;
  CommandKey key;
  Keyslot keyslot{};
  ~Pages() { wipe(); }

  void wipe() { wipe_bytes(key.bytes.data(), key.bytes.size()); }
};

/// A command that a fetch unit has taken, until its end.
struct CommandUnderWay {
  bool active = false;
  bool sent = false;      ///< its COMMAND is on its way, and its keyslot in use
  bool finished = false;  ///< its end is known, and comes
  Picoseconds leaves{};    ///< when its COMMAND may leave; what comes sooner is another's
  Picoseconds end_seen{};  ///< when what ends it is seen
  std::uint32_t life = 0;  ///< counts the commands under this tag, so that the end of a cleared one is known as stale
  std::uint8_t queue = Pending::no_queue;  ///< that it was submitted to
  Utrd utrd;
  Bytes expected{};
  Bytes buffer{};   ///< bytes that the PRDT describes
  Bytes done{};     ///< bytes moved so far
  std::vector<PrdtEntry> prdt;
  UpiuHeader request{};
  std::array<std::byte, ucd::response_size> response{};
  std::size_t response_size = 0;
  Ocs ocs = Ocs::invalid;
  bool engine_failed = false;  ///< for good: its end is told as a fatal error
  std::unique_ptr<Pages> pages;  ///< with 128-byte entries

  /// Has room for what the longest PRDT says, so that no command allocates.
  void make_room(PrdtFormat format) {
    prdt.reserve(ucd::max_prdt_entries);
    if (format == PrdtFormat::standard) return;
    pages = std::make_unique<Pages>();
    pages->duns.reserve(ucd::max_prdt_entries);
  }
};

}  // namespace icesim
