// SPDX-License-Identifier: Apache-2.0
#include "models/flash/flash_geometry.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"

#include <algorithm>
#include <string>

namespace icesim {
namespace {

/// Blocks of flash and write buffer that have numbers; FlashMap needs three numbers for itself.
constexpr std::uint64_t most_blocks = no_block - 2;

/// The sizes of a configuration whose parameters divide each other, however large they come out.
struct Sizes {
  explicit Sizes(const FlashArrayConfig& config)
      : dies(config.channels * config.dies_per_channel),
        row_blocks(config.planes * (config.page_bytes / logical_block)),
        unit_blocks(row_blocks * config.pages_per_program),
        superblock_units(config.pages_per_block / config.pages_per_program),
        superblock_blocks(unit_blocks * superblock_units) {
    const std::uint64_t units = divide_up(config.capacity / logical_block, unit_blocks);
    home = divide_up(divide_up(units, dies), superblock_units);
    // A unit may be padded per victim: collecting the average superblock must still gain one.
    boosted_blocks = row_blocks * superblock_units;
    booster = divide_up(divide_up(config.booster.capacity.n, logical_block.n), dies * boosted_blocks);
    // Migration has a superblock open that is neither full nor free, and so has the host beside the one that it needs.
    open = (booster > 0 ? 1 : 0) + (config.streams.hot ? 1 : 0);
    least = config.gc_threshold + 4 + open + 2 * divide_up(home, superblock_units);
    const std::uint64_t over = divide_up(home * config.over_provisioning_ppm, 1'000'000);
    const std::uint64_t lent = config.booster.kind == BoosterKind::shared ? booster : 0;
    bad = divide_up((home + over) * config.wear.delivered_bad_ppm, 1'000'000);
    spare = std::max(least, over - std::min(over, lent + bad));
    own_booster = booster - lent;
    total = (home + spare + booster) * dies * superblock_blocks + config.write_buffer / logical_block;
  }

  std::uint64_t dies, row_blocks, unit_blocks, superblock_units, superblock_blocks;
  std::uint64_t boosted_blocks;
  std::uint64_t home, spare, booster;  ///< superblocks of a die
  std::uint64_t least;                 ///< that `spare` must be for collection
  std::uint64_t bad;                   ///< superblocks of a die that are delivered bad
  std::uint64_t own_booster;           ///< those of `booster` that are not over-provisioned
  std::uint64_t open;                  ///< superblocks of a die that are kept for migration and for hot blocks
  std::uint64_t total;        ///< blocks that need a number
};

void check_multiple(std::string_view name, std::uint64_t value, std::uint64_t of, const std::string& of_what) {
  if (value % of == 0) return;
  const std::uint64_t fits = std::max(value / of, std::uint64_t{1}) * of;
  throw UserError("flash." + std::string(name) + ": " + std::to_string(value) + " is not a multiple of " + of_what +
                  "; " + std::to_string(fits) + " is");
}

/// Tries how far each parameter alone must be lowered until all blocks have a number.
class WhatWouldFit : public Fields {
 public:
  explicit WhatWouldFit(const FlashArrayConfig& config) : tried_(config) { tried_.describe(*this); }
  const std::string& text() const { return text_; }

 protected:
  void number(std::string_view name, std::uint64_t& value, Unit unit, Range range, const Doc&) override {
    const std::uint64_t asked = value;
    const std::uint64_t step = name == "pages_per_block" ? tried_.pages_per_program : range.step;
    // Of all multiples of the step up to what was asked for: the largest that fits.
    std::uint64_t low = divide_up(range.min, step), high = value / step;
    const auto fits = [&](std::uint64_t steps) {
      value = steps * step;
      return tried_.pages_per_block % tried_.pages_per_program == 0 && Sizes(tried_).total <= most_blocks;
    };
    if (fits(low)) {
      while (high - low > 1) {
        const std::uint64_t middle = low + (high - low) / 2;
        (fits(middle) ? low : high) = middle;
      }
      text_ += (text_.empty() ? "" : ", or ") + ("flash." + prefix_ + std::string(name)) + " of " +
               (unit == Unit::bytes ? quantity_text(low * step, unit) : std::to_string(low * step));
    }
    value = asked;
  }
  void flag(std::string_view, bool&, const Doc&) override {}
  void choice(std::string_view, std::size_t&, const Choice*, std::size_t, const Doc&) override {}
  void text(std::string_view, std::string&, const TextForm&, const Doc&) override {}
  void enter(std::string_view name, std::string_view) override { prefix_ = std::string(name) + "."; }
  void leave() override { prefix_.clear(); }

