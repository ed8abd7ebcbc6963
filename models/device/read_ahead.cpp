// SPDX-License-Identifier: Apache-2.0
#include "models/device/read_ahead.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim {
namespace {
std::uint32_t blocks_between(Lba first, Lba end) { return static_cast<std::uint32_t>((end - first).n); }
}  // namespace

ReadAhead::ReadAhead(const ReadAheadConfig& config, std::uint64_t capacity_blocks, ReadAheadClient& client)
    : capacity_(capacity_blocks),
      ahead_(config.blocks()),
      client_(client),
      streams_(config.read_ahead_streams),
      flights_(config.flights()) {
  for (auto index = static_cast<std::uint32_t>(flights_.size()); index > 0; --index) free_.push_back(index - 1);
}

ReadAhead::Stream* ReadAhead::find(Lba first) {
  for (Stream& each : streams_) {
    if (each.active && (first == each.next || (first > each.next && first < each.end))) return &each;
  }
  return nullptr;
}

/// A new stream, in the place of the one that was read longest ago.
void ReadAhead::begin(Lba end_of_read) {
  Stream& stream = *std::min_element(streams_.begin(), streams_.end(), [](const Stream& a, const Stream& b) {
    return a.active != b.active ? b.active : a.used < b.used;
  });
  end(stream);
  stream.active = true;
  stream.confirmed = false;
  stream.next = stream.end = end_of_read;
  current_ = &stream;
}

std::uint32_t ReadAhead::read(std::uint32_t command, Lba first, std::uint32_t count) {
  const Lba last = first + Lba{count};
  current_ = find(first);
  if (current_ == nullptr) {
    begin(last);
    current_->used = ++reads_;
    return count;
  }
  // 1. What lies before is skipped, what is read ahead is taken.
  Stream& stream = *current_;
  stream.confirmed = true;
  stream.used = ++reads_;
  statistics_.dropped += blocks_between(stream.next, first);
  const Lba ahead_end = std::min(last, stream.end);
  for (const std::uint32_t each : stream.flights) {
    const Lba from = std::max(first, flights_[each].first);
    const Lba to = std::min(ahead_end, flights_[each].first + Lba{flights_[each].count});
    if (from < to) take(command, each, from, blocks_between(from, to));
  }
  // 2. Both leave the memory.
  stream.next = last;
  stream.end = std::max(stream.end, last);
  const auto over = std::find_if(stream.flights.begin(), stream.flights.end(), [&](std::uint32_t each) {
    return flights_[each].first + Lba{flights_[each].count} > last;
  });
  std::for_each(stream.flights.begin(), over, [&](std::uint32_t each) { let_go(each); });
  stream.flights.erase(stream.flights.begin(), over);
  return blocks_between(std::max(first, ahead_end), last);
}

void ReadAhead::go_on() {
  Stream& stream = *current_;
  const Lba target{std::min(capacity_, stream.next.n + ahead_)};
  if (!stream.confirmed || target <= stream.end || free_.empty()) return;
  const std::uint32_t index = free_.back();
  free_.pop_back();
  Flight& flight = flights_[index];
  flight.first = stream.end;
  flight.count = flight.missing = blocks_between(stream.end, target);
  flight.kept = true;
  flight.there.assign(flight.count, false);
  stream.flights.push_back(index);
  stream.end = target;
  statistics_.blocks += flight.count;
  client_.read_ahead(index, flight.first, flight.count);
}

/// Gives a command blocks of a flight: those that are there at once, the others when they come.
void ReadAhead::take(std::uint32_t command, std::uint32_t index, Lba first, std::uint32_t count) {
  const Flight& flight = flights_[index];
  const std::uint32_t begin = blocks_between(flight.first, first);
  for (std::uint32_t i = 0, next = 0; i < count; i = next) {
    const bool there = flight.there[begin + i];
    for (next = i + 1; next < count && flight.there[begin + next] == there;) ++next;
    (there ? statistics_.hits : statistics_.waits) += next - i;
    if (there) {
      client_.found_ahead(command, first + Lba{i}, next - i);
    } else {
      waiters_.push_back({command, index, first + Lba{i}, next - i, next - i});
    }
  }
}

void ReadAhead::arrive(std::uint32_t index, Lba first, std::uint32_t count) {
  Flight& flight = flights_[index];
  ensure(count <= flight.missing, "ReadAhead: each block comes once");
  flight.missing -= count;
  std::fill_n(flight.there.begin() + blocks_between(flight.first, first), count, true);
  for (Waiter& each : waiters_) {
    const Lba from = std::max(first, each.first);
    const Lba to = std::min(first + Lba{count}, each.first + Lba{each.count});
    if (each.flight != index || from >= to) continue;
    each.left -= blocks_between(from, to);
    client_.came_ahead(each.command, from, blocks_between(from, to));
  }
  waiters_.erase(std::remove_if(waiters_.begin(), waiters_.end(), [](const Waiter& each) { return each.left == 0; }),
                 waiters_.end());
  free_if_over(index);
}

std::uint32_t ReadAhead::cancel(std::uint32_t command) {
  std::uint32_t blocks = 0;
  const auto mine = [command](const Waiter& each) { return each.command == command; };
  for (const Waiter& each : waiters_) blocks += mine(each) ? each.left : 0;
  waiters_.erase(std::remove_if(waiters_.begin(), waiters_.end(), mine), waiters_.end());
  return blocks;
}

void ReadAhead::change(Lba first, std::uint64_t count) {
  for (Stream& each : streams_) {
    if (each.active && first < each.end && first.n + count > each.next.n) end(each);
  }
}

void ReadAhead::forget() {
  for (Stream& each : streams_) end(each);
}

void ReadAhead::end(Stream& stream) {
  if (stream.active) statistics_.dropped += blocks_between(stream.next, stream.end);
  for (const std::uint32_t each : stream.flights) let_go(each);
  stream.flights.clear();
  stream.active = false;
}

void ReadAhead::let_go(std::uint32_t index) {
  flights_[index].kept = false;
  free_if_over(index);
}

void ReadAhead::free_if_over(std::uint32_t index) {
  if (!flights_[index].kept && flights_[index].missing == 0) free_.push_back(index);
}

}  // namespace icesim
