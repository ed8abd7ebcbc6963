// SPDX-License-Identifier: Apache-2.0
#include "models/system/forget_simulation.hpp"
#include "testbench/models/device/ufs_device_fixture.hpp"

namespace icesim {
namespace {

TEST_F(UfsDeviceTest, SaysGoodToTestUnitReadyAndStartStopUnit) {
  rig.build();
  rig.send(rig.command(1, scsi::test_unit_ready(), 0, 0).encode());
  rig.send(rig.command(2, scsi::start_stop_unit({3, false, false}), 0, 0, scsi::well_known::ufs_device).encode());
  rig.run_for(1_ms);
  EXPECT_EQ(rig.status(1), Status::good);
  EXPECT_EQ(rig.status(2), Status::good);
  EXPECT_EQ(rig.result(2).lun, scsi::well_known::ufs_device);
  EXPECT_EQ(rig.device->outstanding(), 0u);
}

TEST_F(UfsDeviceTest, TellsTheKindOfEachLogicalUnitByInquiry) {
  rig.build();
  EXPECT_EQ(byte(ask(1, scsi::inquiry({}), 36), 0), 0x00);
  EXPECT_EQ(byte(ask(2, scsi::inquiry({}), 36, scsi::well_known::ufs_device), 0), 0x1e);
  EXPECT_EQ(byte(ask(3, scsi::inquiry({}), 36, scsi::well_known::rpmb), 0), 0x1e);
  EXPECT_EQ(byte(ask(4, scsi::inquiry({}), 36, scsi::well_known::boot), 0), 0x1e);
  EXPECT_EQ(byte(ask(5, scsi::inquiry({}), 36, 1), 0), 0x7f);
}

TEST_F(UfsDeviceTest, HasTheProductDataPagesThatLinuxReads) {
  rig.build();
  const auto pages = ask(1, scsi::inquiry({true, 0x00, 64}), 64);
  ASSERT_EQ(pages.size(), 4u + byte(pages, 3));
  for (std::size_t i = 4; i < pages.size(); ++i) {
    const std::uint64_t tag = 1 + i;
    const auto page = ask(tag, scsi::inquiry({true, byte(pages, i), 255}), 255);
    EXPECT_EQ(rig.status(tag), Status::good);
    EXPECT_EQ(byte(page, 1), byte(pages, i));
    EXPECT_EQ(page.size(), 4u + byte(page, 3));
  }
  ask(99, scsi::inquiry({true, 0x77, 255}), 255);
  EXPECT_EQ(rig.sense(99), sense::invalid_field_in_cdb);
}

TEST_F(UfsDeviceTest, TellsItsCapacityInBothForms) {
  rig.config.capacity_blocks = 123'456;
  rig.build();
  const auto small = ask(1, scsi::read_capacity_10(), 8);
  EXPECT_EQ(load_be32(&small.at(0)), rig.config.capacity_blocks - 1);
  EXPECT_EQ(load_be32(&small.at(4)), logical_block.n);
  const auto large = ask(2, scsi::read_capacity_16(), 32);
  EXPECT_EQ(load_be64(&large.at(0)), rig.config.capacity_blocks - 1);
}

TEST_F(UfsDeviceTest, ListsLogicalUnitsAndWellKnownOnes) {
  rig.build();
  const auto units = ask(1, scsi::report_luns(256), 256);
  EXPECT_EQ(load_be32(&units.at(0)), 8u);
  scsi::Cdb all = scsi::report_luns(256);
  all[2] = std::byte{2};
  EXPECT_EQ(ask(2, all, 256).size(), 8u + 8u * 5u);
}

TEST_F(UfsDeviceTest, ShowsItsWriteCacheInTheCachingPage) {
  for (const bool cache : {true, false}) {
    DeviceRig each;
    each.config.write_cache = cache;
    each.build();
    each.send(each.command(1, scsi::mode_sense_10({0, 0x08, 0, true, 255}), CommandUpiu::read, 255).encode());
    each.run_for(1_ms);
    const auto data = each.host.of(Tag{1}, Transaction::data_in).at(0)->data;
    EXPECT_EQ(load_u8(&data.at(8)), 0x08);
    EXPECT_EQ(load_u8(&data.at(10)), cache ? 0x04 : 0x00);
  }
}

TEST_F(UfsDeviceTest, ReportsNoSenseOnRequestSense) {
  rig.build();
  const auto data = ask(1, scsi::request_sense(18), 18);
  ASSERT_EQ(data.size(), sense_size);
  EXPECT_EQ(decode_sense(data.data()), sense::none);
}

TEST_F(UfsDeviceTest, CutsAnswersToTheAllocationLengthAndReportsUnderflow) {
  rig.build();
  EXPECT_EQ(ask(1, scsi::inquiry({false, 0, 5}), 36).size(), 5u);
  EXPECT_EQ(rig.result(1).flags, ResponseUpiu::underflow);
  EXPECT_EQ(rig.result(1).residual, Bytes{31});
}

TEST_F(UfsDeviceTest, EndsUnknownOpcodesInIllegalRequest) {
  rig.build();
  scsi::Cdb cdb{};
  cdb[0] = std::byte{0xc7};
  rig.send(rig.command(1, cdb, 0, 0).encode());
  rig.run_for(1_ms);
  EXPECT_EQ(rig.status(1), Status::check_condition);
  EXPECT_EQ(rig.sense(1), sense::invalid_opcode);
  EXPECT_EQ(rig.device->statistics().check_conditions, 1u);
}

TEST_F(UfsDeviceTest, EndsAccessBeyondTheCapacityInIllegalRequest) {
  rig.config.capacity_blocks = 100;
  rig.build();
  rig.send(rig.read(1, 99, 2).encode());
  rig.send(rig.write(2, 100, 1).encode());
  rig.send(rig.read(3, 99, 1).encode());
  const scsi::Cdb far = scsi::transfer({false, Lba{~std::uint64_t{0}}, 1, false});
  rig.send(rig.command(4, far, CommandUpiu::read, 4096).encode());
  rig.run_for(1_ms);
  for (const std::uint64_t tag : {1, 2, 4}) {
    EXPECT_EQ(rig.sense(tag), sense::lba_out_of_range);
    EXPECT_TRUE(rig.host.of(Tag{tag}, Transaction::data_in).empty());
  }
  EXPECT_EQ(rig.status(3), Status::good);
}

TEST_F(UfsDeviceTest, KnowsNoOtherLogicalUnits) {
  rig.build();
  rig.send(rig.command(1, scsi::read_10(Lba{0}, 1), CommandUpiu::read, 4096, 3).encode());
  rig.run_for(1_ms);
  EXPECT_EQ(rig.sense(1), sense::lun_not_supported);
}

TEST_F(UfsDeviceTest, RefusesATransferAgainstTheDirectionTheHostGave) {
  rig.build();
  rig.send(rig.command(1, scsi::read_10(Lba{0}, 1), CommandUpiu::write, 4096).encode());
  rig.run_for(1_ms);
  EXPECT_EQ(rig.sense(1), device_sense::invalid_field_in_command_upiu);
}

TEST_F(UfsDeviceTest, EndsCommandsBeyondItsQueueInTaskSetFull) {
  rig.config.queue_depth = 3;
  rig.build();
  for (std::uint64_t tag = 0; tag < 5; ++tag) rig.send(rig.read(tag, tag, 1).encode());
  rig.run_for(1_ms);
  for (std::uint64_t tag = 0; tag < 5; ++tag) {
    EXPECT_EQ(rig.status(tag), tag < rig.config.queue_depth ? Status::good : Status::task_set_full);
  }
  EXPECT_EQ(rig.device->statistics().task_set_full, 2u);
  EXPECT_EQ(rig.device->outstanding(), 0u);
}

TEST_F(UfsDeviceTest, AllowsOnlySegmentsOfWholeBlocks) {
  rig.config.max_data_in = Bytes{4097};
  EXPECT_THROW(rig.build(), UserError);
  rig.agenda.reset();
  forget_simulation();
  rig.config = {};
  rig.config.max_data_out = 64_KiB;
  EXPECT_THROW(rig.build(), UserError);
}

}  // namespace
}  // namespace icesim
