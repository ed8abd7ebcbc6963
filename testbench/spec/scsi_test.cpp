// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/scsi.hpp"

#include "icesim/base/error.hpp"
#include "icesim/spec/bytes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim::scsi {
namespace {

TEST(Scsi, PutsAddressCountAndFuaWhereSdPutsThem) {
  const Cdb cdb = write_10(Lba{0x01020304}, 0x0506, true);
  const Cdb expected{std::byte{0x2a}, std::byte{0x08}, std::byte{1}, std::byte{2}, std::byte{3},
                     std::byte{4},    std::byte{0},    std::byte{5}, std::byte{6}};
  EXPECT_EQ(cdb, expected);
  EXPECT_EQ(read_10(Lba{0}, 1)[0], std::byte{0x28});
  EXPECT_EQ(read_10(Lba{0}, 1)[1], std::byte{0}) << "no FUA unless asked";
}

TEST(Scsi, UsesTheLongFormOnlyWhenNeeded) {
  EXPECT_EQ(opcode_of(transfer({false, Lba{0xffffffff}, 0xffff, false})), Opcode::read_10);
  EXPECT_EQ(opcode_of(transfer({false, Lba{0x100000000}, 1, false})), Opcode::read_16);
  EXPECT_EQ(opcode_of(transfer({true, Lba{0}, 0x10000, false})), Opcode::write_16);
}

RC_GTEST_PROP(Scsi, ReadsBackEveryTransfer, (bool write, std::uint64_t lba, std::uint32_t blocks, bool fua)) {
  const std::uint64_t address = *rc::gen::element(lba, lba & 0xffffffff);
  const std::uint32_t count = *rc::gen::element(blocks, blocks & 0xffff);
  const auto back = parse_transfer(transfer({write, Lba{address}, count, fua}));
  RC_ASSERT(back.has_value());
  RC_ASSERT(back->write == write);
  RC_ASSERT(back->lba == Lba{address});
  RC_ASSERT(back->blocks == count);
  RC_ASSERT(back->fua == fua);
}

TEST(Scsi, SeesNoTransferInOtherCommands) {
  EXPECT_FALSE(parse_transfer(unmap()).has_value());
  EXPECT_FALSE(parse_transfer(synchronize_cache_10()).has_value());
}

RC_GTEST_PROP(Scsi, ReadsBackSynchronizeCacheAndUnmap, (std::uint32_t lba, std::uint16_t blocks, std::uint64_t far)) {
  const BlockRange flushed = parse_synchronize_cache_10(synchronize_cache_10({Lba{lba}, blocks}));
  RC_ASSERT(flushed.lba == Lba{lba});
  RC_ASSERT(flushed.blocks == blocks);
  const auto discarded = parse_unmap_list(unmap_list({Lba{far}, lba}));
  RC_ASSERT(discarded.has_value());
  RC_ASSERT(discarded->lba == Lba{far});
  RC_ASSERT(discarded->blocks == lba);
}

TEST(Scsi, FlushesTheWholeUnitByDefault) {
  Cdb expected{};
  expected[0] = std::byte{0x35};
  EXPECT_EQ(synchronize_cache_10(), expected);
}

TEST(Scsi, HasTheUnmapListOfTheFactSheet) {
  const UnmapList list = unmap_list({Lba{0x1122}, 8});
  EXPECT_EQ(load_be16(&list[0]), 22);
  EXPECT_EQ(load_be16(&list[2]), 16);
  EXPECT_EQ(load_be64(&list[8]), 0x1122u);
  EXPECT_EQ(load_be32(&list[16]), 8u);
  EXPECT_EQ(load_be16(&unmap()[7]), unmap_list_size);
  UnmapList two = list;
  two[3] = std::byte{32};
  EXPECT_FALSE(parse_unmap_list(two).has_value());
}

RC_GTEST_PROP(Scsi, ReadsBackTheInquiryFamily, (bool vital, std::uint8_t page, std::uint16_t length, bool flag)) {
  const Inquiry inquired = parse_inquiry(inquiry({vital, page, length}));
  RC_ASSERT(inquired.vital_product_data == vital);
  RC_ASSERT(inquired.page == page);
  RC_ASSERT(inquired.allocation_length == length);
  const ModeSense mode{static_cast<std::uint8_t>(page >> 6), static_cast<std::uint8_t>(page & 0x3f), page, flag,
                       length};
  const ModeSense sensed = parse_mode_sense_10(mode_sense_10(mode));
  RC_ASSERT(sensed.page_control == mode.page_control);
  RC_ASSERT(sensed.page == mode.page);
  RC_ASSERT(sensed.subpage == mode.subpage);
  RC_ASSERT(sensed.no_block_descriptors == flag);
  RC_ASSERT(sensed.allocation_length == length);
  const StartStop power{static_cast<std::uint8_t>(page & 0xf), vital, flag};
  const StartStop parsed = parse_start_stop_unit(start_stop_unit(power));
  RC_ASSERT(parsed.power_condition == power.power_condition);
  RC_ASSERT(parsed.start == vital);
  RC_ASSERT(parsed.immediate == flag);
}

TEST(Scsi, ReportsTheLastBlockAsCapacity) {
  const auto short_data = read_capacity_10_data(1000);
  EXPECT_EQ(load_be32(&short_data[0]), 999u);
  EXPECT_EQ(load_be32(&short_data[4]), logical_block.n);
  EXPECT_EQ(load_be32(&read_capacity_10_data(std::uint64_t{1} << 33)[0]), 0xffffffffu) << "too large for 32 bits";
  EXPECT_EQ(load_be64(&read_capacity_16_data(std::uint64_t{1} << 33)[0]), (std::uint64_t{1} << 33) - 1);
  EXPECT_THROW(read_capacity_16_data(0), Bug);
}

TEST(Scsi, TellsReadCapacity16FromOtherServiceActions) {
  Cdb cdb = read_capacity_16();
  EXPECT_TRUE(is_read_capacity_16(cdb));
  cdb[1] = std::byte{0x12};
  EXPECT_FALSE(is_read_capacity_16(cdb));
  EXPECT_FALSE(is_read_capacity_16(read_capacity_10()));
}

TEST(Scsi, NamesTheSecurityProtocol) {
  const SecurityProtocol request{ufs_security_protocol, 0x0123, 0x456789ab};
  for (const Cdb& cdb : {security_protocol_in(request), security_protocol_out(request)}) {
    const SecurityProtocol back = parse_security_protocol(cdb);
    EXPECT_EQ(back.protocol, request.protocol);
    EXPECT_EQ(back.specific, request.specific);
    EXPECT_EQ(back.length, request.length);
  }
  EXPECT_EQ(load_u8(&security_protocol_in(request)[0]), 0xa2);
  EXPECT_EQ(load_u8(&security_protocol_out(request)[0]), 0xb5);
}

TEST(Scsi, PutsAllocationLengthsInTheirPlaces) {
  EXPECT_EQ(load_be32(&report_luns(0x1234)[6]), 0x1234u);
  EXPECT_EQ(load_u8(&request_sense(18)[4]), 18);
  EXPECT_EQ(test_unit_ready(), Cdb{});
}

TEST(Scsi, RefusesAddressesThatDoNotFitTheShortForm) {
  EXPECT_THROW(read_10(Lba{std::uint64_t{1} << 32}, 1), Bug);
  EXPECT_THROW(synchronize_cache_10({Lba{0}, 0x10000}), Bug);
}

}  // namespace
}  // namespace icesim::scsi
