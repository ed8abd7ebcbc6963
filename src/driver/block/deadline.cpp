// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/deadline.hpp"

#include <algorithm>

namespace icesim {

Deadline::Deadline(const DeadlineConfig& config, const RequestLimits& limits, std::vector<Request>& requests)
    : config_(config), limits_(limits), requests_(requests) {
  for (const Direction direction : {reads, writes}) {
    places_[direction].reserve(requests.size());
    fifo_[direction].reserve(requests.size());
  }
  ends_.reserve(requests.size());
  taken_in_.reserve(requests.size());
}

std::uint32_t Deadline::merge(const Bio& bio) {
  taken_in_.clear();
  const Match match = find(bio);
  if (match.where == Merge::none) return no_index;
  Request& request = requests_[match.number];
  // Where a request lies in the order until the merge is done.
  auto& places = places_[direction_of(request)];
  const std::size_t place = place_of(match.number, request.lba.n);
  if (!take(request, bio, match.where, limits_)) {
    if (!request.may_merge && last_merge_ == match.number) last_merge_ = no_index;
    return no_index;
  }
  ++statistics_.merges;
  if (match.where == Merge::back) {
    if (place + 1 < places.size() && may_append(request, requests_[places[place + 1].number], limits_)) {
      take_in(match.number, places[place + 1].number);
      return match.number;
    }
    remove_end(match.number);
    add_end(match.number);
  } else {
    if (place > 0 && may_append(requests_[places[place - 1].number], request, limits_)) {
      const std::uint32_t front = places[place - 1].number;
      places[place].block = request.lba.n;
      take_in(front, match.number);
      return match.number;
    }
    places.erase(places.begin() + static_cast<std::ptrdiff_t>(place));
    add_place(match.number);
  }
  last_merge_ = match.number;
  return match.number;
}

/// Linux: elv_merge.
Deadline::Match Deadline::find(const Bio& bio) const {
  if (!may_merge(bio)) return {};
  if (last_merge_ != no_index && may_join(requests_[last_merge_], bio)) {
    const Merge where = touches(requests_[last_merge_], bio);
    if (where != Merge::none) return {last_merge_, where};
  }
  if (const std::uint32_t number = ends_at(bio.lba.n); number != no_index && may_join(requests_[number], bio))
    return {number, Merge::back};
  return config_.front_merges ? find_behind(bio) : Match{};
}

/// Linux: dd_request_merge.
Deadline::Match Deadline::find_behind(const Bio& bio) const {
  const auto& places = places_[bio.io.operation == Operation::read ? reads : writes];
  const std::uint64_t end = bio.lba.n + bio.blocks;
  const auto at = std::lower_bound(places.begin(), places.end(), end,
                                   [](const Place& place, std::uint64_t block) { return place.block < block; });
  if (at == places.end() || at->block != end || !may_join(requests_[at->number], bio)) return {};
  return {at->number, Merge::front};
}

/// The request changed last of those that may still merge and end there (Linux: elv_rqhash_find).
std::uint32_t Deadline::ends_at(std::uint64_t block) const {
  for (std::size_t i = ends_.size(); i-- > 0;)
    if (ends_[i].block == block && requests_[ends_[i].number].may_merge) return ends_[i].number;
  return no_index;
}

void Deadline::insert(std::uint32_t number, Picoseconds now) {
  taken_in_.clear();
  const Request& request = requests_[number];
  if (request.may_merge) {
    // Linux: elv_attempt_insert_merge.
    if (last_merge_ != no_index && may_append(requests_[last_merge_], request, limits_))
      return take_in(last_merge_, number);
    for (std::uint32_t merging = number;;) {
      const std::uint32_t before = ends_at(requests_[merging].lba.n);
      if (before == no_index || !may_append(requests_[before], requests_[merging], limits_)) break;
      take_in(before, merging);
      merging = before;
    }
    if (!taken_in_.empty()) return;
  }
  add_place(number);
  if (request.may_merge) {
    add_end(number);
    if (last_merge_ == no_index) last_merge_ = number;
  }
  const Direction direction = direction_of(request);
  fifo_[direction].push_back({now + (direction == reads ? config_.read_expire : config_.write_expire), number});
}

/// Linux: attempt_merge, elv_merge_requests, dd_merged_requests.
void Deadline::take_in(std::uint32_t into, std::uint32_t gone) {
  append(requests_[into], requests_[gone]);
  auto& fifo = fifo_[direction_of(requests_[into])];
  const auto turn_of = [&fifo](std::uint32_t number) {
    return std::find_if(fifo.begin(), fifo.end(), [number](const Turn& turn) { return turn.number == number; });
  };
  const auto theirs = turn_of(gone), ours = turn_of(into);
  if (theirs != fifo.end() && ours != fifo.end() && theirs->expires < ours->expires) {
    theirs->number = into;
    fifo.erase(ours);
  }
  remove(gone);
  remove_end(into);
  add_end(into);
  last_merge_ = into;
  ++statistics_.request_merges;
  taken_in_.push_back({into, gone});
}

void Deadline::add_place(std::uint32_t number) {
  auto& places = places_[direction_of(requests_[number])];
  const std::uint64_t block = requests_[number].lba.n;
  places.insert(std::upper_bound(places.begin(), places.end(), block,
                                 [](std::uint64_t b, const Place& place) { return b < place.block; }),
                {block, number});
}

/// Where a request with that address stands; behind all when it is not there.
std::size_t Deadline::place_of(std::uint32_t number, std::uint64_t block) const {
  const auto& places = places_[direction_of(requests_[number])];
  auto at = std::lower_bound(places.begin(), places.end(), block,
                             [](const Place& place, std::uint64_t b) { return place.block < b; });
  while (at != places.end() && at->block == block && at->number != number) ++at;
  if (at == places.end() || at->number != number) return places.size();
  return static_cast<std::size_t>(at - places.begin());
}

void Deadline::add_end(std::uint32_t number) {
  ends_.push_back({requests_[number].lba.n + requests_[number].blocks, number});
}

void Deadline::remove_end(std::uint32_t number) {
  const auto at =
      std::find_if(ends_.begin(), ends_.end(), [number](const Place& end) { return end.number == number; });
  if (at != ends_.end()) ends_.erase(at);
}

void Deadline::remove(std::uint32_t number) {
  const Direction direction = direction_of(requests_[number]);
  auto& places = places_[direction];
  if (const std::size_t place = place_of(number, requests_[number].lba.n); place < places.size())
    places.erase(places.begin() + static_cast<std::ptrdiff_t>(place));
  auto& fifo = fifo_[direction];
  const auto turn =
      std::find_if(fifo.begin(), fifo.end(), [number](const Turn& each) { return each.number == number; });
  if (turn != fifo.end()) fifo.erase(turn);
  remove_end(number);
  if (last_merge_ == number) last_merge_ = no_index;
}

/// The first request at or behind the last address given out (Linux: deadline_from_pos), or no_index.
std::uint32_t Deadline::next_of(Direction direction) const {
  const auto& places = places_[direction];
  const auto at = std::lower_bound(places.begin(), places.end(), latest_[direction],
                                   [](const Place& place, std::uint64_t block) { return place.block < block; });
  return at == places.end() ? no_index : at->number;
}

std::uint32_t Deadline::dispatch(Picoseconds now) {
  if (const std::uint32_t number = first_.first(); number != no_index) {
    first_.pop(requests_);
    latest_[direction_of(requests_[number])] = requests_[number].lba.n;
    return number;
  }
  if (const std::uint32_t next = next_of(direction_); next != no_index && batching_ < config_.fifo_batch)
    return give_out(next);
  if (empty()) return no_index;
  direction_ = reads;
  if (fifo_[reads].empty() || (!fifo_[writes].empty() && starved_++ >= config_.writes_starved)) {
    starved_ = 0;
    direction_ = writes;
  }
  batching_ = 0;
  ++statistics_.batches;
  std::uint32_t first = next_of(direction_);
  const bool too_old = expired(direction_, now);
  if (too_old) ++statistics_.expired;
  if (too_old || first == no_index) first = fifo_[direction_].front().number;
  return give_out(first);
}

std::uint32_t Deadline::give_out(std::uint32_t number) {
  ++batching_;
  latest_[direction_] = requests_[number].lba.n;
  remove(number);
  return number;
}

}  // namespace icesim
