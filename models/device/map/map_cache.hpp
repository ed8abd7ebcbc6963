// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/zeroed_array.hpp"
#include "models/device/map/map_cache_config.hpp"

#include <cstdint>
#include <vector>

namespace icesim {

/// Which pages of the map are in memory: as many as it has frames, and which of them goes when another comes.
class MapCache {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  MapCache(std::uint32_t frames, std::uint32_t pages, MapReplacement replacement);

  enum class State : std::uint8_t { absent, coming, there };
  State state(std::uint32_t page) const {
    const std::uint32_t entry = frame_of_[page];
    return entry == 0 ? State::absent : frames_[entry - 1].missing > 0 ? State::coming : State::there;
  }
  /// A page that is there is looked at.
  void use(std::uint32_t page);
  /// No page is there any more, and none is to be written back; those that are coming come.
  void forget();
  /// A page that is there or coming has other entries than the flash.
  void change(std::uint32_t page) { frame(page).dirty = true; }

  struct Room {
    bool given;             ///< false: all pages are coming, and stay
    std::uint32_t changed;  ///< page that went and must be written back; or none
  };
  /// Makes room for a page that is absent; it is coming then, in so many blocks.
  Room claim(std::uint32_t page, std::uint32_t blocks);
  /// Blocks of a page that is coming have come; says whether it is there now.
  bool arrive(std::uint32_t page, std::uint32_t blocks);

 private:
  struct Frame {
    std::uint32_t page = none;  ///< none: forgotten
    std::uint32_t missing = 0;  ///< blocks; 0: it is there
    bool dirty = false;
    bool used = false;  ///< of clock: since the hand passed
    std::uint32_t older = none, newer = none;  ///< of lru: neighbours among those that are there
  };

  Frame& frame(std::uint32_t page) { return frames_[frame_of_[page] - 1]; }
  std::uint32_t victim();
  void link(std::uint32_t index);
  void unlink(std::uint32_t index);

  const MapReplacement replacement_;
  std::vector<Frame> frames_;
  ZeroedArray<std::uint32_t> frame_of_;  ///< by page: index of its frame plus 1
  std::uint32_t taken_ = 0;              ///< frames that hold a page
  std::uint32_t there_ = 0;              ///< those of them that are complete
  std::uint32_t oldest_ = none, newest_ = none;
  std::uint32_t hand_ = 0;
};

}  // namespace icesim
