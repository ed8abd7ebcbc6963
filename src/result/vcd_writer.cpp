// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/vcd_writer.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>
#include <tuple>

namespace icesim {
namespace {

constexpr std::size_t smallest_batch = 1 << 16;

/// The shortest name of printable characters for a signal's index.
std::string code_of(std::size_t index) {
  constexpr std::size_t first = '!', count = '~' - '!' + 1;
  std::string code;
  do {
    code.push_back(static_cast<char>(first + index % count));
    index /= count;
  } while (index-- > 0);
  return code;
}

}  // namespace

bool VcdWriter::Change::operator<(const Change& other) const {
  return std::tie(at, signal, order) < std::tie(other.at, other.signal, other.order);
}

VcdWriter::VcdWriter(OutputFile& file, TimeWindow window, std::string_view version)
    : file_(file), window_(window), version_(version), enough_(smallest_batch) {}

void VcdWriter::declare(const std::vector<Signal>& signals) {
  ensure(states_.empty(), "signals are declared once");
  file_.write("$version " + version_ + " $end\n$timescale 1 ps $end\n$scope module icesim $end\n");
  std::string scope;
  for (const Signal& signal : signals) {
    ensure(signal.width >= 1 && signal.width <= 64, "a signal has 1 to 64 bits");
    if (signal.scope != scope) {
      file_.write((scope.empty() ? "" : "$upscope $end\n") + ("$scope module " + signal.scope) + " $end\n");
      scope = signal.scope;
    }
    State state;
    state.width = signal.width;
    state.code = code_of(states_.size());
    file_.write("$var wire " + std::to_string(signal.width) + " " + state.code + " " + signal.name +
                (signal.width > 1 ? " [" + std::to_string(signal.width - 1) + ":0]" : "") + " $end\n");
    states_.push_back(state);
  }
  file_.write(std::string(scope.empty() ? "" : "$upscope $end\n") + "$upscope $end\n$enddefinitions $end\n");
}

void VcdWriter::change(std::size_t signal, Picoseconds at, std::uint64_t value) {
  add({at, ++order_, value, static_cast<std::uint32_t>(signal), false});
}

void VcdWriter::hide(std::size_t signal, Picoseconds at) {
  add({at, ++order_, 0, static_cast<std::uint32_t>(signal), true});
}

void VcdWriter::add(const Change& change) {
  State& state = states_[change.signal];
  if (change.at > window_.to) return;
  ensure(change.at >= written_, "no signal changes in the past");
  if (change.at > window_.from) {
    pending_.push_back(change);
  } else if (!(change < state.first)) {
    state.first = change;
  }
}

void VcdWriter::settle(Picoseconds now) {
  if (pending_.size() < enough_ || now <= written_) return;
  write_before(now);
  enough_ = std::max(smallest_batch, 2 * pending_.size());
}

void VcdWriter::end(Picoseconds at) {
  ended_ = true;
  const Picoseconds last = std::min(at, window_.to);
  if (last >= window_.from) {
    write_before(last + Picoseconds{last.n == ~std::uint64_t{0} ? 0u : 1u});
    write_beginning();
    if (last != time_) write_time(last);
  }
  pending_.clear();
}

void VcdWriter::write_before(Picoseconds end) {
  if (end <= window_.from) return;
  write_beginning();
  std::sort(pending_.begin(), pending_.end());
  auto next = pending_.begin();
  while (next != pending_.end() && next->at < end) {
    const Change& change = *next++;
    // Only the last one told of a signal and a time counts.
    if (next != pending_.end() && next->at == change.at && next->signal == change.signal) continue;
    State& state = states_[change.signal];
    if (state.value == change.value && state.hidden == change.hidden) continue;
    state.value = change.value;
    state.hidden = change.hidden;
    if (change.at != time_) write_time(change.at);
    write_value(state);
  }
  pending_.erase(pending_.begin(), next);
  written_ = end;
}

/// The values at the beginning of the window, for which all changes up to then must have been told.
void VcdWriter::write_beginning() {
  if (begun_) return;
  begun_ = true;
  write_time(window_.from);
  file_.write("$dumpvars\n");
  for (State& state : states_) {
    state.value = state.first.value;
    state.hidden = state.first.hidden;
    write_value(state);
  }
  file_.write("$end\n");
}

void VcdWriter::write_value(const State& state) {
  line_.clear();
  if (state.width > 1) line_ = "b";
  if (state.hidden) {
    line_ += 'x';
  } else {
    unsigned bit = state.width;
    while (bit > 1 && (state.value >> (bit - 1) & 1) == 0) --bit;  // leading zeros may be left out
    while (bit-- > 0) line_ += (state.value >> bit & 1) != 0 ? '1' : '0';
  }
  if (state.width > 1) line_ += ' ';
  line_.append(state.code).push_back('\n');
  file_.write(line_);
}

void VcdWriter::write_time(Picoseconds at) {
  time_ = at;
  file_.write("#" + std::to_string(at.n) + "\n");
}

}  // namespace icesim
