// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/device/ufs_device_fixture.hpp"

namespace icesim {
namespace {

TEST_F(UfsDeviceTest, AnswersNopOutWithNopInOfTheSameTag) {
  rig.build();
  rig.send(NopOut{Tag{7}}.encode());
  rig.run_for(1_ms);
  ASSERT_EQ(rig.host.sent.size(), 1u);
  EXPECT_EQ(transaction_of(rig.host.sent[0].header), Transaction::nop_in);
  EXPECT_EQ(tag_of(rig.host.sent[0].header), Tag{7});
  EXPECT_EQ(rig.device->statistics().nops, 1u);
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
  rig.run_for(1_ms);
  for (std::uint64_t tag = 1; tag <= 3; ++tag) EXPECT_EQ(rig.host.of(Tag{tag}, Transaction::reject).size(), 1u) << tag;
  EXPECT_EQ(rig.device->statistics().rejects, 3u);
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
  EXPECT_EQ(code(query::write_attribute(Tag{1}, query::dSecondsPassed, 10)), Result::success) << "Linux tells the time again and again";
  EXPECT_EQ(code(query::read_attribute(Tag{1}, query::dSecondsPassed)), Result::not_readable);
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

}  // namespace
}  // namespace icesim
