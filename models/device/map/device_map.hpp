// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/ring.hpp"
#include "icesim/base/units.hpp"
#include "models/device/map/map_cache.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace icesim {

/// What the map of a device asks of the device.
class MapClient {
 public:
  virtual ~MapClient() = default;
  /// Reads blocks of the map; DeviceMap::page_read tells when they have come.
  virtual void map_read(Lba first, std::uint32_t count) = 0;
  /// Hands blocks of the map to the write buffer, as many as it has room for; returns how many. DeviceMap::room tells of more.
  virtual std::uint32_t map_write(Lba first, std::uint32_t count) = 0;
  /// Where blocks of a command lie is known.
  virtual void mapped(std::uint32_t command, Lba first, std::uint32_t count) = 0;
};

/// The table that says where a block lies, of which only a part is in memory (MapCache).
///
/// The table lies in the flash behind the blocks of the host, in pages, which the flash reads, programs and moves like any
/// blocks. What a device knows without it: where the pages themselves lie, and which are trimmed as a whole.
///
/// **Timing** (all at the instant at which it is called; the device gives times to what it is asked for)
/// - look_up: the parts of a request whose pages are in memory are mapped at once, one behind the other in one go; the
///   others when their page has come. Pages are asked for in the order in which requests miss them; when all of the
///   memory waits for pages, the next are asked for as these come.
/// - A changed page that makes room is handed to the write buffer first, as far and as soon as that has room.
/// - A write waits for nothing: its pages are changed when their time comes, one after another, and those that are not in
///   memory are read for it, one at a time, after those for which reads wait.
///
/// **Not modelled**: changes of the map by garbage collection, reads and journals that a device needs for it; blocks of the
/// write buffer are looked up like others; the map is written back only to make room.
class DeviceMap {
 public:
  DeviceMap(const MapCacheConfig& config, std::uint64_t capacity_blocks, MapClient& client);

  void look_up(std::uint32_t command, Lba first, std::uint32_t count);
  /// Forgets what a command waits for; returns how many of its blocks have not been mapped.
  std::uint32_t cancel(std::uint32_t command);
  /// Blocks get other places.
  void update(Lba first, std::uint64_t count);
  /// Blocks lose their places.
  void trim(Lba first, std::uint64_t count);

  /// The memory is lost, and the table in the flash holds all that has changed.
  void forget();

  void page_read(Lba first, std::uint32_t count);
  /// There may be room in the write buffer.
  void room() { write_back(); }
  bool waits_for_room() const { return !written_back_.empty(); }

  const MapStatistics& statistics() const { return statistics_; }

 private:
  struct Waiter {
    std::uint32_t page;
    std::uint32_t command;
    Lba first;
    std::uint32_t count;
  };
  struct WriteBack {
    std::uint32_t page;  ///< none: `next` is read behind the others
    std::uint32_t done;  ///< blocks
    std::uint32_t next;  ///< page that is read into its place
  };

  Lba place(std::uint32_t page) const { return Lba{capacity_ + std::uint64_t{page} * page_blocks_}; }
  void prefetch(std::uint32_t page);
  bool fetch(std::uint32_t page);
  void read(std::uint32_t page);
  bool is_written_back(std::uint32_t page);
  void write_back();
  void serve(std::uint32_t page);
  void go_on();
  void change(std::uint32_t page);
  void change_next();

  const std::uint64_t capacity_;
  const std::uint32_t entries_, page_blocks_, pages_, prefetched_;
  MapClient& client_;
  MapCache cache_;
  std::vector<Waiter> waiters_;        ///< in the order in which they came
  std::vector<Waiter> served_;         ///< of serve()
  Ring<std::uint32_t> wanted_;         ///< pages for which there was no frame; may have come otherwise
  Ring<WriteBack> written_back_;
  Ring<std::uint32_t> changes_;        ///< absent pages that are to be changed
  ZeroedArray<bool> in_changes_;       ///< by page
  std::uint32_t changing_ = MapCache::none;  ///< the one that is read for it
  MapStatistics statistics_;
};

}  // namespace icesim