 private:
  FlashArrayConfig tried_;
  std::string prefix_;
  std::string text_;
};

void check_size(const FlashArrayConfig& config, const Sizes& sizes) {
  if (sizes.total <= most_blocks) return;
  const std::string fits = WhatWouldFit(config).text();
  throw UserError("flash: " + std::to_string(sizes.home + sizes.spare + sizes.booster) + " superblocks of " +
                  quantity_text(Bytes{sizes.superblock_blocks * logical_block.n}) + " on each of " +
                  std::to_string(sizes.dies) + " dies, " + std::to_string(sizes.spare) +
                  " of them over-provisioned for gc_threshold and over_provisioning_ppm" +
                  (sizes.booster > 0 ? " and " + std::to_string(sizes.booster) + " for booster.capacity" : "") +
                  ", are more than 16 TiB; " +
                  (fits.empty() ? "lower two of channels, dies_per_channel, planes, page_bytes and pages_per_block"
                                : fits + " would fit"));
}

/// Blocks that collection moves before each die of a device overwritten at random has won a free superblock back.
std::uint64_t moved_for_one(const FlashArrayConfig& config, const Sizes& sizes) {
  constexpr std::uint64_t million = 1'000'000;
  const std::uint64_t unused = sizes.spare - config.gc_threshold;  // superblocks of a die, at least 4
  const std::uint64_t moved = sizes.dies * sizes.superblock_blocks * (sizes.home / unused + 1);
  // Of the superblocks that it empties, those are lost whose erase fails, until no spare one is left.
  const std::uint64_t lost = std::min(million, config.wear.failing_ppm(config.wear.delivered_erases));
  const std::uint64_t all = sizes.dies * sizes.superblock_blocks * (sizes.home + sizes.spare);
  return lost == 0 ? moved : lost == million ? std::max(moved, all) : std::max(moved, std::min(all, moved * million / (million - lost)));
}

/// What was overwritten at random is kept superblock by superblock, from the beginning, and each die may soon have to win a
/// free one back, which moves the more blocks the fuller its superblocks are.
void check_pattern(const FlashArrayConfig& config, const Sizes& sizes) {
  constexpr std::uint64_t most = 1u << 22;
  if (config.precondition.pattern != FlashPattern::random) return;
  const std::uint64_t moved = moved_for_one(config, sizes);
  if (moved > FlashGeometry::most_moved) {
    throw UserError("flash.precondition.pattern: random has collection move " + std::to_string(moved) +
                    " blocks before each die has won a superblock, at most " + std::to_string(FlashGeometry::most_moved) +
                    " are simulated; raise flash.over_provisioning_ppm of " + std::to_string(config.over_provisioning_ppm) +
                    ", or lower flash.pages_per_block or flash.capacity" +
                    (config.wear.failing_ppm(config.wear.delivered_erases) > 0 ? " or flash.wear.bad_ppm_per_thousand_erases" : ""));
  }
  const std::uint64_t superblocks = sizes.dies * (sizes.home + sizes.spare);
  if (superblocks <= most) return;
  throw UserError("flash.precondition.pattern: random is for " + std::to_string(most) +
                  " superblocks at most, and flash.pages_per_block of " + std::to_string(config.pages_per_block) + " makes " +
                  std::to_string(superblocks) + "; raise that, or lower flash.capacity");
}

}  // namespace

std::uint64_t FlashGeometry::moved_for(const FlashArrayConfig& config, std::uint64_t superblocks) {
  if (config.precondition.pattern != FlashPattern::random) return 0;
  const FlashGeometry possible(config);
  return superblocks * moved_for_one(config, Sizes(config));
}

FlashGeometry::FlashGeometry(const FlashArrayConfig& config) {
  check_multiple("page_bytes", config.page_bytes.n, logical_block.n, std::to_string(logical_block.n));
  check_multiple("capacity", config.capacity.n, logical_block.n, std::to_string(logical_block.n));
  check_multiple("pages_per_block", config.pages_per_block, config.pages_per_program,
                 "flash.pages_per_program, " + std::to_string(config.pages_per_program));
  const Sizes sizes(config);
  check_size(config, sizes);
  check_pattern(config, sizes);

  const auto narrow = [](std::uint64_t value) { return static_cast<std::uint32_t>(value); };
  channels = narrow(config.channels);
  dies = narrow(sizes.dies);
  row_blocks = narrow(sizes.row_blocks);
  unit_blocks = narrow(sizes.unit_blocks);
  superblock_units = narrow(sizes.superblock_units);
  superblock_blocks = narrow(sizes.superblock_blocks);
  blocks = narrow(config.capacity / logical_block);
  buffer_blocks = narrow(config.write_buffer / logical_block);
  home_superblocks = narrow(sizes.home);
  delivered_blocks = narrow(std::uint64_t{blocks} * config.precondition.fill_ppm / 1'000'000);
  delivered_superblocks = narrow(divide_up(divide_up(divide_up(delivered_blocks, unit_blocks), dies), superblock_units));
  superblocks = narrow(sizes.home + sizes.spare + sizes.booster);
  booster_superblocks = narrow(sizes.booster);
  own_booster_superblocks = narrow(sizes.own_booster);
  boosted_blocks = narrow(sizes.boosted_blocks);
  bad_superblocks = narrow(sizes.bad);
  spare_superblocks = config.wear.bad_ppm_per_thousand_erases > 0 ? narrow(sizes.spare - sizes.least) : 0;
  const std::uint64_t kept = sizes.spare - spare_superblocks;
  live_limit = narrow(sizes.home * superblock_blocks + (kept - 3 - sizes.open) * superblock_blocks / 2);
}

}  // namespace icesim
