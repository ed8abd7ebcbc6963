// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/device/ufs_device_fixture.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

/// A device of 16 pages of the map, 1024 blocks each, of which two are in memory.
struct DeviceMapTest : UfsDeviceTest {
  static constexpr std::uint64_t page = 1024;
  DeviceMapTest() {
    rig.config.capacity_blocks = 16 * page;
    rig.config.map.map_cache = 8_KiB;
  }
  /// Where a page of the map lies.
  Lba map(std::uint64_t number) const { return Lba{rig.config.capacity_blocks + number}; }
  void read(std::uint64_t tag, std::uint64_t lba, std::uint16_t blocks = 1) {
    rig.send(rig.read(tag, lba, blocks).encode());
    rig.run_for(1_ms);
  }
  void write(std::uint64_t tag, std::uint64_t lba, std::uint16_t blocks = 1) {
    rig.answer_rtts(1_us);
    rig.send(rig.write(tag, lba, blocks).encode());
    rig.run_for(1_ms);
  }
  std::vector<std::uint64_t> asked() const {
    std::vector<std::uint64_t> first;
    for (const FakeFlash::Call& each : rig.flash.reads) first.push_back(each.first.n);
    return first;
  }
  MapStatistics seen() const { return *rig.device->statistics().map; }
  using Lbas = std::vector<std::uint64_t>;
};

TEST_F(DeviceMapTest, NothingIsCountedWhereAllOfTheTableIsInMemory) {
  rig.config.map.map_cache = 0_B;
  rig.build();
  read(1, 5 * page);
  EXPECT_EQ(asked(), Lbas{5 * page});
  EXPECT_FALSE(rig.device->statistics().map);
}

TEST_F(DeviceMapTest, AReadWaitsForItsPageOfTheMapAndTheNextOneDoesNot) {
  rig.build();
  read(1, 5 * page);
  EXPECT_EQ(asked(), (Lbas{map(5).n, 5 * page}));
  read(2, 5 * page + 7);
  EXPECT_EQ(asked(), (Lbas{map(5).n, 5 * page, 5 * page + 7}));
  EXPECT_EQ(rig.status(1), Status::good);
  EXPECT_EQ(rig.status(2), Status::good);
  EXPECT_EQ(seen().hits, 1u);
  EXPECT_EQ(seen().misses, 1u);
  EXPECT_EQ(seen().page_reads, 1u);
}

TEST_F(DeviceMapTest, APageThatIsThereAndChangesIsWrittenBackBeforeItGoes) {
  rig.build();
  read(1, page);
  write(2, page + 3);
  EXPECT_EQ(seen().page_reads, 1u) << "the write finds it";
  read(3, 2 * page);
  EXPECT_EQ(seen().page_writes, 0u);
  read(4, 3 * page);
  EXPECT_EQ(seen().page_writes, 1u) << "page 1 goes";
}

TEST_F(DeviceMapTest, ARequestOverPagesAsksForWhatIsMappedInOneGoAndForTheRestWhenItsPageHasCome) {
  rig.build();
  read(1, page);
  read(2, 2 * page);
  rig.flash.reads.clear();
  read(3, 2 * page - 4, 8);
  ASSERT_EQ(asked(), Lbas{2 * page - 4});
  EXPECT_EQ(rig.flash.reads[0].count, 8u);
  rig.flash.reads.clear();
  read(4, 3 * page - 4, 8);  // page 2 is there
  ASSERT_EQ(asked(), (Lbas{3 * page - 4, map(3).n, 3 * page}));
  EXPECT_EQ(rig.flash.reads[0].count, 4u);
  EXPECT_EQ(rig.status(4), Status::good);
}

TEST_F(DeviceMapTest, ARequestOfMorePagesThanTheMemoryHoldsEnds) {
  rig.config.map.map_cache = 4_KiB;
  rig.config.map.map_prefetch = 3;
  rig.build();
  read(1, 0, 5 * page);
  rig.run_for(100_ms);
  EXPECT_EQ(rig.status(1), Status::good);
  EXPECT_EQ(seen().misses, 5u);
  EXPECT_EQ(seen().page_reads, 5u);
  EXPECT_EQ(rig.device->outstanding(), 0u);
}

