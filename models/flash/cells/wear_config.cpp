// SPDX-License-Identifier: Apache-2.0
#include "models/flash/cells/wear_config.hpp"

namespace icesim {

void FlashWearConfig::describe(Fields& f) {
  f("counted", counted, choice("Whether erases are counted superblock by superblock, and told"));
  f("delivered_erases", delivered_erases, {0, 1'000'000},
    choice("Erases of each superblock before the device is delivered"));
  f("levelling", levelling, flash_levellings,
    assumption("What is done so that superblocks are erased equally often",
               "translation layers do not publish it [no-figure]"));
  f("static_gap", static_gap, {1, 1'000'000},
    assumption("Erases that a superblock lags behind the first of its die before what it holds moves",
               "translation layers do not publish it [no-figure]")
        .only_if(levelling == FlashLevelling::with_static, "only flash.wear.levelling=static looks at it"));
  f("delivered_bad_ppm", delivered_bad_ppm, {0, 100'000},
    assumption("Superblocks that are bad when the device is delivered, in millionths of those of capacity and "
               "over-provisioning; they are missing from the latter",
               "vendors allow some percent of blocks; 0 is without them [no-figure]"));
  f("bad_ppm_per_thousand_erases", bad_ppm_per_thousand_erases, {0, 1'000'000},
    assumption("Share of erases that fail, in millionths for each 1000 erases of the superblock",
               "vendors do not publish it [no-figure]"));
  f("seed", seed, {0, ~std::uint64_t{0}}, choice("Seed of the erases that fail").only_if(bad_ppm_per_thousand_erases > 0, ".bad_ppm_per_thousand_erases is 0"));
}

void FlashWearStatistics::describe(Statistics& s) const {
  s("fewest_erases", fewest_erases, "Erases of the superblock that was erased least often, before the delivery, too");
  s("mean_erases", mean_erases, "Erases of a superblock, on the average, rounded down");
  s("most_erases", most_erases, "Erases of the superblock that was erased most often");
  s("levelled", levelled, "Full superblocks that were moved because they had been erased seldom");
  s("delivered_bad", delivered_bad, "Superblocks that were delivered bad");
  s("grown_bad", grown_bad, "Superblocks that are not used any more because an erase failed");
  s("spares", spares, "Superblocks that dies can still do without, in all; 0 where erases do not fail");
  s("unreplaced", unreplaced,
    "Erases that failed on dies without a spare superblock; a device would take no more writes from the first one on");
  s("write_amplification_ppm", write_amplification_ppm,
    "flash_blocks_programmed by host_blocks_written, in parts per million; 0: nothing was written");
}

}  // namespace icesim
