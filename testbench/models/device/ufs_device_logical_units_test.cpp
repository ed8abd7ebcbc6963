// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/unit_attention.hpp"
#include "testbench/models/device/ufs_device_fixture.hpp"

namespace icesim {
namespace {

namespace unit = scsi::well_known;

/// A device with four logical units: 0 has 88 of 100 blocks, each other 4.
struct UfsDeviceLogicalUnitsTest : UfsDeviceTest {
  std::uint64_t tag = 0;

  UfsDeviceLogicalUnitsTest() {
    rig.config.capacity_blocks = 100;
    rig.config.logical_units = 4;
    rig.config.other_unit_size = 16_KiB;
    rig.config.unit_attention = true;
  }
  Sense sense_of(const scsi::Cdb& cdb, std::uint8_t lun, std::uint8_t flags = 0, std::uint64_t length = 0) {
    rig.host.sent.clear();
    rig.send(rig.command(++tag, cdb, flags, length, lun).encode());
    rig.run_for(1_ms);
    return rig.status(tag) == Status::good ? sense::none : rig.sense(tag);
  }
  Sense read(std::uint8_t lun, std::uint64_t lba, std::uint16_t blocks = 1) {
    return sense_of(scsi::read_10(Lba{lba}, blocks), lun, CommandUpiu::read, blocks * logical_block.n);
  }
  Sense write(std::uint8_t lun, std::uint64_t lba) { return sense_of(scsi::write_10(Lba{lba}, 1), lun, CommandUpiu::write, 4096); }
  static std::vector<std::uint8_t> units(std::vector<std::uint8_t> list) { return list; }
  static std::uint64_t blocks(std::uint8_t lun) { return lun == 0 ? 88 : 4; }
  static std::uint64_t first(std::uint8_t lun) { return lun == 0 ? 0 : 84 + lun * 4u; }
};

TEST_F(UfsDeviceLogicalUnitsTest, TellsWhichThereAreAndHowLargeEachIs) {
  rig.build();
  scsi::Cdb everything = scsi::report_luns(256);
  everything[2] = std::byte{2};  // well-known ones, too
  const auto luns = ask(++tag, everything, 256);
  ASSERT_EQ(luns.size(), 8u + 8 * 8);
  EXPECT_EQ(load_be32(&luns[0]), 8u * 8);
  for (std::uint8_t lun = 0; lun < 4; ++lun) {
    EXPECT_EQ(load_be16(&luns.at(8 + lun * 8u)), lun);
    EXPECT_EQ(byte(ask(++tag, scsi::inquiry({false, 0, 36}), 36, lun), 0), 0x00);
    EXPECT_EQ(byte(ask(++tag, scsi::inquiry({true, 0x83, 64}), 64, lun), 19), '0' + lun) << "a name of its own";
    EXPECT_EQ(load_be32(&ask(++tag, scsi::inquiry({true, 0xb0, 64}), 64, lun).at(20)), blocks(lun));
    EXPECT_EQ(load_be32(&ask(++tag, scsi::read_capacity_10(), 8, lun).at(0)), blocks(lun) - 1);
    EXPECT_EQ(load_be64(&ask(++tag, scsi::read_capacity_16(32), 32, lun).at(0)), blocks(lun) - 1);
    query(query::read_descriptor(Tag{31}, query::Descriptor::unit, lun));
    const auto descriptor = query::UnitDescriptor::decode(rig.host.sent.back().data.data());
    EXPECT_EQ(descriptor.index, lun);
    EXPECT_TRUE(descriptor.enabled);
    EXPECT_EQ(descriptor.blocks, blocks(lun));
    EXPECT_EQ(descriptor.boot_id, 0);
  }
  EXPECT_EQ(load_be16(&luns.at(8 + 4 * 8)), 0xc101);
  EXPECT_EQ(query(query::read_descriptor(Tag{31}, query::Descriptor::unit, 4)).response,
            static_cast<std::uint8_t>(query::Result::invalid_index));
  query(query::read_descriptor(Tag{31}, query::Descriptor::device));
  const auto device = query::DeviceDescriptor::decode(rig.host.sent.back().data.data());
  EXPECT_EQ(device.units, 4);
  EXPECT_FALSE(device.boots);
}

TEST_F(UfsDeviceLogicalUnitsTest, GivesEachItsOwnBlocksOfTheFlash) {
  rig.build();
  rig.answer_rtts(1_us);
  for (std::uint8_t lun = 0; lun < 4; ++lun) {
    const std::uint64_t last = blocks(lun) - 1;
    EXPECT_EQ(read(lun, last), sense::none);
    EXPECT_EQ(rig.flash.reads.back().first, Lba{first(lun) + last});
    EXPECT_EQ(read(lun, last, 2), sense::lba_out_of_range);
    EXPECT_EQ(write(lun, last), sense::none);
    EXPECT_EQ(rig.flash.writes.back().first, Lba{first(lun) + last});
    EXPECT_EQ(write(lun, last + 1), sense::lba_out_of_range);
    EXPECT_EQ(sense_of(scsi::synchronize_cache_10(), lun), sense::none);
  }
}

TEST_F(UfsDeviceLogicalUnitsTest, UnmapsBlocksOfTheUnitThatIsAsked) {
  rig.build();
  for (const auto& [from, count, end] : {std::tuple{1u, 3u, sense::none}, std::tuple{1u, 4u, sense::lba_out_of_range}}) {
    scsi::UnmapList list = scsi::unmap_list({Lba{from}, count});
    rig.answer_rtts(1_us, list.data());
    EXPECT_EQ(sense_of(scsi::unmap(), 2, CommandUpiu::write, list.size()), end);
  }
  ASSERT_EQ(rig.flash.trims.size(), 1u);
  EXPECT_EQ(rig.flash.trims[0].first, Lba{93});
  EXPECT_EQ(rig.flash.trims[0].count, 3u);
}

TEST_F(UfsDeviceLogicalUnitsTest, SaysThatAnAbsentOneIsNotSupported) {
  rig.build();
  for (const auto lun : units({4, 7, 8, 0x7f})) {
    EXPECT_EQ(read(lun, 0), sense::lun_not_supported) << int{lun};
    EXPECT_EQ(sense_of(scsi::test_unit_ready(), lun), sense::lun_not_supported);
    EXPECT_EQ(byte(ask(++tag, scsi::inquiry({false, 0, 36}), 36, lun), 0), 0x7f);
    EXPECT_EQ(manage({TaskFunction::abort_task, lun, Tag{200u + tag}, Tag{2}}), TaskResponse::bad_lun);
  }
  EXPECT_TRUE(rig.flash.reads.empty());
}

TEST_F(UfsDeviceLogicalUnitsTest, TellsOfAResetOncePerUnitThatWasAsked) {
  rig.build();
  for (const auto lun : units({0, 2, 3})) EXPECT_EQ(read(lun, 0), sense::none);
  rig.device->link_reset();
  for (const auto lun : units({3, 0, 2})) EXPECT_EQ(read(lun, 0), sense::reset_occurred);
  EXPECT_EQ(read(1, 0), sense::none) << "had not been asked";
  for (const auto lun : units({0, 1, 2, 3})) EXPECT_EQ(read(lun, 0), sense::none);
  EXPECT_EQ(manage({TaskFunction::logical_unit_reset, 2, Tag{100}, {}}), TaskResponse::complete);
  EXPECT_EQ(read(0, 0), sense::none);
  EXPECT_EQ(read(2, 0), sense::reset_occurred);
  EXPECT_EQ(read(2, 0), sense::none);
}

TEST_F(UfsDeviceLogicalUnitsTest, AbortsTheCommandsOfTheUnitThatIsReset) {
  rig.flash.read_time = 300_us;
  rig.build();
  rig.send(rig.command(1, scsi::read_10(Lba{0}, 1), CommandUpiu::read, 4096, 1).encode());
  rig.send(rig.command(2, scsi::read_10(Lba{0}, 1), CommandUpiu::read, 4096, 2).encode());
  rig.run_for(100_us);
  rig.send(TaskRequest{TaskFunction::logical_unit_reset, 2, Tag{40}, {}, 0}.encode());
  rig.run_for(1_ms);
  EXPECT_EQ(rig.status(1), Status::good);
  EXPECT_EQ(rig.responses(2), 0u);
}

TEST_F(UfsDeviceLogicalUnitsTest, BootsFromTheLast) {
  rig.config.boot_unit = true;
  rig.build();
  query(query::read_descriptor(Tag{31}, query::Descriptor::unit, 3));
  EXPECT_EQ(query::UnitDescriptor::decode(rig.host.sent.back().data.data()).boot_id, 1);
  query(query::read_descriptor(Tag{31}, query::Descriptor::unit, 2));
  EXPECT_EQ(query::UnitDescriptor::decode(rig.host.sent.back().data.data()).boot_id, 0);
  query(query::read_descriptor(Tag{31}, query::Descriptor::device));
  EXPECT_TRUE(query::DeviceDescriptor::decode(rig.host.sent.back().data.data()).boots);
  EXPECT_EQ(query(query::read_attribute(Tag{31}, query::bBootLunEn)).value, 1u);
  EXPECT_EQ(read(unit::boot, 3), sense::none);
  EXPECT_EQ(rig.flash.reads.back().first, Lba{99});
  EXPECT_EQ(read(unit::boot, 4), sense::lba_out_of_range);
  EXPECT_EQ(write(unit::boot, 0), sense::invalid_opcode);
  EXPECT_EQ(read(unit::rpmb, 0), sense::invalid_opcode);
}

TEST_F(UfsDeviceLogicalUnitsTest, BootsFromNoneWhileBootingIsDisabled) {
  rig.config.boot_unit = true;
  rig.build();
  const auto set = [&](std::uint32_t value) { return query(query::write_attribute(Tag{31}, query::bBootLunEn, value)).response; };
  EXPECT_EQ(read(unit::boot, 0), sense::none);
  EXPECT_EQ(set(2), static_cast<std::uint8_t>(query::Result::invalid_value)) << "there is no boot LU B";
  EXPECT_EQ(set(0), static_cast<std::uint8_t>(query::Result::success));
  const std::size_t reads = rig.flash.reads.size();
  EXPECT_EQ(read(unit::boot, 0), sense::invalid_opcode);
  EXPECT_EQ(sense_of(scsi::test_unit_ready(), unit::boot), sense::none);
  EXPECT_EQ(byte(ask(++tag, scsi::inquiry({false, 0, 36}), 36, unit::boot), 0), 0x1e);
  EXPECT_EQ(rig.flash.reads.size(), reads);
  EXPECT_EQ(read(3, 0), sense::none) << "its blocks are there";
  rig.device->lose_power();
  rig.run_for(rig.config.recovery(rig.config.capacity_blocks));
  EXPECT_EQ(query(query::read_attribute(Tag{31}, query::bBootLunEn)).value, 0u) << "stays";
  EXPECT_EQ(read(unit::boot, 0), sense::invalid_opcode);
  EXPECT_EQ(set(1), static_cast<std::uint8_t>(query::Result::success));
  EXPECT_EQ(read(unit::boot, 0), sense::none);
}

TEST_F(UfsDeviceLogicalUnitsTest, EachMayHaveASizeOfItsOwn) {
  rig.config.logical_units = 5;
  rig.config.unit_sizes = UnitSizes::of("32KiB,4KiB,12KiB");
  rig.config.boot_unit = true;
  rig.build();
  rig.answer_rtts(1_us);
  const std::uint64_t sizes[] = {100 - 8 - 1 - 3 - 3, 8, 1, 3, 3};
  std::uint64_t at = 0;
  for (std::uint8_t lun = 0; lun < 5; ++lun) {
    query(query::read_descriptor(Tag{31}, query::Descriptor::unit, lun));
    EXPECT_EQ(query::UnitDescriptor::decode(rig.host.sent.back().data.data()).blocks, sizes[lun]);
    EXPECT_EQ(load_be32(&ask(++tag, scsi::read_capacity_10(), 8, lun).at(0)), sizes[lun] - 1);
    EXPECT_EQ(load_be32(&ask(++tag, scsi::inquiry({true, 0xb0, 64}), 64, lun).at(20)), sizes[lun]);
    EXPECT_EQ(write(lun, 0), sense::none);
    EXPECT_EQ(rig.flash.writes.back().first, Lba{at});
    EXPECT_EQ(read(lun, sizes[lun] - 1), sense::none);
    EXPECT_EQ(rig.flash.reads.back().first, Lba{at + sizes[lun] - 1});
    EXPECT_EQ(read(lun, sizes[lun]), sense::lba_out_of_range);
    EXPECT_EQ(write(lun, sizes[lun]), sense::lba_out_of_range);
    at += sizes[lun];
  }
  EXPECT_EQ(at, 100u);
  query(query::read_descriptor(Tag{31}, query::Descriptor::geometry));
  EXPECT_EQ(query::GeometryDescriptor::decode(rig.host.sent.back().data.data()).capacity, logical_block * 100);
  EXPECT_EQ(read(unit::boot, 2), sense::none);
  EXPECT_EQ(read(unit::boot, 3), sense::lba_out_of_range);
}

}  // namespace
}  // namespace icesim
