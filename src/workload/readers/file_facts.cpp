// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/file_facts.hpp"

namespace icesim::file_facts {
namespace {

/// f2fs's block addresses that are none: hole, not allocated yet, compressed cluster.
constexpr bool is_f2fs_block(std::uint64_t block) { return block != 0 && block < 0xffff'fffd; }

/// Files larger than 2^32 pages do not exist where IV_INO_LBLK_64 does [linux-fscrypt], and hostile numbers do not
/// wrap.
constexpr std::uint64_t most_pages = std::uint64_t{1} << 32;
constexpr std::uint64_t most_sectors = std::uint64_t{1} << 54;

void tell(FileListener& files, BlockDevice device, const FileExtent& extent) {
  const bool exists =
      extent.page < most_pages && extent.blocks > 0 && extent.blocks <= most_pages && extent.block < most_sectors;
  if (exists) files.extent(device, extent);
}

}  // namespace

void submitted(FileListener& files, BlockDevice device, FileExtent extent, bool is_data) {
  if (!is_data) extent.inode = extent.page = 0;
  tell(files, device, extent);
}

void mapped_by_f2fs(FileListener& files, BlockDevice device, const FileExtent& extent, std::int64_t error) {
  if (error == 0 && is_f2fs_block(extent.block)) tell(files, device, extent);
}

void mapped_by_ext4(FileListener& files, BlockDevice device, const FileExtent& extent, std::int64_t found) {
  if (found > 0 && extent.block != 0) tell(files, device, extent);
}

void cached_by_ext4(FileListener& files, BlockDevice device, const FileExtent& extent, bool found, bool has_blocks) {
  if (found && has_blocks) tell(files, device, extent);
}

void inode(FileListener& files, std::uint64_t inode, std::uint64_t parent, std::uint32_t mode) {
  constexpr std::uint32_t type_mask = 0170000;
  constexpr std::uint32_t directory_type = 0040000;
  if ((mode & type_mask) == directory_type) files.directory(inode);
  files.directory(parent);
}

void remapped(FileListener& files, BlockDevice from, std::uint64_t from_sector, BlockDevice to, std::uint64_t to_sector,
              std::uint64_t sectors) {
  const bool exists = to_sector < most_sectors && from_sector < most_sectors && sectors < most_sectors;
  if (exists && sectors > 0) files.remap(from, from_sector, to, to_sector, sectors);
}

}  // namespace icesim::file_facts
