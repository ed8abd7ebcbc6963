// SPDX-License-Identifier: Apache-2.0
#include "models/flash/cells/wear.hpp"

namespace icesim {

void FlashWearConfig::describe(Fields& f) {
  f("counted", counted, choice("Whether erases are counted superblock by superblock, and told"));
  f("delivered_erases", delivered_erases, {0, 1'000'000},
    choice("Erases of each superblock before the device is delivered"));
}

void FlashWearStatistics::describe(Statistics& s) const {
  s("fewest_erases", fewest_erases, "Erases of the superblock that was erased least often, before the delivery, too");
  s("mean_erases", mean_erases, "Erases of a superblock, on the average, rounded down");
  s("most_erases", most_erases, "Erases of the superblock that was erased most often");
  s("write_amplification_ppm", write_amplification_ppm,
    "flash_blocks_programmed by host_blocks_written, in parts per million; 0: nothing was written");
}

FlashWear::FlashWear(const FlashWearConfig& config, std::uint32_t dies, std::uint32_t superblocks,
                     FlashWearStatistics& statistics)
    : delivered_(config.delivered_erases),
      superblocks_(superblocks),
      all_(std::uint64_t{dies} * superblocks),
      erases_(all_),
      with_{all_},
      statistics_(statistics) {
  statistics.fewest_erases = statistics.mean_erases = statistics.most_erases = delivered_;
}

void FlashWear::erased(std::uint32_t die, std::uint32_t superblock) {
  const std::uint32_t before = erases_[std::size_t{die} * superblocks_ + superblock]++;
  if (with_.size() == before + 1) with_.push_back(0);
  --with_[before];
  ++with_[before + 1];
  while (with_[fewest_] == 0) ++fewest_;
  statistics_.fewest_erases = delivered_ + fewest_;
  statistics_.mean_erases = delivered_ + ++sum_ / all_;
  statistics_.most_erases = delivered_ + with_.size() - 1;
}

}  // namespace icesim
