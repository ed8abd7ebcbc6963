// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/file_event.hpp"

#include "testbench/workload/readers/file_notes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace icesim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> heard(std::string_view event, std::string_view payload) {
  test::FileNotes listener;
  EXPECT_TRUE(hear_file_event(event, payload, listener)) << event << ": " << payload;
  return listener.heard;
}

TEST(FileEvent, ReadsBlocksThatF2fsSubmitsOnOldAndNewKernels) {
  const std::string start = "dev = (8,0), ino = 277, ";
  const std::string end = " = 0x128, oldaddr = 0xffffffff, newaddr = 0x9282, rw = WRITE(), type = ";
  for (const char* event : {"f2fs_submit_page_write", "f2fs_submit_page_bio"}) {
    EXPECT_THAT(heard(event, start + "page_index" + end + "COLD_DATA"),
                ElementsAre("8:0 block 37506+1 inode 277 page 296"));
  }
  for (const char* event : {"f2fs_submit_folio_write", "f2fs_submit_folio_bio"}) {
    EXPECT_THAT(heard(event, start + "folio_index" + end + "HOT_NODE"),
                ElementsAre("8:0 block 37506+1 inode 0 page 0"));
  }
}

TEST(FileEvent, ReadsExtentsThatF2fsMaps) {
  const std::string start = "dev = (254,4), ino = 90, file offset = 16, start blkaddr = 0x3000, len = 0x8, ";
  for (const char* end : {"err = 0", "flags = 2,seg_type = 1,may_create = 0,err = 0",
                          "flags = 2, seg_type = 8, may_create = 1, multidevice = 0, flag = 1, err = 0"}) {
    EXPECT_THAT(heard("f2fs_map_blocks", start + end), ElementsAre("254:4 block 12288+8 inode 90 page 16"));
  }
  EXPECT_THAT(heard("f2fs_map_blocks", start + "err = -2"), IsEmpty());
  const std::string hole = "dev = (254,4), ino = 90, file offset = 16, start blkaddr = ";
  for (const char* none : {"0x0, len = 0x8, err = 0", "0xffffffff, len = 0x8, err = 0", "0x3000, len = 0x0, err = 0"}) {
    EXPECT_THAT(heard("f2fs_map_blocks", hole + none), IsEmpty()) << none;
  }
}

TEST(FileEvent, ReadsExtentsThatExt4Maps) {
  for (const char* event : {"ext4_ext_map_blocks_exit", "ext4_ind_map_blocks_exit"}) {
    for (const char* payload : {"dev 8,1 ino 12 flags CREATE lblk 4 pblk 33280 len 3 mflags NM ret 3",
                                "dev 8,1 ino 12 lblk 4 pblk 33280 len 3 mflags 20 ret 3"}) {
      EXPECT_THAT(heard(event, payload), ElementsAre("8:1 block 33280+3 inode 12 page 4"));
    }
    EXPECT_THAT(heard(event, "dev 8,1 ino 12 flags  lblk 4 pblk 0 len 3 mflags  ret 0"), IsEmpty());
  }
  EXPECT_THAT(heard("ext4_es_lookup_extent_exit", "dev 8,1 ino 12 found 1 [4/3) 33280 W"),
              ElementsAre("8:1 block 33280+3 inode 12 page 4"));
  EXPECT_THAT(heard("ext4_es_lookup_extent_exit", "dev 8,1 ino 12 found 0 [0/0) 0 W"), IsEmpty());
  EXPECT_THAT(heard("ext4_es_lookup_extent_exit", "dev 8,1 ino 12 found 1 [4/3) 576460752303423487 H"), IsEmpty());
  EXPECT_THAT(heard("ext4_es_insert_extent", "dev 8,1 ino 12 es [4/3) mapped 33280 status W"),
              ElementsAre("8:1 block 33280+3 inode 12 page 4"));
  EXPECT_THAT(heard("ext4_es_insert_extent", "dev 8,1 ino 12 es [4/3) mapped 576460752303423487 status D"), IsEmpty());
}

