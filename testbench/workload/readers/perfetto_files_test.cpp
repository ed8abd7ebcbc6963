// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/perfetto_files.hpp"

#include "testbench/workload/readers/file_notes.hpp"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using perfetto::FtraceEvent;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> heard(const std::string& event) {
  FtraceEvent message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(event, &message)) << event;
  test::FileNotes notes;
  EXPECT_TRUE(hear_perfetto_file_event(message, notes)) << event;
  return notes.heard;
}

/// One field of a generic event in protobuf's text.
std::string field(const char* name, const std::string& value) {
  return std::string("field { name: \"") + name + "\" " + value + " } ";
}

/// Device 254,4 as user space numbers it: 0xfe04.
TEST(PerfettoFiles, ReadsExtentsOfExt4) {
  for (const char* event : {"ext4_ext_map_blocks_exit", "ext4_ind_map_blocks_exit"}) {
    const std::string start = std::string(event) + " { dev: 0xfe04 ino: 12 pblk: 33280 lblk: 4 len: 3 ";
    EXPECT_THAT(heard(start + "ret: 3 }"), ElementsAre("254:4 block 33280+3 inode 12 page 4"));
    EXPECT_THAT(heard(start + "ret: -5 }"), IsEmpty());
  }
  const std::string found = "ext4_es_lookup_extent_exit { dev: 0xfe04 ino: 12 lblk: 4 len: 3 pblk: 33280 ";
  EXPECT_THAT(heard(found + "status: 1 found: 1 }"), ElementsAre("254:4 block 33280+3 inode 12 page 4"));
  EXPECT_THAT(heard(found + "status: 1 found: 0 }"), IsEmpty());
  EXPECT_THAT(heard(found + "status: 8 found: 1 }"), IsEmpty()) << "a hole";
  const std::string inserted = "ext4_es_insert_extent { dev: 0xfe04 ino: 12 lblk: 4 len: 3 pblk: 33280 ";
  EXPECT_THAT(heard(inserted + "status: 2 }"), ElementsAre("254:4 block 33280+3 inode 12 page 4"));
  EXPECT_THAT(heard(inserted + "status: 4 }"), IsEmpty()) << "delayed";
}

TEST(PerfettoFiles, ReadsBlocksOfF2fs) {
  EXPECT_THAT(heard("f2fs_submit_write_page { dev: 0xfe04 ino: 277 type: 0 index: 296 block: 37506 }"),
              ElementsAre("254:4 block 37506+1 inode 277 page 296"));
  EXPECT_THAT(heard("f2fs_submit_write_page { dev: 0xfe04 ino: 277 type: 1 index: 296 block: 37506 }"),
              ElementsAre("254:4 block 37506+1 inode 0 page 0"))
      << "a node";
  for (const char* event :
       {"f2fs_submit_page_write", "f2fs_submit_page_bio", "f2fs_submit_folio_write", "f2fs_submit_folio_bio"}) {
    const std::string start = std::string("generic { event_name: \"") + event + "\" " +
                              field("dev", "uint_value: 0xfe04") + field("ino", "uint_value: 277") +
                              field("index", "uint_value: 296") + field("old_blkaddr", "uint_value: 1") +
                              field("new_blkaddr", "uint_value: 37506");
    EXPECT_THAT(heard(start + field("type", "int_value: 0") + "}"),
                ElementsAre("254:4 block 37506+1 inode 277 page 296"));
    EXPECT_THAT(heard(start + field("type", "int_value: 2") + "}"), ElementsAre("254:4 block 37506+1 inode 0 page 0"));
  }
  const std::string map = "generic { event_name: \"f2fs_map_blocks\" " + field("dev", "uint_value: 0xfe04") +
                          field("ino", "uint_value: 90") + field("m_lblk", "uint_value: 16") +
                          field("m_pblk", "uint_value: 12288") + field("m_len", "uint_value: 8");
  EXPECT_THAT(heard(map + field("ret", "int_value: 0") + "}"), ElementsAre("254:4 block 12288+8 inode 90 page 16"));
  EXPECT_THAT(heard(map + field("ret", "int_value: -2") + "}"), IsEmpty());
}

