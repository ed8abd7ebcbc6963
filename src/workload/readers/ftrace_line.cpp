// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/ftrace_line.hpp"

#include "src/workload/text/cursor.hpp"

#include <algorithm>

namespace icesim::ftrace {
namespace {

constexpr std::size_t comm_width = 16;
constexpr std::size_t digits_of_nanosecond = 9;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// `1234.567890`: seconds and a fraction of up to 9 digits.
bool parse_time(Cursor& at, std::uint64_t& nanoseconds) {
  std::uint64_t seconds = 0;
  if (!is_digit(at.peek()) || !at.number(seconds) || !at.literal('.')) return false;
  std::uint64_t fraction = 0;
  const std::size_t before = at.rest().size();
  if (!is_digit(at.peek()) || !at.number(fraction)) return false;
  const std::size_t digits = before - at.rest().size();
  constexpr std::uint64_t most_seconds = 10'000'000'000;
  if (digits > digits_of_nanosecond || seconds > most_seconds) return false;
  for (std::size_t i = digits; i < digits_of_nanosecond; ++i) fraction *= 10;
  nanoseconds = seconds * 1'000'000'000 + fraction;
  return true;
}

constexpr bool is_of_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

/// `event: payload`, or perf's `system:event: payload`.
bool parse_event(Cursor& at, Line& line) {
  if (!at.until(':', line.event) || line.event.empty()) return false;
  if (is_of_name(at.peek())) {
    Cursor behind = at;
    std::string_view event;
    if (behind.until(':', event) && std::all_of(event.begin(), event.end(), is_of_name)) {
      line.event = event;
      at = behind;
    }
  }
  at.spaces();
  line.payload = at.rest();
  return true;
}

/// From the dash on: `-pid (tgid) [cpu] flags time: event: payload`.
bool parse_from_dash(std::string_view text, Line& line) {
  Cursor at(text);
  if (!at.literal('-') || !is_digit(at.peek()) || !at.number(line.process) || !at.spaces()) return false;
  std::string_view skipped;
  if (at.literal('(') && !(at.until(')', skipped) && at.spaces())) return false;
  std::uint32_t cpu = 0;
  if (!at.literal('[') || !is_digit(at.peek()) || !at.number(cpu) || !at.literal(']') || !at.spaces()) return false;
  // The flags never begin with a digit; traces without them have the time here.
  if (!is_digit(at.peek()) && !(at.until(' ', skipped) && (at.spaces() || is_digit(at.peek())))) return false;
  return parse_time(at, line.nanoseconds) && at.literal(':') && at.spaces() && parse_event(at, line);
}

/// A line of `perf script`: `comm pid [cpu] time: event: payload`, also `pid/tid`, without `[cpu]`, and with a number
/// of samples before the event.
bool parse_perf_line(std::string_view text, Line& line) {
  // The pid stands before the first blank behind which `[cpu]` or the time follows.
  for (std::size_t blank = text.find(' ', std::min(text.find_first_not_of(' '), text.size()));
       blank != std::string_view::npos; blank = text.find(' ', blank + 1)) {
    Cursor at(text.substr(blank));
    std::uint32_t cpu = 0;
    std::uint64_t samples = 0;
    if (!at.spaces() || !is_digit(at.peek()) || !at.number(line.process)) continue;
    if (at.literal('/') && !at.number(line.process)) continue;
    if (!at.spaces()) continue;
    if (at.literal('[') && !(at.number(cpu) && at.literal(']') && at.spaces())) continue;
    if (!parse_time(at, line.nanoseconds) || !at.literal(':') || !at.spaces()) continue;
    Cursor counted = at;
    if (counted.number(samples) && counted.spaces()) at = counted;
    if (!parse_event(at, line)) continue;
    line.comm = text.substr(0, blank);
    return true;
  }
  return false;
}

/// Optional ` class,hint,level` (first seen as ` class,level`) of newer kernels.
bool skip_priority(Cursor& at) {
  std::string_view priority;
  if (at.peek() == '[') return true;
  return at.until(' ', priority) && priority.find(',') != std::string_view::npos;
}

bool parse_extent(Cursor& at, BlockEvent& event) {
  return at.number(event.sector) && at.literal(" + ") && at.number(event.sectors) && at.literal(' ') &&
         skip_priority(at) && at.literal('[');
}

bool parse_start(Cursor& at, BlockEvent& event) {
  return at.number(event.device.major) && at.literal(',') && at.number(event.device.minor) && at.literal(' ') &&
         at.until(' ', event.rwbs) && !event.rwbs.empty();
}

/// A function of the stack that `perf script` prints below an event: an indented address, then its name.
bool is_perf_frame(std::string_view text, std::size_t indent) {
  constexpr std::size_t least_digits = 8;
  const std::size_t digits = std::min(text.find_first_not_of("0123456789abcdef"), text.size());
  return indent > 0 && digits >= least_digits && digits < text.size() && text[digits] == ' ';
}

/// What stands before the dash, without the kernel's padding.
std::string_view comm_of(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text == "<...>" ? std::string_view() : text;
}

}  // namespace

bool parse_line(std::string_view text, Line& line) {
  // The kernel pads comm to 16 columns, so a dash inside comm is not mistaken for the one before pid.
  if (text.size() > comm_width && text[comm_width] == '-' && parse_from_dash(text.substr(comm_width), line)) {
    line.comm = comm_of(text.substr(0, comm_width));
    return true;
  }
  // The padding is gone: the first dash that begins `-pid [cpu] ... time: event:`.
  for (std::size_t dash = text.find('-'); dash != std::string_view::npos; dash = text.find('-', dash + 1)) {
    if (!parse_from_dash(text.substr(dash), line)) continue;
    line.comm = comm_of(text.substr(0, dash));
    return true;
  }
  if (!parse_perf_line(text, line)) return false;
  line.comm = comm_of(line.comm.substr(0, line.comm.find_last_not_of(' ') + 1));
  return true;
}

bool is_comment(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos || text[first] == '#') return true;
  // trace-cmd's head, the kernel's stack traces, and the mark where a CPU's buffer begins.
  for (const std::string_view start : {"cpus=", "version = ", "CPU ", " => ", "<stack trace>"}) {
    if (text.substr(0, start.size()) == start) return true;
  }
  if (is_perf_frame(text.substr(first), first)) return true;
  return text.substr(0, 4) == "CPU:" && text.find("[SUBBUFFER START]") != std::string_view::npos;
}

