// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/perfetto_files.hpp"

#include "src/workload/readers/file_facts.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <sys/sysmacros.h>

namespace icesim {
namespace {

using perfetto::FtraceEvent;
using perfetto::GenericEvent;

constexpr std::int64_t data_page = 0;              ///< f2fs's page_type
constexpr std::uint64_t written_or_unwritten = 3;  ///< of ext4's extent status; delayed is 4, a hole 8

bool hear(const perfetto::BlockRemap& e, FileListener& files) {
  if (!e.has_dev() || !e.has_sector() || !e.has_nr_sector() || !e.has_old_dev() || !e.has_old_sector()) return false;
  file_facts::remapped(files, perfetto_device(e.old_dev()), e.old_sector(), perfetto_device(e.dev()), e.sector(),
                       e.nr_sector());
  return true;
}

bool hear(const perfetto::Ext4AllocateInode& e, FileListener& files) {
  if (!e.has_ino() || !e.has_dir() || !e.has_mode()) return false;
  file_facts::inode(files, e.ino(), e.dir(), e.mode());
  return true;
}

bool hear(const perfetto::Ext4Extent& e, FileListener& files) {
  if (!e.has_dev() || !e.has_ino() || !e.has_lblk() || !e.has_len() || !e.has_pblk() || !e.has_status()) return false;
  file_facts::cached_by_ext4(files, perfetto_device(e.dev()), {e.pblk(), e.len(), e.ino(), e.lblk()}, e.found() != 0,
                             (e.status() & written_or_unwritten) != 0);
  return true;
}

bool hear(const perfetto::Ext4MapBlocks& e, FileListener& files) {
  if (!e.has_dev() || !e.has_ino() || !e.has_pblk() || !e.has_lblk() || !e.has_len() || !e.has_ret()) return false;
  file_facts::mapped_by_ext4(files, perfetto_device(e.dev()), {e.pblk(), e.len(), e.ino(), e.lblk()}, e.ret());
  return true;
}

bool hear(const perfetto::F2fsInode& e, FileListener& files) {
  if (!e.has_ino() || !e.has_pino() || !e.has_mode()) return false;
  file_facts::inode(files, e.ino(), e.pino(), e.mode());
  return true;
}

bool hear(const perfetto::F2fsSubmitWritePage& e, FileListener& files) {
  if (!e.has_dev() || !e.has_ino() || !e.has_type() || !e.has_index() || !e.has_block()) return false;
  file_facts::submitted(files, perfetto_device(e.dev()), {e.block(), 1, e.ino(), e.index()}, e.type() == data_page);
  return true;
}

bool hear(const perfetto::F2fsUnlink& e, FileListener& files) {
  if (!e.has_ino()) return false;
  files.directory(e.ino());
  return true;
}

bool hear(const perfetto::AndroidFsStart& e, FileListener& files) {
  if (!e.has_ino() || !e.has_pathbuf()) return false;
  files.path(e.ino(), e.pathbuf());
  return true;
}

/// The fields of a generic event, by the kernel's names.
class Generic {
 public:
  explicit Generic(const GenericEvent& event) : event_(event) {}

  template <class Number>
  bool number(std::string_view name, Number& value) const {
    const GenericEvent::Field* const found = field(name);
    if (found == nullptr || found->has_str_value()) return false;
    value = static_cast<Number>(found->has_int_value() ? static_cast<std::uint64_t>(found->int_value())
                                                       : found->uint_value());
    return true;
  }
  bool device(BlockDevice& device) const {
    std::uint64_t value = 0;
    if (!number("dev", value)) return false;
    device = perfetto_device(value);
    return true;
  }
  bool text(std::string_view name, std::string_view& value) const {
    const GenericEvent::Field* const found = field(name);
    if (found == nullptr || !found->has_str_value()) return false;
    value = found->str_value();
    return true;
  }

 private:
  const GenericEvent::Field* field(std::string_view name) const {
    for (const GenericEvent::Field& field : event_.field()) {
      if (field.name() == name) return &field;
    }
    return nullptr;
  }

