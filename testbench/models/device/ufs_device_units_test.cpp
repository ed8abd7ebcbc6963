// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/device/ufs_device_fixture.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

namespace unit = scsi::well_known;

/// Which commands each unit knows, and what it refuses.
struct UfsDeviceUnitsTest : UfsDeviceTest {
  std::uint64_t tag = 1;

  UfsDeviceUnitsTest() { rig.config.restart = rig.config.map_rebuild = 0_ps; }
  Sense refusal(const scsi::Cdb& cdb, std::uint8_t lun, std::uint8_t flags = 0, std::uint64_t length = 0) {
    rig.send(rig.command(++tag, cdb, flags, length, lun).encode());
    rig.run_for(1_ms);
    return rig.status(tag) == Status::good ? sense::none : rig.sense(tag);
  }
  query::Result set_flag(std::uint8_t flag) {
    return static_cast<query::Result>(query(query::set_flag(Tag{31}, flag)).response);
  }
};

TEST_F(UfsDeviceUnitsTest, WellKnownUnitsKnowTheCommandsOfTheirKindAndNoOthers) {
  rig.build();
  const scsi::Cdb stop = scsi::start_stop_unit({1, false, false});
  for (const std::uint8_t lun : {unit::report_luns, unit::ufs_device, unit::boot, unit::rpmb}) {
    EXPECT_EQ(refusal(scsi::test_unit_ready(), lun), sense::none);
    EXPECT_EQ(refusal(scsi::read_10(Lba{0}, 1), lun, CommandUpiu::read, 4096), sense::invalid_opcode);
    EXPECT_EQ(refusal(stop, lun), lun == unit::ufs_device ? sense::none : sense::invalid_opcode) << int{lun};
    const auto data = ask(++tag, scsi::request_sense(18), 18, lun);
    EXPECT_EQ(byte(data, 2) & 0x0f, 0);
  }
  EXPECT_EQ(refusal(stop, 0), sense::none);
}

TEST_F(UfsDeviceUnitsTest, RpmbTellsThatItHasNoProtocolOfItsOwnAndRefusesThem) {
  rig.build();
  const scsi::SecurityProtocol list{0x00, 0x0000, 512};
  const auto data = ask(++tag, scsi::security_protocol_in(list), 512, unit::rpmb);
  ASSERT_EQ(data.size(), 9u);
  EXPECT_EQ(byte(data, 7), 1) << "one protocol";
  EXPECT_EQ(byte(data, 8), 0x00) << "this list";
  const scsi::SecurityProtocol rpmb{scsi::ufs_security_protocol, 0x0001, 512};
  EXPECT_EQ(refusal(scsi::security_protocol_in(rpmb), unit::rpmb, CommandUpiu::read, 512), sense::invalid_field_in_cdb);
  EXPECT_EQ(refusal(scsi::security_protocol_out(rpmb), unit::rpmb, CommandUpiu::write, 512), sense::invalid_field_in_cdb);
  EXPECT_TRUE(rig.host.of(Tag{tag}, Transaction::ready_to_transfer).empty());
  for (const std::uint8_t lun : {std::uint8_t{0}, unit::ufs_device})
    EXPECT_EQ(refusal(scsi::security_protocol_in(list), lun, CommandUpiu::read, 512), sense::invalid_opcode);
}

TEST_F(UfsDeviceUnitsTest, AUnitThatIsProtectedFromPowerOnRefusesWritesAndReadsGoOn) {
  rig.build();
  rig.answer_rtts(1_us);
  query(query::read_descriptor(Tag{31}, query::Descriptor::unit, 0));
  EXPECT_EQ(query::UnitDescriptor::decode(rig.host.sent.back().data.data()).write_protect, 1);
  EXPECT_EQ(refusal(scsi::write_10(Lba{0}, 1), 0, CommandUpiu::write, 4096), sense::none);
  EXPECT_EQ(set_flag(query::fPowerOnWPEn), query::Result::success);
  const std::size_t written = rig.flash.writes.size();
  EXPECT_EQ(refusal(scsi::write_10(Lba{0}, 1), 0, CommandUpiu::write, 4096), sense::write_protected);
  EXPECT_EQ(refusal(scsi::unmap(), 0, CommandUpiu::write, scsi::unmap_list_size), sense::write_protected);
  EXPECT_TRUE(rig.host.of(Tag{tag}, Transaction::ready_to_transfer).empty());
  EXPECT_EQ(rig.flash.writes.size(), written);
  EXPECT_EQ(refusal(scsi::read_10(Lba{0}, 1), 0, CommandUpiu::read, 4096), sense::none);
  EXPECT_EQ(refusal(scsi::synchronize_cache_10(), 0), sense::none);
  const scsi::ModeSense all{0, 0x3f, 0, false, 64};
  EXPECT_EQ(byte(ask(++tag, scsi::mode_sense_10(all), 64), 3) & 0x80, 0x80);
}

