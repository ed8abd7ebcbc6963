// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"

#include <cstdint>

namespace icesim {

enum class Operation : std::uint8_t { read, write, flush, discard };

/// Identity of an encryption key, 32 bits; `no_key` marks metadata, flush and discard.
using KeyId = std::uint32_t;
inline constexpr KeyId no_key = 0;
inline constexpr std::uint16_t unknown_keyslot = 0xffff;

/// One request of a trace: what reached the block layer's issue point, before icesim's own driver sees it.
struct IoRequest {
  enum Flag : std::uint8_t {
    sync = 1,          ///< rwbs S
    metadata = 2,      ///< rwbs M
    fua = 4,           ///< rwbs F after the operation
    preflush = 8,      ///< rwbs F before the operation
    readahead = 16,    ///< rwbs A
    continuation = 32, ///< split off the record before it, because its key differs
    has_dun = 64,      ///< `dun` was recorded; otherwise the driver derives it from the address
  };

  Picoseconds time{};        ///< arrival, from the start of the trace
  Bytes offset{};            ///< address on the device
  Bytes length{};            ///< 0 for a flush
  std::uint64_t inode = 0;   ///< 0: unknown or metadata
  Dun dun{};                 ///< of the first data unit, in units of 4096 bytes
  KeyId key = no_key;
  std::uint32_t process = 0; ///< thread that issued it
  std::uint32_t policy = 0;  ///< encryption policy (user or system directory), 0: unknown
  Operation operation = Operation::read;
  std::uint8_t flags = 0;
  std::uint16_t keyslot = unknown_keyslot;  ///< 0..255, of the recorded system
  std::uint64_t record = 0;  ///< number in its trace, from 1; given when it is replayed
};

/// A stream of requests in order of time.
class RequestSource {
 public:
  virtual ~RequestSource() = default;
  /// Fills `request` and returns true, or returns false at the end. Throws UserError on malformed input.
  virtual bool next(IoRequest& request) = 0;
};

}  // namespace icesim
