// SPDX-License-Identifier: Apache-2.0
#include "models/flash/flash_geometry.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim {
namespace {

std::uint32_t narrow(std::uint64_t value) {
  if (value >= no_block - 1)
    throw UserError("flash: more than 16 TiB of flash; lower capacity or over_provisioning_ppm");
  return static_cast<std::uint32_t>(value);
}

}  // namespace

FlashGeometry::FlashGeometry(const FlashArrayConfig& config) {
  const std::uint64_t block_bytes = logical_block.n;
  if (config.page_bytes.n % block_bytes != 0)
    throw UserError("flash.page_bytes: " + std::to_string(config.page_bytes.n) + " is not a multiple of 4096");
  if (config.capacity.n % block_bytes != 0)
    throw UserError("flash.capacity: " + std::to_string(config.capacity.n) + " is not a multiple of 4096");
  if (config.pages_per_block % config.pages_per_program != 0)
    throw UserError("flash.pages_per_block: " + std::to_string(config.pages_per_block) +
                    " is not a multiple of pages_per_program, " + std::to_string(config.pages_per_program));

  channels = narrow(config.channels);
  dies = narrow(config.channels * config.dies_per_channel);
  row_blocks = narrow(config.planes * (config.page_bytes.n / block_bytes));
  unit_blocks = narrow(row_blocks * config.pages_per_program);
  superblock_units = narrow(config.pages_per_block / config.pages_per_program);
  superblock_blocks = narrow(std::uint64_t{unit_blocks} * superblock_units);
  blocks = narrow(config.capacity.n / block_bytes);
  buffer_blocks = narrow(config.write_buffer.n / block_bytes);
  if (buffer_blocks < 2 * unit_blocks)
    throw UserError("flash.write_buffer: " + std::to_string(config.write_buffer.n) +
                    " is less than two program units, " + std::to_string(2 * unit_blocks * block_bytes) + " bytes");

  const std::uint64_t units = divide_up(blocks, unit_blocks);
  const std::uint64_t home = divide_up(divide_up(units, dies), superblock_units);
  // A unit may be padded per victim: collecting the average superblock must still gain one.
  const std::uint64_t least = config.gc_threshold + 4 + 2 * divide_up(home, superblock_units);
  const std::uint64_t spare = std::max(least, divide_up(home * config.over_provisioning_ppm, 1'000'000));
  narrow((home + spare) * dies * superblock_blocks + buffer_blocks);
  home_superblocks = narrow(home);
  superblocks = narrow(home + spare);
  live_limit = narrow(home * superblock_blocks + (spare - 3) * superblock_blocks / 2);
}

}  // namespace icesim
