// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <algorithm>
#include <array>

namespace icesim {

/// Which page of the map makes room for another.
enum class MapReplacement : std::uint8_t { lru, clock };
inline constexpr std::array<Choice, 2> map_replacements{{
    {"lru", "the page that was looked at longest ago"},
    {"clock", "the next one that was not looked at since the hand passed it"},
}};

/// Memory of the device for the table that says where a block lies, and the pages in which that table lies in the flash.
struct MapCacheConfig {
  Bytes map_cache{0};
  Bytes map_page{4096};
  MapReplacement map_replacement = MapReplacement::lru;
  std::uint64_t map_prefetch = 0;

  static constexpr std::uint64_t entry_bytes = 4;

  bool on() const { return map_cache > Bytes{0}; }
  /// Blocks that a page tells of.
  std::uint64_t page_entries() const { return map_page.n / entry_bytes; }
  /// Blocks of flash that a page takes.
  std::uint64_t page_blocks() const { return map_page / logical_block; }
  std::uint64_t pages(std::uint64_t capacity_blocks) const { return divide_up(capacity_blocks, page_entries()); }
  /// Pages that the memory holds.
  std::uint64_t frames(std::uint64_t capacity_blocks) const {
    return std::clamp(map_cache / map_page, std::uint64_t{1}, pages(capacity_blocks));
  }
  /// Blocks of flash, behind those that the host sees, in which the table lies; none when it is all in memory.
  std::uint64_t flash_blocks(std::uint64_t capacity_blocks) const {
    return on() ? pages(capacity_blocks) * page_blocks() : 0;
  }

  void describe(Fields& f) {
    f("map_cache", map_cache, {Bytes{0}, Bytes{std::uint64_t{1} << 30}},
      choice("Memory of the device for the table that says where a block lies, one page at least: a read whose page is not "
             "there waits until it is read from the flash; 0: all of the table is there. 1020 KiB in [nand-conzone]"));
    const Fields::Only only(f, on(), "device.map_cache is 0");
    f("map_page", map_page, {logical_block, Bytes{64 << 10}, logical_block},
      assumption("Page of that table, read and written as a whole; 4 bytes of it tell of one block",
                 "translation layers do not publish it [no-figure]", "flash"));
    f("map_replacement", map_replacement, map_replacements,
      assumption("Which page makes room in `map_cache` for another", "translation layers do not publish it [no-figure]"));
    f("map_prefetch", map_prefetch, {0, 64},
      assumption("Pages behind a missing one that are read with it, as far as nothing waits for the memory",
                 "translation layers do not publish it [no-figure]"));
  }
};

struct MapStatistics {
  std::uint64_t hits = 0, misses = 0, page_reads = 0, prefetches = 0, page_writes = 0;

  void describe(Statistics& s) const {
    s("hits", hits, "Pages of the map that reads looked at and found in memory");
    s("misses", misses, "Pages of the map for which a read waited");
    s("page_reads", page_reads, "Pages of the map read from the flash, those for writes included");
    s("prefetches", prefetches, "Those of them that were read because the page before was missing");
    s("page_writes", page_writes, "Changed pages of the map written back to make room");
  }
};

}  // namespace icesim
