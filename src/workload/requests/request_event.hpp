// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/file_listener.hpp"
#include "icesim/workload/io_request.hpp"

#include <cstdint>
#include <limits>
#include <string_view>

namespace icesim {

/// What a reader decodes from one line, record or packet: a request that is issued, put back or completed.
struct RequestEvent {
  static constexpr std::uint32_t no_tag = std::numeric_limits<std::uint32_t>::max();
  /// Length of a completion that tells none: it is of all that is left.
  static constexpr Bytes all_that_is_left{std::numeric_limits<std::uint64_t>::max()};

  BlockDevice device;
  std::uint64_t nanoseconds = 0;  ///< by the trace's own clock
  std::string_view word;          ///< its rwbs word; empty: named by its flags
  IoRequest request;              ///< operation, flags, address, length, process
  bool known = true;              ///< false: neither read, write, flush nor discard
  bool has_unknown_flags = false; ///< its rwbs word has letters that are not Linux's
  std::uint32_t tag = no_tag;     ///< by which the device tells its commands apart

  /// Sets operation, flags, address and length from a rwbs word and sectors of 512 bytes; false when they make no
  /// sense.
  bool set(std::string_view rwbs, std::uint64_t sector, std::uint64_t sectors);
};

}  // namespace icesim