bool parse_lost_events(std::string_view text, std::uint64_t& lost) {
  Cursor at(text);
  std::uint32_t cpu = 0;
  if (!at.literal("CPU:") || !at.number(cpu) || !at.literal(" [")) return false;
  if (at.literal("LOST ")) return at.number(lost) && at.literal(" EVENTS]");
  // trace-cmd does not always know how many.
  lost = 1;
  return at.literal("EVENTS DROPPED]") || (at.number(lost) && at.literal(" EVENTS DROPPED]"));
}

bool parse_issue(std::string_view payload, BlockEvent& event) {
  Cursor at(payload);
  std::uint64_t bytes = 0;
  std::string_view command;
  if (!parse_start(at, event) || !at.number(bytes) || !at.literal(" (") || !at.until(')', command) ||
      !at.literal(' ') || !parse_extent(at, event) || payload.back() != ']') {
    return false;
  }
  event.comm = at.rest().substr(0, at.rest().size() - 1);
  return true;
}

bool parse_bio(std::string_view payload, BlockEvent& event) {
  Cursor at(payload);
  return parse_start(at, event) && parse_extent(at, event);
}

bool parse_complete(std::string_view payload, BlockEvent& event) {
  Cursor at(payload);
  std::string_view command;
  std::int64_t error = 0;
  return parse_start(at, event) && at.literal('(') && at.until(')', command) && at.literal(' ') &&
         parse_extent(at, event) && at.number(error) && at.literal(']');
}

}  // namespace icesim::ftrace