TEST(FileEvent, ReadsPathsAlsoWithSpacesAndCommas) {
  for (const char* event : {"f2fs_datawrite_start", "f2fs_dataread_start", "android_fs_dataread_start"}) {
    EXPECT_THAT(
        heard(event, "entry_name /user/0/a b, c.db, offset 0, bytes 100, cmdline x, ino 9, pid 246, i_size 0, ino 147"),
        ElementsAre("147 is /user/0/a b, c.db"));
  }
}

TEST(FileEvent, KnowsDirectories) {
  const std::string f2fs = "dev = (8,0), ino = 153, pino = 59, i_mode = ";
  EXPECT_THAT(heard("f2fs_sync_file_enter", f2fs + "0x81a4, i_size = 512"), ElementsAre("59 is a directory"));
  EXPECT_THAT(heard("f2fs_iget", f2fs + "0x41ed, i_size = 512"),
              ElementsAre("153 is a directory", "59 is a directory"));
  EXPECT_THAT(heard("f2fs_unlink_enter", "dev = (8,0), dir ino = 15, i_size = 3452, i_blocks = 0, name = a"),
              ElementsAre("15 is a directory"));
  EXPECT_THAT(heard("ext4_allocate_inode", "dev 8,1 ino 12 dir 2 mode 0100644"), ElementsAre("2 is a directory"));
  EXPECT_THAT(heard("ext4_allocate_inode", "dev 8,1 ino 12 dir 2 mode 040755"),
              ElementsAre("12 is a directory", "2 is a directory"));
}

TEST(FileEvent, ReadsRemaps) {
  EXPECT_THAT(heard("block_bio_remap", "8,0 WS 18325312 + 8 <- (254,4) 16"),
              ElementsAre("254:4 sector 16+8 is 8:0 sector 18325312"));
}

TEST(FileEvent, PassesOverOtherEvents) {
  EXPECT_THAT(heard("f2fs_submit_write_bio", "anything"), IsEmpty());
  EXPECT_THAT(heard("sched_switch", ""), IsEmpty());
}

TEST(FileEvent, RefusesAKnownEventCutShort) {
  const std::pair<const char*, std::string> events[] = {
      {"f2fs_submit_page_write",
       "dev = (8,0), ino = 277, page_index = 0x1, oldaddr = 0xffffffff, newaddr = 0x9, rw = WRITE(), type"},
      {"f2fs_map_blocks", "dev = (8,0), ino = 1, file offset = 1, start blkaddr = 0x3, len = 0x8, err ="},
      {"ext4_ext_map_blocks_exit", "dev 8,1 ino 12 flags  lblk 4 pblk 3 len 3 mflags NM ret"},
      {"ext4_es_insert_extent", "dev 8,1 ino 12 es [4/3) mapped"},
      {"f2fs_dataread_start", "entry_name /a, offset 0, bytes 100, cmdline x, pid 246, i_size 0, ino"},
      {"f2fs_iget", "dev = (8,0), ino = 153, pino = 59, i_mode ="},
      {"f2fs_unlink_enter", "dev = (8,0), dir ino ="},
      {"ext4_allocate_inode", "dev 8,1 ino 12 dir 2 mode"},
      {"block_bio_remap", "8,0 WS 18325312 + 8 <- (254,4)"},
  };
  for (const auto& [event, whole] : events) {
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      test::FileNotes listener;
      ASSERT_FALSE(hear_file_event(event, std::string_view(whole).substr(0, size), listener)) << event << " " << size;
      ASSERT_THAT(listener.heard, IsEmpty());
    }
  }
}

TEST(FileEvent, IgnoresNumbersThatNoFileSystemHas) {
  EXPECT_THAT(heard("ext4_ext_map_blocks_exit", "dev 8,1 ino 1 lblk 4294967296 pblk 3 len 3 mflags M ret 3"),
              IsEmpty());
  EXPECT_THAT(heard("ext4_ext_map_blocks_exit", "dev 8,1 ino 1 lblk 4 pblk 18446744073709551615 len 3 mflags M ret 3"),
              IsEmpty());
  EXPECT_THAT(heard("block_bio_remap", "8,0 WS 18446744073709551615 + 8 <- (254,4) 16"), IsEmpty());
}

}  // namespace
}  // namespace icesim
