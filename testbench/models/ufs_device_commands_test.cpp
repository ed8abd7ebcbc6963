// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/bytes.hpp"
#include "testbench/support/kernel.hpp"
#include "testbench/support/ufs_device_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using scsi::Status;

struct UfsDeviceTest : testing::Test {
  DeviceRig rig;

  /// Sends one command with data in and runs until it is over; returns the data.
  std::vector<std::byte> ask(std::uint64_t tag, const scsi::Cdb& cdb, std::uint64_t expected, std::uint8_t lun = 0) {
    rig.send(rig.command(tag, cdb, CommandUpiu::read, expected, lun).encode());
    rig.run_for(1_ms);
    const auto data = rig.host.of(Tag{tag}, Transaction::data_in);
    if (data.empty()) return {};
    EXPECT_EQ(data.size(), 1u);
    EXPECT_TRUE(data[0]->has_bytes);
    return data[0]->data;
  }
  QueryUpiu query(const QueryUpiu& request) {
    rig.send(request.encode());
    rig.run_for(1_ms);
    return QueryUpiu::decode(rig.host.sent.back().header);
  }
  TaskResponse manage(const TaskRequest& request) {
    rig.send(request.encode());
    rig.run_for(100_us);
    const auto answers = rig.host.of(request.tag, Transaction::task_management_response);
    EXPECT_EQ(answers.size(), 1u);
    return TaskResult::decode(answers.at(0)->header).result;
  }
  static std::uint8_t byte(const std::vector<std::byte>& data, std::size_t i) { return load_u8(&data.at(i)); }
};

TEST_F(UfsDeviceTest, AnswersNopOutWithNopInOfTheSameTag) {
  rig.build();
  rig.send(NopOut{Tag{7}}.encode());
  rig.run_for(1_ms);
  ASSERT_EQ(rig.host.sent.size(), 1u);
  EXPECT_EQ(transaction_of(rig.host.sent[0].header), Transaction::nop_in);
  EXPECT_EQ(tag_of(rig.host.sent[0].header), Tag{7});
  EXPECT_EQ(rig.device->statistics().nops, 1u);
}

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

TEST_F(UfsDeviceTest, RejectsWhatItDoesNotUnderstand) {
  rig.build();
  UpiuHeader unknown{};
  unknown[0] = std::byte{0x15};
  unknown[3] = std::byte{1};
  rig.send(unknown);
  UpiuHeader with_data = rig.read(2, 0, 1).encode();
  with_data[11] = std::byte{8};
  rig.send(with_data);
  UpiuHeader with_extra_header = rig.read(3, 0, 1).encode();
  with_extra_header[8] = std::byte{1};
  rig.send(with_extra_header);
  rig.send(rig.read(4, 0, 1).encode());
  rig.send(rig.read(4, 8, 1).encode());  // tag in use
  rig.run_for(1_ms);
  for (std::uint64_t tag = 1; tag <= 4; ++tag) EXPECT_EQ(rig.host.of(Tag{tag}, Transaction::reject).size(), 1u) << tag;
  EXPECT_EQ(rig.status(4), Status::good);
  EXPECT_EQ(rig.device->statistics().rejects, 4u);
}

TEST_F(UfsDeviceTest, AnswersTheQueriesOfALinuxProbe) {
  rig.config.initialisation = 3_ms;
  rig.build();
  EXPECT_EQ(query(query::set_flag(Tag{31}, query::fDeviceInit)).value, 1u);
  EXPECT_EQ(query(query::read_flag(Tag{31}, query::fDeviceInit)).value, 1u);
  rig.run_for(rig.config.initialisation);
  EXPECT_EQ(query(query::read_flag(Tag{31}, query::fDeviceInit)).value, 0u);

  using query::Descriptor;
  struct Expected {
    Descriptor descriptor;
    std::uint8_t index;
    std::size_t size;
  };
  for (const Expected& each :
       {Expected{Descriptor::geometry, 0, query::GeometryDescriptor::size},
        Expected{Descriptor::device, 0, query::DeviceDescriptor::size},
        Expected{Descriptor::power, 0, query::power_descriptor_size},
        Expected{Descriptor::unit, 0xc4, query::UnitDescriptor::size},
        Expected{Descriptor::unit, 0, query::UnitDescriptor::size}, Expected{Descriptor::string, 1, 2 + 2 * 6}}) {
    const QueryUpiu answer = query(query::read_descriptor(Tag{31}, each.descriptor, each.index));
    EXPECT_EQ(answer.response, static_cast<std::uint8_t>(query::Result::success));
    EXPECT_EQ(answer.data_segment, Bytes{each.size});
    const auto& data = rig.host.sent.back().data;
    ASSERT_EQ(data.size(), each.size);
    EXPECT_EQ(byte(data, 0), each.size);
    EXPECT_EQ(byte(data, 1), static_cast<std::uint8_t>(each.descriptor));
  }
  EXPECT_NE(query(query::read_attribute(Tag{31}, query::bRefClkGatingWaitTime)).value, 0u) << "Linux warns of 0";
  for (const std::uint8_t status : {query::bBackgroundOpStatus, query::wExceptionEventStatus}) {
    EXPECT_EQ(query(query::read_attribute(Tag{31}, status)).response, 0);
    EXPECT_EQ(query(query::read_attribute(Tag{31}, status)).value, 0u);
    EXPECT_EQ(query(query::write_attribute(Tag{31}, status, 1)).response,
              static_cast<std::uint8_t>(query::Result::not_writeable));
  }
  EXPECT_EQ(query(query::write_attribute(Tag{31}, query::wExceptionEventControl, 4)).response, 0);
  EXPECT_EQ(query(query::read_attribute(Tag{31}, query::wExceptionEventControl)).value, 4u);
  EXPECT_EQ(query(query::clear_flag(Tag{31}, query::fBackgroundOpsEn)).value, 0u);
  EXPECT_EQ(query(query::toggle_flag(Tag{31}, query::fBackgroundOpsEn)).value, 1u);
}

