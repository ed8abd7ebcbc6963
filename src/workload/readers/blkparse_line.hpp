// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/readers/ftrace_line.hpp"

#include <cstdint>
#include <string_view>

namespace icesim::blkparse {

/// A line of blkparse(1) with its default format: device, CPU, number, time, pid, action, rwbs, then what the action has.
struct Line {
  BlockDevice device;
  std::uint32_t cpu = 0;
  std::uint64_t sequence = 0;
  std::uint64_t nanoseconds = 0;
  std::uint32_t process = 0;
  std::string_view action;
  std::string_view rwbs;
  std::uint64_t sector = 0;   ///< 0 when the line has none
  std::uint64_t sectors = 0;
  std::string_view comm;  ///< of an issue; empty: not told
};

/// Splits a line; false when it is none.
bool parse_line(std::string_view text, Line& line);

/// True for what begins the summary behind the last event, and for the messages in front of the first.
bool is_summary(std::string_view text);

}  // namespace icesim::blkparse
