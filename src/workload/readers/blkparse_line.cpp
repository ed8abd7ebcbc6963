// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/blkparse_line.hpp"

#include "src/workload/text/cursor.hpp"

namespace icesim::blkparse {
namespace {

constexpr std::string_view digits = "0123456789";

bool parse_time(Cursor& at, std::uint64_t& nanoseconds) {
  std::uint64_t seconds = 0;
  std::uint64_t fraction = 0;
  constexpr std::uint64_t most_seconds = 10'000'000'000;
  if (!at.number(seconds) || seconds > most_seconds || !at.literal('.')) return false;
  const std::size_t before = at.rest().size();
  if (!at.number(fraction) || before - at.rest().size() != 9) return false;
  nanoseconds = seconds * 1'000'000'000 + fraction;
  return true;
}

/// What follows rwbs: `SECTOR + SECTORS ...`, `SECTOR [error]`, or something without address.
void parse_extent(Cursor& at, Line& line) {
  line.sector = 0;
  line.sectors = 0;
  std::uint64_t sector = 0;
  if (!at.number(sector)) return;
  if (at.literal(" + ") && at.number(line.sectors)) {
    line.sector = sector;
  } else if (at.literal(" [")) {
    line.sector = sector;
  }
}

/// `[COMM]` ends the line; blkparse writes (null) for a process that nothing named, and a completion has its error
/// there.
std::string_view comm_of(std::string_view rest) {
  const std::size_t open = rest.find('[');
  if (open == std::string_view::npos || rest.back() != ']') return {};
  const std::string_view comm = rest.substr(open + 1, rest.size() - open - 2);
  return comm == "(null)" ? std::string_view() : comm;
}

bool word(Cursor& at, std::string_view& out) { return at.until(' ', out) && !out.empty() && (at.spaces(), true); }

}  // namespace

bool parse_line(std::string_view text, Line& line) {
  Cursor at(text);
  at.spaces();
  if (!at.number(line.device.major) || !at.literal(',') || !at.number(line.device.minor) || !at.spaces() ||
      !at.number(line.cpu) || !at.spaces() || !at.number(line.sequence) || !at.spaces() ||
      !parse_time(at, line.nanoseconds) || !at.spaces() || !at.number(line.process) || !at.spaces() ||
      !word(at, line.action) || !word(at, line.rwbs)) {
    return false;
  }
  line.comm = line.action == "D" ? comm_of(at.rest()) : std::string_view();
  parse_extent(at, line);
  return true;
}

bool is_summary(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  return first == std::string_view::npos || digits.find(text[first]) == std::string_view::npos;
}

}  // namespace icesim::blkparse