TEST_F(UfsDeviceTest, TellsItsSegmentSizesInUnitsOf512Bytes) {
  rig.config.max_data_in = 8_KiB;
  rig.config.max_data_out = 16_KiB;
  rig.build();
  EXPECT_EQ(query(query::read_attribute(Tag{0}, query::bMaxDataInSize)).value, rig.config.max_data_in / sector_size);
  EXPECT_EQ(query(query::read_attribute(Tag{0}, query::bMaxDataOutSize)).value, rig.config.max_data_out / sector_size);
  query(query::read_descriptor(Tag{0}, query::Descriptor::geometry));
  const auto geometry = query::GeometryDescriptor::decode(rig.host.sent.back().data.data());
  EXPECT_EQ(geometry.max_data_in, rig.config.max_data_in);
  EXPECT_EQ(geometry.max_data_out, rig.config.max_data_out);
  EXPECT_EQ(geometry.capacity, logical_block * rig.config.capacity_blocks);
}

TEST_F(UfsDeviceTest, NamesTheReasonWhyAQueryFails) {
  rig.build();
  const auto code = [&](const QueryUpiu& request) { return static_cast<query::Result>(query(request).response); };
  using query::Result;
  EXPECT_EQ(code(query::read_attribute(Tag{1}, 0x99)), Result::invalid_idn);
  EXPECT_EQ(code(query::read_flag(Tag{1}, 0x99)), Result::invalid_idn);
  EXPECT_EQ(code(query::read_descriptor(Tag{1}, static_cast<query::Descriptor>(0x99))), Result::invalid_idn);
  EXPECT_EQ(code(query::read_descriptor(Tag{1}, query::Descriptor::unit, 5)), Result::invalid_index);
  EXPECT_EQ(code(query::write_attribute(Tag{1}, query::bMaxDataInSize, 1)), Result::not_writeable);
  EXPECT_EQ(code(query::write_attribute(Tag{1}, query::bMaxNumOfRTT, 0)), Result::invalid_value);
  EXPECT_EQ(code(query::clear_flag(Tag{1}, query::fDeviceInit)), Result::not_writeable);
  QueryUpiu odd = query::read_flag(Tag{1}, query::fDeviceInit);
  odd.opcode = 0x0f;
  EXPECT_EQ(code(odd), Result::invalid_opcode);
}

TEST_F(UfsDeviceTest, AbortsOnlyTheTaskThatWasNamed) {
  rig.flash.read_time = 1_ms;
  rig.build();
  rig.send(rig.read(1, 0, 4).encode());
  rig.send(rig.read(2, 8, 4).encode());
  rig.run_for(100_us);
  EXPECT_EQ(manage({TaskFunction::query_task, 0, Tag{40}, Tag{1}, 0}), TaskResponse::succeeded);
  EXPECT_EQ(manage({TaskFunction::abort_task, 0, Tag{41}, Tag{1}, 0}), TaskResponse::complete);
  rig.run_for(2_ms);
  EXPECT_EQ(rig.responses(1), 0u);
  EXPECT_EQ(rig.device->statistics().aborted, 1u);
  EXPECT_EQ(rig.status(2), Status::good);
  EXPECT_EQ(rig.device->outstanding(), 0u);
  EXPECT_EQ(manage({TaskFunction::query_task, 0, Tag{42}, Tag{1}, 0}), TaskResponse::complete);
}

TEST_F(UfsDeviceTest, DrainsAbortedReadsBeforeTheirPlaceIsUsedAgain) {
  rig.config.queue_depth = 1;
  rig.flash.read_time = 10_ms;
  rig.build();
  rig.send(rig.read(1, 0, 4).encode());
  rig.run_for(1_ms);
  EXPECT_EQ(manage({TaskFunction::logical_unit_reset, 0, Tag{40}, {}, 0}), TaskResponse::complete);
  EXPECT_EQ(rig.device->statistics().aborted, 1u);
  rig.send(rig.read(1, 0, 4).encode());
  rig.run_for(1_ms);
  EXPECT_EQ(rig.status(1), Status::task_set_full);
  rig.run_for(rig.flash.read_time);
  EXPECT_EQ(rig.device->outstanding(), 0u);
  EXPECT_EQ(rig.responses(1), 1u);
}

TEST_F(UfsDeviceTest, RefusesUnknownTaskFunctionsAndUnits) {
  rig.build();
  EXPECT_EQ(manage({static_cast<TaskFunction>(0x33), 0, Tag{1}, Tag{2}, 0}), TaskResponse::not_supported);
  EXPECT_EQ(manage({TaskFunction::abort_task, 9, Tag{2}, Tag{2}, 0}), TaskResponse::bad_lun);
}

TEST_F(UfsDeviceTest, AllowsOnlySegmentsOfWholeBlocks) {
  rig.config.max_data_in = Bytes{4097};
  EXPECT_THROW(rig.build(), UserError);
  rig.agenda.reset();
  test::reset_kernel();
  rig.config = {};
  rig.config.max_data_out = 64_KiB;
  EXPECT_THROW(rig.build(), UserError);
}

}  // namespace
}  // namespace icesim
