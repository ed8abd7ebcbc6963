// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/file_listener.hpp"

#include <cstdint>
#include <string_view>

namespace icesim::ftrace {

/// `comm-pid (tgid) [cpu] flags seconds.fraction: event: payload` [trace-ftrace].
struct Line {
  std::uint64_t nanoseconds = 0;
  std::uint32_t process = 0;
  std::string_view comm;  ///< empty where the kernel had forgotten it (<...>)
  std::string_view event;
  std::string_view payload;
};

/// Splits an event line; comm may hold spaces, dashes, colons and brackets. Returns false when it is none.
bool parse_line(std::string_view text, Line& line);

/// True for lines that carry no event: comments, blank lines, trace-cmd's head, stack traces.
bool is_comment(std::string_view text);

/// `CPU:1 [LOST 123 EVENTS]`, trace-cmd's `CPU:1 [123 EVENTS DROPPED]` or without number: sets `lost`.
bool parse_lost_events(std::string_view text, std::uint64_t& lost);

/// Payload of block_rq_issue and block_rq_complete, with or without ioprio [trace-block-events].
struct BlockEvent {
  BlockDevice device;
  std::string_view rwbs;
  std::uint64_t sector = 0;
  std::uint64_t sectors = 0;
  std::string_view comm;  ///< of who issues; completions have none
};

bool parse_issue(std::string_view payload, BlockEvent& event);
bool parse_complete(std::string_view payload, BlockEvent& event);
/// Payload of block_bio_queue and block_getrq.
bool parse_bio(std::string_view payload, BlockEvent& event);

}  // namespace icesim::ftrace
