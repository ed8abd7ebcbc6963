// SPDX-License-Identifier: Apache-2.0
#include "models/device/map/device_map.hpp"

#include <algorithm>

namespace icesim {
namespace {
std::uint32_t narrow(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
}  // namespace

using State = MapCache::State;

DeviceMap::DeviceMap(const MapCacheConfig& config, std::uint64_t capacity_blocks, MapClient& client)
    : capacity_(capacity_blocks),
      entries_(narrow(config.page_entries())),
      page_blocks_(narrow(config.page_blocks())),
      pages_(narrow(config.pages(capacity_blocks))),
      prefetched_(narrow(config.map_prefetch)),
      client_(client),
      cache_(narrow(config.frames(capacity_blocks)), pages_, config.map_replacement),
      in_changes_(pages_) {}

void DeviceMap::look_up(std::uint32_t command, Lba first, std::uint32_t count) {
  Lba run = first;  // what has been found and not told yet begins there
  const Lba end = first + Lba{count};
  for (Lba next = first; next < end;) {
    const auto page = narrow(next.n / entries_);
    const Lba part_end{std::min(end.n, (std::uint64_t{page} + 1) * entries_)};
    if (cache_.state(page) == State::there) {
      ++statistics_.hits;
      cache_.use(page);
    } else {
      ++statistics_.misses;
      if (run < next) client_.mapped(command, run, narrow((next - run).n));
      run = part_end;
      waiters_.push_back({page, command, next, narrow((part_end - next).n)});
      if (cache_.state(page) == State::absent && !fetch(page)) wanted_.push(page);
      prefetch(page);
    }
    next = part_end;
  }
  if (run < end) client_.mapped(command, run, narrow((end - run).n));
}

void DeviceMap::prefetch(std::uint32_t page) {
  for (std::uint32_t next = page + 1; next < pages_ && next - page <= prefetched_ && wanted_.empty(); ++next) {
    if (cache_.state(next) != State::absent) continue;
    if (!fetch(next)) return;
    ++statistics_.prefetches;
  }
}

/// Makes room for a page and reads it; false when there is no room.
bool DeviceMap::fetch(std::uint32_t page) {
  const MapCache::Room room = cache_.claim(page, page_blocks_);
  if (!room.given) return false;
  if (room.changed != MapCache::none || is_written_back(page)) {
    written_back_.push({room.changed, 0, page});
    write_back();
  } else {
    read(page);
  }
  return true;
}

bool DeviceMap::is_written_back(std::uint32_t page) {
  for (std::size_t i = 0; i < written_back_.size(); ++i) {
    if (written_back_.at(i).page == page) return true;
  }
  return false;
}

void DeviceMap::read(std::uint32_t page) {
  ++statistics_.page_reads;
  client_.map_read(place(page), page_blocks_);
}

void DeviceMap::write_back() {
  while (!written_back_.empty()) {
    WriteBack& first = written_back_.front();
    if (first.page != MapCache::none) {
      first.done += client_.map_write(place(first.page) + Lba{first.done}, page_blocks_ - first.done);
      if (first.done < page_blocks_) return;
      ++statistics_.page_writes;
    }
    const std::uint32_t next = first.next;
    written_back_.pop();
    read(next);
  }
}

void DeviceMap::page_read(Lba first, std::uint32_t count) {
  const auto page = narrow((first.n - capacity_) / page_blocks_);
  if (!cache_.arrive(page, count)) return;
  serve(page);
  if (changing_ == page) changing_ = MapCache::none;
  go_on();
}

void DeviceMap::serve(std::uint32_t page) {
  for (const Waiter& each : waiters_) {
    if (each.page == page) served_.push_back(each);
  }
  if (served_.empty()) return;
  cache_.use(page);
  waiters_.erase(std::remove_if(waiters_.begin(), waiters_.end(), [page](const Waiter& each) { return each.page == page; }),
                 waiters_.end());
  for (const Waiter& each : served_) client_.mapped(each.command, each.first, each.count);
  served_.clear();
}

/// A frame can be given away.
void DeviceMap::go_on() {
  for (; !wanted_.empty(); wanted_.pop()) {
    const std::uint32_t page = wanted_.front();
    const bool waited_for =
        std::any_of(waiters_.begin(), waiters_.end(), [page](const Waiter& each) { return each.page == page; });
    if (waited_for && cache_.state(page) == State::absent && !fetch(page)) return;
  }
  change_next();
}

std::uint32_t DeviceMap::cancel(std::uint32_t command) {
  std::uint32_t blocks = 0;
  const auto mine = [command](const Waiter& each) { return each.command == command; };
  for (const Waiter& each : waiters_) blocks += mine(each) ? each.count : 0;
  waiters_.erase(std::remove_if(waiters_.begin(), waiters_.end(), mine), waiters_.end());
  return blocks;
}

void DeviceMap::update(Lba first, std::uint64_t count) {
  if (count == 0) return;
  for (std::uint64_t page = first.n / entries_; page <= (first.n + count - 1) / entries_; ++page) change(narrow(page));
  change_next();
}

void DeviceMap::trim(Lba first, std::uint64_t count) {
  const std::uint64_t end = first.n + count;
  for (std::uint64_t page = first.n / entries_; page * entries_ < end; ++page) {
    const bool whole = page * entries_ >= first.n && std::min((page + 1) * entries_, capacity_) <= end;
    if (!whole || cache_.state(narrow(page)) != State::absent) change(narrow(page));
  }
  change_next();
}

void DeviceMap::forget() {
  cache_.forget();
  for (; !changes_.empty(); changes_.pop()) in_changes_[changes_.front()] = false;
}

void DeviceMap::change(std::uint32_t page) {
  if (cache_.state(page) != State::absent) {
    cache_.change(page);
    if (cache_.state(page) == State::there) cache_.use(page);
  } else if (!in_changes_[page]) {
    in_changes_[page] = true;
    changes_.push(page);
  }
}

void DeviceMap::change_next() {
  while (changing_ == MapCache::none && wanted_.empty() && !changes_.empty()) {
    const std::uint32_t page = changes_.front();
    if (cache_.state(page) == State::absent) {
      if (!fetch(page)) return;
      changing_ = page;
    }
    cache_.change(page);
    in_changes_[page] = false;
    changes_.pop();
  }
}

}  // namespace icesim
