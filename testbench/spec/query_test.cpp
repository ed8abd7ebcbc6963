// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/query.hpp"

#include "icesim/base/error.hpp"
#include "icesim/spec/bytes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim::query {
namespace {

TEST(Query, AsksForADescriptorAsLinuxDoes) {
  const UpiuHeader header = read_descriptor(Tag{31}, Descriptor::geometry).encode();
  EXPECT_EQ(transaction_of(header), Transaction::query_request);
  EXPECT_EQ(load_u8(&header[5]), 0x01) << "standard read";
  EXPECT_EQ(load_u8(&header[12]), 0x01) << "read descriptor";
  EXPECT_EQ(load_u8(&header[13]), 0x07) << "geometry";
  EXPECT_EQ(load_be16(&header[18]), 255);
}

TEST(Query, WritesAttributesAndFlagsWithTheWriteFunction) {
  const QueryUpiu write = write_attribute(Tag{31}, wExceptionEventControl, 4);
  EXPECT_EQ(write.function, static_cast<std::uint8_t>(Function::standard_write));
  EXPECT_EQ(load_be32(&write.encode()[20]), 4u);
  for (const QueryUpiu& flag :
       {set_flag(Tag{1}, fDeviceInit), clear_flag(Tag{1}, fDeviceInit), toggle_flag(Tag{1}, fDeviceInit)}) {
    EXPECT_EQ(flag.function, static_cast<std::uint8_t>(Function::standard_write));
    EXPECT_EQ(flag.idn, fDeviceInit);
  }
  EXPECT_EQ(read_flag(Tag{1}, fDeviceInit).function, static_cast<std::uint8_t>(Function::standard_read));
  EXPECT_EQ(read_attribute(Tag{1}, bMaxNumOfRTT).function, static_cast<std::uint8_t>(Function::standard_read));
}

TEST(Query, AnswersWhatWasAsked) {
  const QueryUpiu request = read_descriptor(Tag{7}, Descriptor::unit, 3);
  const QueryUpiu answer = respond(request, Result::success, 0, UnitDescriptor::size);
  EXPECT_EQ(answer.transaction, Transaction::query_response);
  EXPECT_EQ(answer.tag, request.tag);
  EXPECT_EQ(answer.opcode, request.opcode);
  EXPECT_EQ(answer.index, 3);
  EXPECT_EQ(answer.length, UnitDescriptor::size);
  EXPECT_EQ(data_segment_length(answer.encode()), Bytes{UnitDescriptor::size});
  EXPECT_EQ(respond(request, Result::invalid_idn).response, 0xfd);
}

// Offsets of [ufs-descriptors]; byte 0 is the length and byte 1 the type, or Linux refuses.
TEST(DeviceDescriptor, HasLengthTypeAndFieldsAtTheirOffsets) {
  DeviceDescriptor device;
  device.extended_features = 0x11223344;
  const auto data = device.encode();
  EXPECT_EQ(load_u8(&data[0]), data.size());
  EXPECT_EQ(load_u8(&data[1]), 0);
  EXPECT_EQ(load_u8(&data[0x06]), device.units);
  EXPECT_EQ(load_be16(&data[0x10]), device.version);
  EXPECT_EQ(load_u8(&data[0x1c]), device.rtt_capability);
  EXPECT_EQ(load_u8(&data[0x21]), device.queue_depth);
  EXPECT_EQ(load_be32(&data[0x4f]), device.extended_features);
  device.booster_keeps_space = device.booster_type = 1;
  device.booster_units = 0x55667788;
  const auto boosted = device.encode();
  EXPECT_EQ(load_u8(&boosted[0x53]), 1);
  EXPECT_EQ(load_u8(&boosted[0x54]), 1);
  EXPECT_EQ(load_be32(&boosted[0x55]), device.booster_units);
  EXPECT_EQ(DeviceDescriptor::decode(boosted.data()).booster_units, device.booster_units);
}

RC_GTEST_PROP(DeviceDescriptor, SurvivesEncodingAndDecoding,
              (std::uint8_t small, std::uint16_t version, std::uint32_t features)) {
  DeviceDescriptor device;
  device.units = small;
  device.rtt_capability = static_cast<std::uint8_t>(~small);
  device.version = version;
  device.extended_features = features;
  RC_ASSERT(DeviceDescriptor::decode(device.encode().data()).encode() == device.encode());
  RC_ASSERT(DeviceDescriptor::decode(device.encode().data()).version == version);
}

TEST(GeometryDescriptor, CountsSizesInUnitsOf512Bytes) {
  GeometryDescriptor geometry;
  geometry.capacity = Bytes{std::uint64_t{64} << 30};
  geometry.max_data_in = Bytes{32768};
  const auto data = geometry.encode();
  EXPECT_EQ(load_u8(&data[0]), data.size());
  EXPECT_EQ(load_u8(&data[1]), 7);
  EXPECT_EQ(load_be64(&data[4]), geometry.capacity / sector_size);
  EXPECT_EQ(load_u8(&data[0x12]), 8) << "4 KiB blocks";
  EXPECT_EQ(load_u8(&data[0x15]), 64);
  const GeometryDescriptor back = GeometryDescriptor::decode(data.data());
  EXPECT_EQ(back.capacity, geometry.capacity);
  EXPECT_EQ(back.max_data_in, geometry.max_data_in);
  EXPECT_EQ(back.max_data_out, geometry.max_data_out);
  geometry.allocation_unit = allocation_unit;
  geometry.booster_units = 77;
  geometry.booster_factor = 3;
  const auto boosted = geometry.encode();
  EXPECT_EQ(sector_size * load_be32(&boosted[0x0d]) * load_u8(&boosted[0x11]), allocation_unit);
  EXPECT_EQ(load_be32(&boosted[0x4f]), 77u);
  EXPECT_EQ(load_u8(&boosted[0x54]), 3);
  EXPECT_EQ(load_be32(&data[0x4f]), 0u);
  geometry.max_data_out = Bytes{1000};
  EXPECT_THROW(geometry.encode(), Bug);
}

RC_GTEST_PROP(UnitDescriptor, SurvivesEncodingAndDecoding, (std::uint8_t index, bool enabled, std::uint64_t blocks)) {
  const UnitDescriptor unit{index, enabled, index, blocks, static_cast<std::uint8_t>(index % 3)};
  const auto data = unit.encode();
  const UnitDescriptor back = UnitDescriptor::decode(data.data());
  RC_ASSERT(back.write_protect == unit.write_protect);
  RC_ASSERT(back.index == index);
  RC_ASSERT(back.enabled == enabled);
  RC_ASSERT(back.queue_depth == index);
  RC_ASSERT(back.blocks == blocks);
  RC_ASSERT((std::uint64_t{1} << load_u8(&data[0x0a])) == logical_block.n);
  RC_ASSERT(load_be64(&data[0x0b]) == blocks);
}

TEST(StringDescriptor, IsUtf16) {
  std::array<std::byte, max_string_descriptor_size> data{};
  EXPECT_EQ(string_descriptor("ice", data), 8u);
  EXPECT_EQ(load_u8(&data[0]), 8);
  EXPECT_EQ(load_u8(&data[1]), 5);
  EXPECT_EQ(load_be16(&data[2]), 'i');
  EXPECT_EQ(load_be16(&data[6]), 'e');
  EXPECT_THROW(string_descriptor("seventeen letters", data), Bug);
}

TEST(PowerDescriptor, SaysItsLengthAndType) {
  const auto data = power_descriptor();
  EXPECT_EQ(load_u8(&data[0]), data.size());
  EXPECT_EQ(load_u8(&data[1]), 8);
}

}  // namespace
}  // namespace icesim::query
