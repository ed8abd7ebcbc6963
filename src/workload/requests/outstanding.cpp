// SPDX-License-Identifier: Apache-2.0
#include "src/workload/requests/outstanding.hpp"

namespace icesim {

// Takes memory only where it is touched.
Outstanding::Outstanding() : newest_of_(buckets, none) { entries_.reserve(capacity); }

std::uint32_t Outstanding::bucket_of(std::uint32_t tag, Operation operation, std::uint64_t offset) {
  const std::uint64_t key = tag != RequestEvent::no_tag ? tag : offset * 4 + static_cast<std::uint64_t>(operation);
  constexpr std::uint64_t golden = 0x9e37'79b9'7f4a'7c15;
  return static_cast<std::uint32_t>((key * golden) >> 51);  // the upper 13 bits
}

/// Puts an entry in front of those with its hash.
void Outstanding::link(std::uint32_t index) {
  Entry& entry = entries_[index];
  std::uint32_t& front = newest_of_[bucket_of(entry.tag, entry.operation, entry.offset)];
  entry.chain_older = front;
  entry.chain_newer = none;
  if (front != none) entries_[front].chain_newer = index;
  front = index;
}

void Outstanding::unlink(const Entry& entry) {
  if (entry.chain_older != none) entries_[entry.chain_older].chain_newer = entry.chain_newer;
  if (entry.chain_newer != none)
    entries_[entry.chain_newer].chain_older = entry.chain_older;
  else
    newest_of_[bucket_of(entry.tag, entry.operation, entry.offset)] = entry.chain_older;
}

Outstanding::Entry& Outstanding::add(const RequestEvent& event, State state) {
  std::uint32_t index = free_;
  if (index == none) {
    index = static_cast<std::uint32_t>(entries_.size());
    entries_.emplace_back();
  } else {
    free_ = entries_[index].older;
  }
  Entry& entry = entries_[index];
  const IoRequest& r = event.request;
  entry = {0, event.nanoseconds, r.offset.n, r.length.n, event.tag, r.operation, r.flags, state, none,
           newest_,           none,       none};
  if (newest_ != none)
    entries_[newest_].newer = index;
  else
    oldest_ = index;
  newest_ = index;
  link(index);
  ++used_;
  if (state == State::answered) ++answered_;
  return entry;
}

void Outstanding::remove(Entry& entry) {
  unlink(entry);
  if (entry.older != none)
    entries_[entry.older].newer = entry.newer;
  else
    oldest_ = entry.newer;
  if (entry.newer != none)
    entries_[entry.newer].older = entry.older;
  else
    newest_ = entry.older;
  --used_;
  if (entry.state == State::answered) --answered_;
  entry.older = free_;
  free_ = static_cast<std::uint32_t>(&entry - entries_.data());
}

void Outstanding::shorten(Entry& entry, std::uint64_t length) {
  unlink(entry);
  entry.offset += length;
  entry.length -= length;
  link(static_cast<std::uint32_t>(&entry - entries_.data()));
}

}  // namespace icesim
