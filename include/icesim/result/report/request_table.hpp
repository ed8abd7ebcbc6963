// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// What a report needs of a request.
struct LoggedRequest {
  enum class Operation : std::uint8_t { read, write, flush, discard, other };

  Picoseconds arrived{};
  Picoseconds ended{};
  Picoseconds latency{};
  /// When it had its keyslot, before the key was programmed: the end of the stages that come before.
  Picoseconds took_keyslot{};
  std::uint64_t key = 0;  ///< 0: none
  std::uint32_t keyslot = 0;
  bool has_keyslot = false;
  bool failed = false;
  Operation operation = Operation::other;
};

/// A request log, read back: what RequestLog wrote, whatever other columns there are and in whatever order.
///
/// Throws UserError "FILE:LINE: ..." on what is no request log.
std::vector<LoggedRequest> read_request_log(std::string_view csv, const std::string& file);

}  // namespace icesim
