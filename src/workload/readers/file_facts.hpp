// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/file_listener.hpp"

#include <cstdint>

/// What events of the kernel say about files, whatever the format they come in: tells a FileListener, and passes over
/// holes, errors and numbers that no file system has.
namespace icesim::file_facts {

/// f2fs_submit_{page,folio}_{bio,write}: a page of a file, or metadata, goes to or comes from a block.
void submitted(FileListener& files, BlockDevice device, FileExtent extent, bool is_data);
/// f2fs_map_blocks
void mapped_by_f2fs(FileListener& files, BlockDevice device, const FileExtent& extent, std::int64_t error);
/// ext4_{ext,ind}_map_blocks_exit: `found` is the number of blocks found, or an error.
void mapped_by_ext4(FileListener& files, BlockDevice device, const FileExtent& extent, std::int64_t found);
/// ext4_es_{lookup_extent_exit,insert_extent}: written and unwritten extents have blocks, holes and delayed ones none.
void cached_by_ext4(FileListener& files, BlockDevice device, const FileExtent& extent, bool found, bool has_blocks);
/// Events that show an inode with its mode and its parent.
void inode(FileListener& files, std::uint64_t inode, std::uint64_t parent, std::uint32_t mode);
/// block_bio_remap
void remapped(FileListener& files, BlockDevice from, std::uint64_t from_sector, BlockDevice to, std::uint64_t to_sector,
              std::uint64_t sectors);

}  // namespace icesim::file_facts
