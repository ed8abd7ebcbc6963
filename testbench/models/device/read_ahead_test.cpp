// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/device/ufs_device_fixture.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

/// A device that reads 8 blocks ahead of two streams.
struct ReadAheadTest : UfsDeviceTest {
  ReadAheadTest() {
    rig.config.capacity_blocks = 4096;
    rig.config.ahead.read_ahead = 32_KiB;
    rig.config.ahead.read_ahead_streams = 2;
  }
  void read(std::uint64_t lba, std::uint16_t blocks) {
    rig.send(rig.read(tag, lba, blocks).encode());
    rig.run_for(1_ms);
    EXPECT_EQ(rig.status(tag), Status::good) << lba;
    ++tag;
  }
  using Ranges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;
  /// What the flash was asked for since the last time.
  Ranges asked() {
    Ranges ranges;
    for (const FakeFlash::Call& each : rig.flash.reads) ranges.emplace_back(each.first.n, each.count);
    rig.flash.reads.clear();
    return ranges;
  }
  ReadAheadStatistics seen() const { return *rig.device->statistics().ahead; }
  std::uint64_t tag = 1;
};

TEST_F(ReadAheadTest, TheSecondReadOfAStreamHasTheFlashReadOnAndTheThirdFindsIt) {
  rig.build();
  read(100, 2);
  EXPECT_EQ(asked(), (Ranges{{100, 2}}));
  read(102, 2);
  EXPECT_EQ(asked(), (Ranges{{102, 2}, {104, 8}}));
  read(104, 2);
  EXPECT_EQ(asked(), (Ranges{{112, 2}}));
  EXPECT_EQ(seen().hits, 2u);
  EXPECT_EQ(seen().blocks, 10u);
  EXPECT_EQ(seen().dropped, 0u);
}

TEST_F(ReadAheadTest, ReadsAtRandomAreReadAsIfItWasOff) {
  rig.build();
  for (const std::uint64_t lba : {7, 300, 50, 8, 301}) read(lba, 1);
  EXPECT_EQ(asked(), (Ranges{{7, 1}, {300, 1}, {50, 1}, {8, 1}, {301, 1}})) << "two streams are followed";
  EXPECT_EQ(seen().blocks, 0u);
}

TEST_F(ReadAheadTest, AReadLongerThanWhatIsThereAsksForTheRest) {
  rig.build();
  read(100, 2);
  read(102, 2);
  asked();
  read(104, 12);
  EXPECT_EQ(asked(), (Ranges{{112, 4}, {116, 8}}));
  EXPECT_EQ(seen().hits, 8u);
}

TEST_F(ReadAheadTest, AReadFindsWhatIsOnItsWayAndItsPiecesInAnyOrder) {
  rig.flash.read_time = 2_ms;
  rig.flash.backwards = true;
  rig.build();
  rig.send(rig.read(1, 100, 2).encode());
  rig.send(rig.read(2, 102, 2).encode());
  rig.send(rig.read(3, 104, 4).encode());
  rig.run_for(1_ms);
  EXPECT_EQ(asked(), (Ranges{{100, 2}, {102, 2}, {104, 8}, {112, 4}}));
  EXPECT_EQ(seen().waits, 4u);
  rig.run_for(2_ms);
  for (const std::uint64_t each : {1, 2, 3}) EXPECT_EQ(rig.status(each), Status::good);
  EXPECT_EQ(rig.device->outstanding(), 0u);
}

TEST_F(ReadAheadTest, AWriteIntoWhatWasReadAheadEndsTheStream) {
  rig.config.simulate_payload = true;
  rig.build();
  read(100, 2);
  read(102, 2);
  asked();
  std::vector<std::byte> bytes(logical_block.n, std::byte{0x5a});
  rig.answer_rtts(1_us, bytes.data());
  rig.send(rig.write(30, 107, 1).encode());
  rig.run_for(1_ms);
  EXPECT_EQ(seen().dropped, 8u);
  read(104, 4);
  EXPECT_EQ(asked(), (Ranges{{104, 4}}));
  const auto data = rig.host.of(Tag{tag - 1}, Transaction::data_in);
  EXPECT_EQ(data.at(0)->data.at(3 * 4096), std::byte{0x5a});
}

TEST_F(ReadAheadTest, SkippedBlocksAreDroppedAndTheStreamGoesOn) {
  rig.build();
  read(100, 2);
  read(102, 2);
  asked();
  read(107, 1);
  EXPECT_EQ(asked(), (Ranges{{112, 4}}));
  EXPECT_EQ(seen().dropped, 3u);
  EXPECT_EQ(seen().hits, 1u);
}

TEST_F(ReadAheadTest, TheStreamThatWasReadLongestAgoMakesRoom) {
  rig.build();
  read(100, 2);
  read(102, 2);  // the first stream has read ahead
  read(1000, 1);
  read(2000, 1);  // takes the place of the first
  asked();
  EXPECT_EQ(seen().dropped, 8u);
  read(104, 2);
  EXPECT_EQ(asked(), (Ranges{{104, 2}}));
}

TEST_F(ReadAheadTest, NothingIsReadBehindTheEndOfTheUnit) {
  rig.build();
  read(4088, 2);
  read(4090, 2);
  EXPECT_EQ(asked(), (Ranges{{4088, 2}, {4090, 2}, {4092, 4}}));
  read(4092, 4);
  EXPECT_EQ(asked(), Ranges{});
}

TEST_F(ReadAheadTest, AnAbortedReadWaitsForNothing) {
  rig.flash.read_time = 5_ms;
  rig.build();
  rig.send(rig.read(1, 100, 2).encode());
  rig.send(rig.read(2, 102, 2).encode());
  rig.send(rig.read(3, 104, 4).encode());
  rig.run_for(1_ms);
  EXPECT_EQ(manage({TaskFunction::abort_task, 0, Tag{9}, Tag{3}}), TaskResponse::complete);
  EXPECT_EQ(rig.device->outstanding(), 2u) << "nothing is read for the third alone";
  rig.run_for(20_ms);
  EXPECT_EQ(rig.responses(3), 0u);
  EXPECT_EQ(rig.device->outstanding(), 0u);
}

TEST_F(ReadAheadTest, WhatIsReadAheadIsLookedUpInTheMap) {
  rig.config.map.map_cache = 8_KiB;
  rig.build();
  read(1016, 2);
  read(1018, 2);
  EXPECT_EQ(asked(), (Ranges{{4096, 1}, {1016, 2}, {1018, 2}, {1020, 4}, {4097, 1}, {1024, 4}}));
  read(1020, 8);
  EXPECT_EQ(seen().hits, 8u);
}

}  // namespace
}  // namespace icesim
