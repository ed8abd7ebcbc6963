// SPDX-License-Identifier: Apache-2.0
#include "models/flash/cells/wear.hpp"

#include "icesim/base/random.hpp"

namespace icesim {

FlashWear::FlashWear(const FlashWearConfig& config, const FlashGeometry& geometry, FlashWearStatistics& statistics)
    : config_(config),
      delivered_(config.delivered_erases),
      superblocks_(geometry.superblocks),
      spares_(geometry.spare_superblocks),
      dies_(geometry.dies, Die{config.delivered_erases, 0, false}),
      all_(std::uint64_t{geometry.dies} * (geometry.superblocks - geometry.own_booster_superblocks)),
      erases_(std::uint64_t{geometry.dies} * geometry.superblocks),
      with_{all_},
      statistics_(statistics) {
  statistics.fewest_erases = statistics.mean_erases = statistics.most_erases = delivered_;
  statistics.delivered_bad = std::uint64_t{geometry.dies} * geometry.bad_superblocks;
  statistics.spares = std::uint64_t{geometry.dies} * spares_;
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
  Die& d = dies_[die];
  if (erases(die, superblock) <= d.most_erases) return;
  d.most_erases = erases(die, superblock);
  d.wants_levelling = config_.levelling == FlashLevelling::with_static;
}

bool FlashWear::retires(std::uint32_t die, std::uint32_t superblock) {
  if (config_.bad_ppm_per_thousand_erases == 0) return false;
  const std::uint64_t erases = this->erases(die, superblock);
  const std::uint64_t number = std::uint64_t{die} * superblocks_ + superblock;
  Random random(split_mix(config_.seed + split_mix_step * (number + 1)) ^ erases * split_mix_step);
  if (random.below(1'000'000) >= config_.failing_ppm(erases)) return false;
  if (dies_[die].retired == spares_) {
    ++statistics_.unreplaced;
    return false;
  }
  ++dies_[die].retired;
  ++statistics_.grown_bad;
  --statistics_.spares;
  return true;
}

bool FlashWear::levels(std::uint32_t die, std::uint64_t erases) {
  Die& d = dies_[die];
  d.wants_levelling = false;
  if (erases + config_.static_gap > d.most_erases) return false;
  ++statistics_.levelled;
  return true;
}

}  // namespace icesim