TEST_F(DeviceMapTest, NeighboursOfAMissingPageComeWithIt) {
  rig.config.map.map_cache = 16_KiB;
  rig.config.map.map_prefetch = 2;
  rig.build();
  read(1, 5 * page);
  EXPECT_EQ(seen().prefetches, 2u);
  rig.flash.reads.clear();
  read(2, 7 * page);
  EXPECT_EQ(asked(), Lbas{7 * page});
  read(3, 15 * page);  // has none behind it
  EXPECT_EQ(seen().prefetches, 2u);
  EXPECT_EQ(seen().page_reads, 4u);
}

TEST_F(DeviceMapTest, AWriteEndsWithoutItsPageWhichIsReadBehindIt) {
  rig.config.max_rtt = 8;
  rig.build();
  write(1, 5 * page);
  EXPECT_EQ(rig.status(1), Status::good);
  EXPECT_EQ(asked(), Lbas{map(5).n});
  ASSERT_EQ(rig.flash.writes.size(), 1u);
  EXPECT_EQ(rig.flash.writes[0].first, Lba{5 * page});
  EXPECT_EQ(seen().misses, 0u);
}

TEST_F(DeviceMapTest, AChangedPageIsWrittenBackWhenItMakesRoomAndAnUnchangedOneIsNot) {
  rig.build();
  write(1, 5 * page);
  read(2, 6 * page);
  rig.flash.writes.clear();
  read(3, 7 * page);  // in the place of page 5
  ASSERT_EQ(rig.flash.writes.size(), 1u);
  EXPECT_EQ(rig.flash.writes[0].first, map(5));
  read(4, 8 * page);  // in the place of page 6
  EXPECT_EQ(rig.flash.writes.size(), 1u);
  EXPECT_EQ(seen().page_writes, 1u);
}

TEST_F(DeviceMapTest, WritingBackWaitsForRoomInTheWriteBufferWhichIsMadeInTheEnd) {
  rig.flash.buffer = 1;
  rig.flash.program_unit = 2;
  rig.config.map.map_page = 8_KiB;  // two blocks each
  rig.build();
  write(1, 5 * page);
  read(2, 8 * page);  // in the place of page 2
  EXPECT_EQ(rig.responses(2), 0u);
  rig.run_for(30_ms);
  EXPECT_EQ(rig.status(2), Status::good);
  EXPECT_EQ(seen().page_writes, 1u);
  EXPECT_GT(rig.device->statistics().buffer_flushes, 0u);
}

TEST_F(DeviceMapTest, ACommandThatIsAbortedWhileItWaitsForTheMapIsOver) {
  rig.build();
  rig.flash.read_time = 10_ms;
  read(1, 5 * page - 2, 4);
  EXPECT_EQ(rig.responses(1), 0u);
  EXPECT_EQ(manage({TaskFunction::abort_task, 0, Tag{9}, Tag{1}}), TaskResponse::complete);
  EXPECT_EQ(rig.device->outstanding(), 0u);
  rig.run_for(50_ms);
  EXPECT_EQ(asked(), (Lbas{map(4).n, map(5).n})) << "nothing is read for it";
  rig.flash.read_time = 50_us;
  read(1, 5 * page - 2, 4);
  EXPECT_EQ(rig.status(1), Status::good);
}

TEST_F(DeviceMapTest, APageThatIsTrimmedAsAWholeIsNotReadForIt) {
  rig.build();
  scsi::UnmapList list = scsi::unmap_list({Lba{3 * page - 1}, static_cast<std::uint32_t>(page + 1)});
  rig.answer_rtts(1_us, list.data());
  rig.send(rig.command(1, scsi::unmap(), CommandUpiu::write, list.size()).encode());
  rig.run_for(1_ms);
  EXPECT_EQ(rig.status(1), Status::good);
  EXPECT_EQ(asked(), Lbas{map(2).n});
}

}  // namespace
}  // namespace icesim
