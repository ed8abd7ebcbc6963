// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/heading.hpp"

#include "src/workload/bytes/gzip_bytes.hpp"
#include "src/workload/bytes/line_end_bytes.hpp"
#include "src/workload/readers/ftrace_reader.hpp"

#include <algorithm>

namespace icesim {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

bool has_only_carriage_returns(std::string_view head) {
  return head.find('\r') != std::string_view::npos && head.find('\n') == std::string_view::npos &&
         head.find('\0') == std::string_view::npos;
}

bool is_plain(char c) { return static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Where the line behind the line `TRACE:` begins, which ends what atrace says before its trace; 0 when there is none.
std::size_t behind_atrace_heading(std::string_view head) {
  constexpr std::string_view mark = "TRACE:";
  for (std::size_t at = head.find(mark); at != std::string_view::npos; at = head.find(mark, at + 1)) {
    if (at > 0 && head[at - 1] != '\n') continue;
    if (!std::all_of(head.begin(), head.begin() + static_cast<std::ptrdiff_t>(at), is_plain)) return 0;
    std::size_t end = at + mark.size();
    while (end < head.size() && head[end] == '\r') ++end;
    if (end < head.size() && head[end] == '\n') return end + 1;
  }
  return 0;
}

/// zlib's header: deflate with a window of 32 KiB, and a checksum of the two bytes.
bool is_zlib(std::string_view text) {
  return text.size() > 1 && text[0] == 'x' &&
         (static_cast<unsigned char>(text[0]) * 256u + static_cast<unsigned char>(text[1])) % 31 == 0;
}

/// How much stands before ftrace text of which atrace says nothing.
std::size_t heading_size(std::string_view head) {
  const std::size_t title = head.find("\n# tracer:");
  return title == std::string_view::npos ? 0 : title + 1;
}

}  // namespace

std::unique_ptr<PeekBytes> without_heading(std::unique_ptr<PeekBytes> bytes) {
  if (bytes->head().substr(0, byte_order_mark.size()) == byte_order_mark) bytes->skip(byte_order_mark.size());
  if (has_only_carriage_returns(bytes->head())) {
    bytes = std::make_unique<PeekBytes>(std::make_unique<LineEndBytes>(std::move(bytes)));
  }
  const std::string_view head = bytes->head();
  // Pages and JSON hold ftrace text, but are none.
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || std::string_view("<{[").find(head[first]) != std::string_view::npos ||
      FtraceReader::recognises(head)) {
    return bytes;
  }
  const std::size_t atrace = behind_atrace_heading(head);
  if (atrace > 0 && is_zlib(head.substr(atrace))) {
    bytes->skip(atrace);
    return std::make_unique<PeekBytes>(std::make_unique<GzipBytes>(std::move(bytes)));
  }
  bytes->blank(std::max(atrace, heading_size(head)));
  return bytes;
}

}  // namespace icesim
