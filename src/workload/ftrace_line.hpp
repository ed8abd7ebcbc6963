// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

namespace icesim::ftrace {

/// `comm-pid (tgid) [cpu] flags seconds.fraction: event: payload` (spec 5.1).
struct Line {
  std::uint64_t nanoseconds = 0;
  std::uint32_t process = 0;
  std::string_view event;
  std::string_view payload;
};

/// Splits an event line; comm may hold spaces, dashes, colons and brackets. Returns false when it is none.
bool parse_line(std::string_view text, Line& line);

/// True for lines that carry no event: comments, blank lines, trace-cmd's head, stack traces.
bool is_comment(std::string_view text);

/// `CPU:1 [LOST 123 EVENTS]`, trace-cmd's `CPU:1 [123 EVENTS DROPPED]` or without number: sets `lost`.
bool parse_lost_events(std::string_view text, std::uint64_t& lost);

struct Device {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  friend bool operator==(Device a, Device b) { return a.major == b.major && a.minor == b.minor; }
};

bool parse_device(std::string_view text, Device& device);

/// Payload of block_rq_issue and block_rq_complete, with or without ioprio (spec 5.2).
struct BlockEvent {
  Device device;
  std::string_view rwbs;
  std::uint64_t sector = 0;
  std::uint64_t sectors = 0;
};

bool parse_issue(std::string_view payload, BlockEvent& event);
bool parse_complete(std::string_view payload, BlockEvent& event);

/// Payload of f2fs_submit_{page,folio}_{write,bio}: a block of the device belongs to this page of a file (spec 5.4).
struct OwnerEvent {
  Device device;
  std::uint64_t inode = 0;
  std::uint64_t page = 0;
  std::uint64_t block = 0;
  bool data = false;  ///< false: node or metadata of the file system
};

bool is_owner_event(std::string_view event);
bool parse_owner(std::string_view payload, OwnerEvent& event);

}  // namespace icesim::ftrace