TEST_F(UfsDeviceUnitsTest, TheProtectionIsOverWithThePowerAndNotBefore) {
  rig.build();
  rig.answer_rtts(1_us);
  set_flag(query::fPowerOnWPEn);
  for (const QueryUpiu& each : {query::clear_flag(Tag{31}, query::fPowerOnWPEn), query::toggle_flag(Tag{31}, query::fPowerOnWPEn)})
    EXPECT_EQ(static_cast<query::Result>(query(each).response), query::Result::not_writeable);
  rig.device->link_reset();
  EXPECT_EQ(refusal(scsi::write_10(Lba{0}, 1), 0, CommandUpiu::write, 4096), sense::write_protected);
  rig.device->lose_power();
  EXPECT_EQ(refusal(scsi::write_10(Lba{0}, 1), 0, CommandUpiu::write, 4096), sense::none);
  EXPECT_EQ(query(query::read_flag(Tag{31}, query::fPowerOnWPEn)).value, 0u);
}

TEST_F(UfsDeviceUnitsTest, AResetGivesVolatileAttributesAndFlagsTheirDefaultsAndLeavesTheOthers) {
  rig.build();
  query(query::write_attribute(Tag{31}, query::bActiveICCLevel, 7));
  query(query::write_attribute(Tag{31}, query::wExceptionEventControl, 4));
  query(query::write_attribute(Tag{31}, query::bMaxNumOfRTT, 5));
  query(query::write_attribute(Tag{31}, query::bRefClkFreq, 2));
  query(query::clear_flag(Tag{31}, query::fBackgroundOpsEn));
  query(query::set_flag(Tag{31}, query::fPowerOnWPEn));
  const auto attribute = [&](std::uint8_t idn) { return query(query::read_attribute(Tag{31}, idn)).value; };
  const auto flag = [&](std::uint8_t idn) { return query(query::read_flag(Tag{31}, idn)).value; };
  for (const bool power : {false, true}) {
    power ? rig.device->lose_power() : rig.device->link_reset();
    EXPECT_EQ(attribute(query::bActiveICCLevel), 0u);
    EXPECT_EQ(attribute(query::wExceptionEventControl), 0u);
    EXPECT_EQ(attribute(query::bMaxNumOfRTT), 5u);
    EXPECT_EQ(attribute(query::bRefClkFreq), 2u);
    EXPECT_EQ(flag(query::fBackgroundOpsEn), 1u);
    EXPECT_EQ(flag(query::fPowerOnWPEn), power ? 0u : 1u);
  }
}

TEST_F(UfsDeviceUnitsTest, AnUnmapTakesItsTimeForTheRange) {
  rig.config.unmap_latency = 2_ms;
  rig.build();
  scsi::UnmapList list = scsi::unmap_list({Lba{8}, 16});
  rig.answer_rtts(1_us, list.data());
  rig.send(rig.command(1, scsi::unmap(), CommandUpiu::write, list.size()).encode());
  rig.run_for(1_ms);
  EXPECT_TRUE(rig.flash.trims.empty());
  EXPECT_EQ(rig.responses(1), 0u);
  rig.run_for(2_ms);
  ASSERT_EQ(rig.flash.trims.size(), 1u);
  EXPECT_EQ(rig.flash.trims[0].first, Lba{8});
  EXPECT_EQ(rig.flash.trims[0].count, 16u);
  EXPECT_EQ(rig.status(1), Status::good);

  rig.send(rig.command(2, scsi::unmap(), CommandUpiu::write, list.size()).encode());
  rig.run_for(1_ms);
  EXPECT_EQ(manage({TaskFunction::abort_task, 0, Tag{9}, Tag{2}}), TaskResponse::complete);
  rig.run_for(5_ms);
  EXPECT_EQ(rig.flash.trims.size(), 1u) << "it was aborted before its time";
}

}  // namespace
}  // namespace icesim
