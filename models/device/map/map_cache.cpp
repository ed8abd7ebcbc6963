// SPDX-License-Identifier: Apache-2.0
#include "models/device/map/map_cache.hpp"

#include "icesim/base/error.hpp"

namespace icesim {

MapCache::MapCache(std::uint32_t frames, std::uint32_t pages, MapReplacement replacement)
    : replacement_(replacement), frames_(frames), frame_of_(pages) {}

void MapCache::link(std::uint32_t index) {
  frames_[index].older = newest_;
  frames_[index].newer = none;
  (newest_ == none ? oldest_ : frames_[newest_].newer) = index;
  newest_ = index;
}

void MapCache::unlink(std::uint32_t index) {
  const Frame& gone = frames_[index];
  (gone.older == none ? oldest_ : frames_[gone.older].newer) = gone.newer;
  (gone.newer == none ? newest_ : frames_[gone.newer].older) = gone.older;
}

void MapCache::use(std::uint32_t page) {
  const std::uint32_t index = frame_of_[page] - 1;
  frames_[index].used = true;
  if (replacement_ != MapReplacement::lru || newest_ == index) return;
  unlink(index);
  link(index);
}

/// The frame whose page goes; there is one that is complete.
std::uint32_t MapCache::victim() {
  if (replacement_ == MapReplacement::lru) {
    const std::uint32_t index = oldest_;
    unlink(index);
    return index;
  }
  for (;; hand_ = (hand_ + 1) % static_cast<std::uint32_t>(frames_.size())) {
    Frame& at_hand = frames_[hand_];
    if (at_hand.missing > 0) continue;
    if (!at_hand.used) break;
    at_hand.used = false;
  }
  const std::uint32_t index = hand_;
  hand_ = (hand_ + 1) % static_cast<std::uint32_t>(frames_.size());
  return index;
}

void MapCache::forget() {
  for (Frame& each : frames_) {
    each.dirty = each.used = false;
    if (each.missing > 0 || each.page == none) continue;
    frame_of_[each.page] = 0;
    each.page = none;
  }
}

MapCache::Room MapCache::claim(std::uint32_t page, std::uint32_t blocks) {
  ensure(frame_of_[page] == 0 && blocks > 0, "MapCache: room is made for a page that is absent");
  Room room{true, none};
  std::uint32_t index = taken_;
  if (taken_ < frames_.size()) {
    ++taken_;
  } else {
    if (there_ == 0) return {false, none};
    index = victim();
    --there_;
    const Frame& gone = frames_[index];
    if (gone.page != none) frame_of_[gone.page] = 0;
    if (gone.dirty) room.changed = gone.page;
  }
  frames_[index] = {};
  frames_[index].page = page;
  frames_[index].missing = blocks;
  frame_of_[page] = index + 1;
  return room;
}

bool MapCache::arrive(std::uint32_t page, std::uint32_t blocks) {
  Frame& coming = frame(page);
  ensure(blocks <= coming.missing, "MapCache: each block of a page comes once");
  coming.missing -= blocks;
  if (coming.missing > 0) return false;
  ++there_;
  if (replacement_ == MapReplacement::lru) link(frame_of_[page] - 1);
  return true;
}

}  // namespace icesim
