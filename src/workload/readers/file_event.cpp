// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/file_event.hpp"

#include "src/workload/readers/file_facts.hpp"
#include "src/workload/text/cursor.hpp"

#include <array>

namespace icesim {
namespace {

/// The number behind `name`, wherever it is: the fields around it changed from one kernel to the next.
template <class Number>
bool field(std::string_view payload, std::string_view name, Number& value, int base = 10) {
  const std::size_t at = payload.find(name);
  return at != std::string_view::npos && Cursor(payload.substr(at + name.size())).number(value, base);
}

bool f2fs_device(std::string_view payload, BlockDevice& device) {
  Cursor at(payload);
  return at.literal("dev = (") && at.number(device.major) && at.literal(',') && at.number(device.minor) &&
         at.literal(')');
}

bool ext4_device(std::string_view payload, BlockDevice& device) {
  Cursor at(payload);
  return at.literal("dev ") && at.number(device.major) && at.literal(',') && at.number(device.minor);
}

/// f2fs_submit_{page,folio}_{bio,write}: one page of a file, or metadata, goes to or comes from a block.
bool f2fs_submit(std::string_view payload, FileListener& files) {
  BlockDevice device;
  FileExtent extent;
  std::uint64_t old_block = 0;
  if (!f2fs_device(payload, device) || !field(payload, ", ino = ", extent.inode) ||
      (!field(payload, ", page_index = 0x", extent.page, 16) &&
       !field(payload, ", folio_index = 0x", extent.page, 16)) ||
      !field(payload, ", oldaddr = 0x", old_block, 16) || !field(payload, ", newaddr = 0x", extent.block, 16) ||
      payload.find(", type = ") == std::string_view::npos) {
    return false;
  }
  constexpr std::string_view data_type = "_DATA";
  const bool is_data =
      payload.size() > data_type.size() && payload.substr(payload.size() - data_type.size()) == data_type;
  file_facts::submitted(files, device, extent, is_data);
  return true;
}

bool f2fs_map_blocks(std::string_view payload, FileListener& files) {
  BlockDevice device;
  FileExtent extent;
  std::int64_t error = 0;
  if (!f2fs_device(payload, device) || !field(payload, ", ino = ", extent.inode) ||
      !field(payload, ", file offset = ", extent.page) || !field(payload, ", start blkaddr = 0x", extent.block, 16) ||
      !field(payload, ", len = 0x", extent.blocks, 16) || !field(payload, "err = ", error)) {
    return false;
  }
  file_facts::mapped_by_f2fs(files, device, extent, error);
  return true;
}

/// ext4_ext_map_blocks_exit, ext4_ind_map_blocks_exit: `ret` is the number of blocks found, or an error.
bool ext4_map_blocks(std::string_view payload, FileListener& files) {
  BlockDevice device;
  FileExtent extent;
  std::int64_t found = 0;
  if (!ext4_device(payload, device) || !field(payload, " ino ", extent.inode) ||
      !field(payload, " lblk ", extent.page) || !field(payload, " pblk ", extent.block) ||
      !field(payload, " len ", extent.blocks) || !field(payload, " ret ", found)) {
    return false;
  }
  file_facts::mapped_by_ext4(files, device, extent, found);
  return true;
}

/// ext4_es_{lookup_extent_exit,insert_extent,cache_extent}: `[lblk/len) ... pblk STATUS`. Holes (H) and delayed
/// allocations (D) have no blocks.
bool ext4_extent_status(std::string_view payload, FileListener& files) {
  BlockDevice device;
  FileExtent extent;
  std::string_view status;
  const std::size_t open = payload.find('[');
  if (!ext4_device(payload, device) || !field(payload, " ino ", extent.inode) || open == std::string_view::npos) {
    return false;
  }
  Cursor at(payload.substr(open + 1));
  if (!at.number(extent.page) || !at.literal('/') || !at.number(extent.blocks) || !at.literal(") ")) return false;
  at.literal("mapped ");
  if (!at.number(extent.block)) return false;
  status = at.rest();
  std::uint32_t found = 1;
  field(payload, " found ", found);
  const bool has_blocks = status.find_first_of("WU") != std::string_view::npos;
  file_facts::cached_by_ext4(files, device, extent, found != 0, has_blocks);
  return true;
}

/// {f2fs,android_fs}_data{read,write}_start: `entry_name PATH, offset N, bytes N, cmdline C, pid P, i_size N, ino N`.
bool entry_name(std::string_view payload, FileListener& files) {
  constexpr std::string_view start = "entry_name ";
  constexpr std::string_view last = ", ino ";
  const std::size_t path_end = payload.find(", offset ");
  const std::size_t ino = payload.rfind(last);
  std::uint64_t inode = 0;
  if (payload.substr(0, start.size()) != start || path_end == std::string_view::npos || ino == std::string_view::npos ||
      !Cursor(payload.substr(ino + last.size())).number(inode)) {
    return false;
  }
  files.path(inode, payload.substr(start.size(), path_end - start.size()));
  return true;
}

/// Events that show an inode with its mode and its parent.
bool f2fs_inode(std::string_view payload, FileListener& files) {
  std::uint64_t inode = 0;
  std::uint64_t parent = 0;
  std::uint32_t mode = 0;
  if (!field(payload, ", ino = ", inode) || !field(payload, ", pino = ", parent) ||
      !field(payload, ", i_mode = 0x", mode, 16)) {
    return false;
  }
  file_facts::inode(files, inode, parent, mode);
  return true;
}

bool f2fs_unlink(std::string_view payload, FileListener& files) {
  std::uint64_t parent = 0;
  if (!field(payload, ", dir ino = ", parent)) return false;
  files.directory(parent);
  return true;
}

bool ext4_allocate_inode(std::string_view payload, FileListener& files) {
  std::uint64_t inode = 0;
  std::uint64_t parent = 0;
  std::uint32_t mode = 0;
  if (!field(payload, " ino ", inode) || !field(payload, " dir ", parent) || !field(payload, " mode 0", mode, 8)) {
    return false;
  }
  file_facts::inode(files, inode, parent, mode);
  return true;
}

/// `M,m RWBS SECTOR + SECTORS <- (M,m) SECTOR`: the target device, then where the request comes from.
bool remap(std::string_view payload, FileListener& files) {
  BlockDevice to;
  BlockDevice from;
  std::string_view rwbs;
  std::uint64_t to_sector = 0;
  std::uint64_t from_sector = 0;
  std::uint64_t sectors = 0;
  Cursor at(payload);
  if (!at.number(to.major) || !at.literal(',') || !at.number(to.minor) || !at.literal(' ') || !at.until(' ', rwbs) ||
      !at.number(to_sector) || !at.literal(" + ") || !at.number(sectors) || !at.literal(" <- (") ||
      !at.number(from.major) || !at.literal(',') || !at.number(from.minor) || !at.literal(") ") ||
      !at.number(from_sector)) {
    return false;
  }
  file_facts::remapped(files, from, from_sector, to, to_sector, sectors);
  return true;
}

struct Known {
  std::string_view event;
  bool (*hear)(std::string_view payload, FileListener& files);
};

constexpr std::array<Known, 17> known_events{{{"f2fs_submit_page_write", f2fs_submit},
                                              {"f2fs_submit_page_bio", f2fs_submit},
                                              {"f2fs_submit_folio_write", f2fs_submit},
                                              {"f2fs_submit_folio_bio", f2fs_submit},
                                              {"f2fs_map_blocks", f2fs_map_blocks},
                                              {"f2fs_dataread_start", entry_name},
                                              {"f2fs_datawrite_start", entry_name},
                                              {"f2fs_sync_file_enter", f2fs_inode},
                                              {"f2fs_iget", f2fs_inode},
                                              {"f2fs_unlink_enter", f2fs_unlink},
                                              {"android_fs_dataread_start", entry_name},
                                              {"android_fs_datawrite_start", entry_name},
                                              {"ext4_ext_map_blocks_exit", ext4_map_blocks},
                                              {"ext4_ind_map_blocks_exit", ext4_map_blocks},
                                              {"ext4_es_lookup_extent_exit", ext4_extent_status},
                                              {"ext4_es_insert_extent", ext4_extent_status},
                                              {"ext4_allocate_inode", ext4_allocate_inode}}};

}  // namespace

bool hear_file_event(std::string_view event, std::string_view payload, FileListener& files) {
  if (event == "block_bio_remap") return remap(payload, files);
  for (const Known& known : known_events) {
    if (known.event == event) return known.hear(payload, files);
  }
  return true;
}

}  // namespace icesim
