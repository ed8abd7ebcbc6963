// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/iolog_reader.hpp"

#include "src/workload/text/cursor.hpp"

#include <algorithm>

namespace icesim {
namespace {

constexpr std::string_view head_v2 = "fio version 2 iolog";
constexpr std::string_view head_v3 = "fio version 3 iolog";
constexpr std::size_t most_files = 4096;
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 62;
constexpr std::uint64_t most_microseconds = std::uint64_t{1} << 50;

/// Above the kernel nothing is issued again.
TraceOptions adapted(TraceOptions options) {
  if (!options.reissue_window) options.reissue_window = Picoseconds{};
  return options;
}

std::string_view word(Cursor& at) {
  std::string_view text;
  if (!at.until(' ', text)) {
    text = at.rest();
    at = Cursor("");
  }
  return text;
}

}  // namespace

IologReader::IologReader(std::unique_ptr<ByteSource> bytes, const TraceOptions& options)
    : lines_(std::move(bytes), options.keep_going),
      requests_("iolog", Completions::absent, adapted(options),
                [this](std::string_view what) { lines_.fail(what); }) {
  std::string_view first;
  if (!lines_.next(first) || (first != head_v2 && first != head_v3)) lines_.fail("the first line is not that of an iolog");
  version_ = first == head_v2 ? 2 : 3;
}

bool IologReader::recognises(std::string_view head) {
  const std::string_view start = head.substr(0, head_v2.size());
  return start == head_v2 || start == head_v3;
}

/// Reads `[TIME] FILE ACTION [OFFSET LENGTH]`; false when it is none.
bool IologReader::parse(std::string_view line, RequestEvent& event, bool& is_request) {
  Cursor at(line);
  std::uint64_t microseconds = waited_;
  if (version_ == 3 && !(at.number(microseconds) && at.literal(' '))) return false;
  if (microseconds > most_microseconds) return false;
  const std::string_view file = word(at);
  const std::string_view action = word(at);
  is_request = false;
  const auto known = files_.find(file);
  if (at.at_end()) {
    if (action == "add" && known == files_.end() && files_.size() < most_files) {
      files_.emplace(file, static_cast<std::uint32_t>(files_.size()));
    }
    return !file.empty() && (action == "add" || action == "open" || action == "close");
  }
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  if (!at.number(offset) || !at.literal(' ') || !at.number(length) || !at.at_end()) return false;
  if (offset > most_bytes || length > most_bytes) return false;
  if (version_ == 2 && action == "wait") {
    waited_ += std::min(offset, most_microseconds);
    return true;
  }
  if (action == "read")
    event.request.operation = Operation::read;
  else if (action == "write")
    event.request.operation = Operation::write;
  else if (action == "trim")
    event.request.operation = Operation::discard;
  else if (action == "sync" || action == "datasync")
    event.request.operation = Operation::flush;
  else
    return false;
  // The name must have been added.
  if (known == files_.end()) return false;
  if (event.request.operation != Operation::flush) {
    event.request.offset = Bytes{offset};
    event.request.length = Bytes{length};
  }
  event.device = {0, known->second};
  event.nanoseconds = microseconds * 1'000;
  is_request = true;
  return true;
}

bool IologReader::next(IoRequest& request) {
  std::string_view line;
  while (lines_.next(line)) {
    if (line.empty()) continue;
    RequestEvent event;
    bool is_request = false;
    if (!parse(line, event, is_request)) {
      lines_.refuse("not a line of an iolog", "allowed is [TIME] FILE ACTION [OFFSET LENGTH] of a file that was added",
                    requests_.info().skipped_lines);
    } else if (is_request && requests_.issue(event, request)) {
      return true;
    }
  }
  requests_.finish("it has no read, write, trim or sync");
  return false;
}

}  // namespace icesim