  const GenericEvent& event_;
};

bool submitted(const Generic& event, FileListener& files) {
  BlockDevice device;
  FileExtent extent;
  std::int64_t type = 0;
  if (!event.device(device) || !event.number("ino", extent.inode) || !event.number("index", extent.page) ||
      !event.number("new_blkaddr", extent.block) || !event.number("type", type)) {
    return false;
  }
  file_facts::submitted(files, device, extent, type == data_page);
  return true;
}

bool mapped(const Generic& event, FileListener& files) {
  BlockDevice device;
  FileExtent extent;
  std::int64_t error = 0;
  if (!event.device(device) || !event.number("ino", extent.inode) || !event.number("m_lblk", extent.page) ||
      !event.number("m_pblk", extent.block) || !event.number("m_len", extent.blocks) || !event.number("ret", error)) {
    return false;
  }
  file_facts::mapped_by_f2fs(files, device, extent, error);
  return true;
}

bool named(const Generic& event, FileListener& files) {
  std::uint64_t inode = 0;
  std::string_view path;
  if (!event.number("ino", inode) || !event.text("pathbuf", path)) return false;
  files.path(inode, path);
  return true;
}

struct KnownName {
  std::string_view name;
  bool (*hear)(const Generic& event, FileListener& files);
};

constexpr std::array<KnownName, 7> known_names{{{"f2fs_submit_page_write", submitted},
                                                {"f2fs_submit_page_bio", submitted},
                                                {"f2fs_submit_folio_write", submitted},
                                                {"f2fs_submit_folio_bio", submitted},
                                                {"f2fs_map_blocks", mapped},
                                                {"f2fs_dataread_start", named},
                                                {"f2fs_datawrite_start", named}}};

const KnownName* find(std::string_view name) {
  const auto* const found =
      std::find_if(known_names.begin(), known_names.end(), [&](const KnownName& known) { return known.name == name; });
  return found == known_names.end() ? nullptr : found;
}

}  // namespace

BlockDevice perfetto_device(std::uint64_t number) { return {major(number), minor(number)}; }

bool is_perfetto_file_event(std::string_view name) { return find(name) != nullptr; }

bool hear_perfetto_file_event(const FtraceEvent& event, FileListener& files) {
  switch (event.event_case()) {
    case FtraceEvent::kBlockBioRemap:
      return hear(event.block_bio_remap(), files);
    case FtraceEvent::kExt4AllocateInode:
      return hear(event.ext4_allocate_inode(), files);
    case FtraceEvent::kExt4EsInsertExtent:
      return hear(event.ext4_es_insert_extent(), files);
    case FtraceEvent::kExt4EsLookupExtentExit:
      return hear(event.ext4_es_lookup_extent_exit(), files);
    case FtraceEvent::kExt4ExtMapBlocksExit:
      return hear(event.ext4_ext_map_blocks_exit(), files);
    case FtraceEvent::kExt4IndMapBlocksExit:
      return hear(event.ext4_ind_map_blocks_exit(), files);
    case FtraceEvent::kF2FsIget:
      return hear(event.f2fs_iget(), files);
    case FtraceEvent::kF2FsSyncFileEnter:
      return hear(event.f2fs_sync_file_enter(), files);
    case FtraceEvent::kF2FsSubmitWritePage:
      return hear(event.f2fs_submit_write_page(), files);
    case FtraceEvent::kF2FsUnlinkEnter:
      return hear(event.f2fs_unlink_enter(), files);
    case FtraceEvent::kAndroidFsDatareadStart:
      return hear(event.android_fs_dataread_start(), files);
    case FtraceEvent::kAndroidFsDatawriteStart:
      return hear(event.android_fs_datawrite_start(), files);
    case FtraceEvent::kGeneric:
      break;
    default:
      return true;
  }
  const KnownName* const known = find(event.generic().event_name());
  return known == nullptr || known->hear(Generic(event.generic()), files);
}

}  // namespace icesim
