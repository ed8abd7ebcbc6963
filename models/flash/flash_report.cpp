// SPDX-License-Identifier: Apache-2.0
#include "models/flash/flash_array.hpp"

namespace icesim {

std::string FlashArray::waiting() const {
  constexpr std::array<const char*, 7> works{"reads for the host", "programs for the host", "reads for collection",
                                             "programs for collection", "erases", "reads for migration",
                                             "programs for migration"};
  std::string text = std::to_string(translation_.buffered()) + " blocks in the write buffer, " +
                     std::to_string(translation_.without_place()) + " of them without a place";
  for (std::uint32_t die = 0; die < geometry_.dies; ++die) {
    const FlashDie& d = dies_[die];
    if (!d.busy()) continue;
    text += ", die " + std::to_string(die) + " " + works.at(static_cast<std::size_t>(d.active.work)) + " with " +
            std::to_string(translation_.map().space(die).free()) + " free superblocks";
  }
  return text;
}

}  // namespace icesim