TEST(PerfettoFiles, ReadsPathsDirectoriesAndRemaps) {
  for (const char* event : {"android_fs_dataread_start", "android_fs_datawrite_start"}) {
    EXPECT_THAT(heard(std::string(event) + " { ino: 147 pathbuf: \"/user/0/a b.db\" }"),
                ElementsAre("147 is /user/0/a b.db"));
  }
  for (const char* event : {"f2fs_dataread_start", "f2fs_datawrite_start"}) {
    EXPECT_THAT(heard(std::string("generic { event_name: \"") + event + "\" " +
                      field("pathbuf", "str_value: \"/user/0/a\"") + field("ino", "uint_value: 147") + "}"),
                ElementsAre("147 is /user/0/a"));
  }
  for (const char* event : {"f2fs_iget", "f2fs_sync_file_enter"}) {
    EXPECT_THAT(heard(std::string(event) + " { ino: 153 pino: 59 mode: 0x81a4 }"), ElementsAre("59 is a directory"));
    EXPECT_THAT(heard(std::string(event) + " { ino: 153 pino: 59 mode: 0x41ed }"),
                ElementsAre("153 is a directory", "59 is a directory"));
  }
  EXPECT_THAT(heard("f2fs_unlink_enter { ino: 15 }"), ElementsAre("15 is a directory"));
  EXPECT_THAT(heard("ext4_allocate_inode { ino: 12 dir: 2 mode: 0x41ed }"),
              ElementsAre("12 is a directory", "2 is a directory"));
  EXPECT_THAT(heard("block_bio_remap { dev: 0x800 sector: 18325312 nr_sector: 8 old_dev: 0xfe04 old_sector: 16 }"),
              ElementsAre("254:4 sector 16+8 is 8:0 sector 18325312"));
}

TEST(PerfettoFiles, PassesOverOtherEvents) {
  EXPECT_THAT(heard("block_rq_issue { dev: 1 }"), IsEmpty());
  EXPECT_THAT(heard("generic { event_name: \"f2fs_write_begin\" }"), IsEmpty());
}

TEST(PerfettoFiles, RefusesAnEventWithoutOneOfItsFields) {
  const std::pair<const char*, std::vector<std::string>> events[] = {
      {"block_bio_remap", {"dev: 0x800", "sector: 8", "nr_sector: 8", "old_dev: 0xfe04", "old_sector: 16"}},
      {"ext4_allocate_inode", {"ino: 12", "dir: 2", "mode: 0x41ed"}},
      {"ext4_es_insert_extent", {"dev: 1", "ino: 12", "lblk: 4", "len: 3", "pblk: 33280", "status: 2"}},
      {"ext4_ext_map_blocks_exit", {"dev: 1", "ino: 12", "pblk: 33280", "lblk: 4", "len: 3", "ret: 3"}},
      {"f2fs_iget", {"ino: 153", "pino: 59", "mode: 0x41ed"}},
      {"f2fs_submit_write_page", {"dev: 1", "ino: 277", "type: 0", "index: 296", "block: 37506"}},
      {"f2fs_unlink_enter", {"ino: 15"}},
      {"android_fs_dataread_start", {"ino: 147", "pathbuf: \"/a\""}},
      {"generic",
       {"event_name: \"f2fs_submit_page_bio\"", field("dev", "uint_value: 1"), field("ino", "uint_value: 2"),
        field("index", "uint_value: 3"), field("new_blkaddr", "uint_value: 4"), field("type", "int_value: 0")}},
      {"generic",
       {"event_name: \"f2fs_map_blocks\"", field("dev", "uint_value: 1"), field("ino", "uint_value: 2"),
        field("m_lblk", "uint_value: 3"), field("m_pblk", "uint_value: 4"), field("m_len", "uint_value: 4"),
        field("ret", "int_value: 0")}},
      {"generic",
       {"event_name: \"f2fs_dataread_start\"", field("pathbuf", "str_value: \"/a\""), field("ino", "uint_value: 2")}},
  };
  for (const auto& [name, fields] : events) {
    const bool is_generic = std::string_view(name) == "generic";
    for (std::size_t without = is_generic ? 1 : 0; without <= fields.size(); ++without) {
      std::string text = std::string(name) + " { ";
      for (std::size_t i = 0; i < fields.size(); ++i) text += i == without ? "" : fields[i] + " ";
      FtraceEvent event;
      ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(text + "}", &event)) << text;
      test::FileNotes notes;
      EXPECT_EQ(hear_perfetto_file_event(event, notes), without == fields.size()) << text;
      EXPECT_EQ(notes.heard.empty(), without != fields.size()) << text;
    }
  }
}

}  // namespace
}  // namespace icesim
