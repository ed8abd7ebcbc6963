// SPDX-License-Identifier: Apache-2.0
#include "icesim/crypto/key_derivation.hpp"
#include "icesim/spec/bytes.hpp"
#include "testbench/driver/ufshcd/ufshcd_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using test::ControllerMock;
using test::UfshcdRig;

Request described(Operation operation, Lba lba, std::uint64_t blocks, Tag tag = Tag{3}) {
  Request r;
  r.operation = operation;
  r.lba = lba;
  r.blocks = blocks;
  r.tag = tag;
  return r;
}
Request encrypted(Request r, Keyslot keyslot, Dun dun) {
  r.has_keyslot = true;
  r.keyslot = keyslot;
  r.crypt = {7, dun};
  return r;
}
std::uint32_t dw(const ControllerMock::Listed& command, std::size_t index) {
  return load_le32(command.bytes.data() + 4 * index);
}
unsigned byte_of(const UpiuHeader& upiu, std::size_t index) { return std::to_integer<unsigned>(upiu[index]); }
std::uint64_t big_endian(const std::byte* from, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | std::to_integer<std::uint64_t>(from[i]);
  return value;
}

/// Place of the CDB in a COMMAND UPIU [ufs-upiu].
constexpr std::size_t cdb = 16;

TEST(UfshcdDescriptor, HasTheKnownFirstWords) {
  UfshcdRig rig;
  const Request write = described(Operation::write, Lba{8}, 1);
  const Request read = described(Operation::read, Lba{8}, 1);
  EXPECT_EQ(dw(rig.list(encrypted(write, Keyslot{5}, Dun{1})), 0), 0x13800005u);
  EXPECT_EQ(dw(rig.list(encrypted(read, Keyslot{5}, Dun{1})), 0), 0x15800005u);
  EXPECT_EQ(dw(rig.list(read), 0), 0x15000000u);
  EXPECT_EQ(dw(rig.list(described(Operation::flush, Lba{}, 0)), 0), 0x11000000u);
  EXPECT_EQ(dw(rig.list(encrypted(read, Keyslot{255}, Dun{1})), 0), 0x158000ffu);
}

TEST(UfshcdDescriptor, CarriesBothHalvesOfTheDataUnitNumber) {
  UfshcdRig rig;
  const auto command = rig.list(encrypted(described(Operation::read, Lba{8}, 1), Keyslot{5}, Dun{0x0123456789abcdef}));
  EXPECT_EQ(dw(command, 1), 0x89abcdefu);
  EXPECT_EQ(dw(command, 3), 0x01234567u);
  const auto plain = rig.list(described(Operation::read, Lba{8}, 1));
  EXPECT_EQ(dw(plain, 1), 0u);
  EXPECT_EQ(dw(plain, 3), 0u);
}

TEST(UfshcdDescriptor, PresetsTheStatusAndPointsIntoTheCommandDescriptor) {
  UfshcdRig rig;
  const Tag tag{30};
  const auto command = rig.list(described(Operation::read, Lba{8}, 3, tag));
  EXPECT_EQ(command.tag, tag);
  EXPECT_EQ(dw(command, 2), 0xfu);
  EXPECT_EQ(load_le64(command.bytes.data() + 16), memory_map::command(tag));
  EXPECT_EQ(memory_map::command(tag) % 128, 0u);
  EXPECT_EQ(dw(command, 6), 128u << 16 | 128u) << "response offset and length in DWs";
  EXPECT_EQ(dw(command, 7), 256u << 16 | 3u) << "PRDT offset in DWs, length in entries";
}

TEST(UfshcdDescriptor, ListsTheBufferInSegments) {
  for (const Bytes segment : {4_KiB, 16_KiB, 256_KiB}) {
    UfshcdRig rig({}, segment);
    const Tag tag{2};
    const std::uint64_t blocks = 13;
    const auto command = rig.list(described(Operation::write, Lba{8}, blocks, tag));
    const Bytes length = logical_block * blocks;
    ASSERT_EQ(command.prdt.size(), divide_up(length.n, segment.n));
    Bytes done{};
    for (std::size_t i = 0; i < command.prdt.size(); ++i) {
      std::array<std::byte, PrdtEntry::size> raw{};
      rig.host.read_memory(memory_map::command(tag) + 1024 + i * raw.size(), raw.data(), raw.size());
      const Bytes piece = std::min(segment, length - done);
      EXPECT_EQ(load_le64(raw.data()), memory_map::payload_buffer(tag) + done.n);
      EXPECT_EQ(load_le32(raw.data() + 8), 0u);
      EXPECT_EQ(load_le32(raw.data() + 12), piece.n - 1) << "DBC is the length minus 1";
      done += piece;
    }
    EXPECT_EQ(done, length);
  }
}

TEST(UfshcdDescriptor, HasATableOf128Entries) {
  UfshcdRig rig({}, 4_KiB);
  EXPECT_EQ(rig.list(described(Operation::read, Lba{0}, 128)).prdt.size(), 128u);
  EXPECT_THROW(rig.list(described(Operation::read, Lba{0}, 129, Tag{4})), Bug) << "the block layer splits those";
}

TEST(UfshcdDescriptor, DescribesWhatTheBlockLayerMakesOfALargeBioWithFullTables) {
  UfshcdRig rig({}, 4_KiB);
  IoRequest io;
  io.length = 1_MiB + 4_KiB;
  rig.submit(io);
  rig.host.run();
  std::vector<std::size_t> entries;
  for (const auto& command : rig.controller.commands) entries.push_back(command.prdt.size());
  EXPECT_EQ(entries, (std::vector<std::size_t>{128, 128, 1}));
}

TEST(UfshcdDescriptor, HoldsAReadOrWriteCommand) {
  UfshcdRig rig;
  const Lba lba{0x01234567};
  const auto read = rig.list(described(Operation::read, lba, 5, Tag{4}));
  EXPECT_EQ(byte_of(read.upiu, 0), 0x01u);
  EXPECT_EQ(byte_of(read.upiu, 1) & 0xfcu, 0x40u);
  EXPECT_EQ(byte_of(read.upiu, 2), 0u) << "unit 0";
  EXPECT_EQ(byte_of(read.upiu, 3), 4u) << "tag";
  EXPECT_EQ(big_endian(&read.upiu[12], 4), 5 * logical_block.n);
  EXPECT_EQ(byte_of(read.upiu, cdb), 0x28u);
  EXPECT_EQ(byte_of(read.upiu, cdb + 1), 0u);
  EXPECT_EQ(big_endian(&read.upiu[cdb + 2], 4), lba.n);
  EXPECT_EQ(big_endian(&read.upiu[cdb + 7], 2), 5u);

  Request forced = described(Operation::write, lba, 5);
  forced.fua = true;
  const auto write = rig.list(forced);
  EXPECT_EQ(byte_of(write.upiu, 1) & 0xfcu, 0x20u);
  EXPECT_EQ(byte_of(write.upiu, cdb), 0x2au);
  EXPECT_EQ(byte_of(write.upiu, cdb + 1), 0x08u) << "FUA";
}

TEST(UfshcdDescriptor, HoldsACacheFlushForAFlushAndBeforeAWrite) {
  UfshcdRig rig;
  Request before = encrypted(described(Operation::write, Lba{8}, 4), Keyslot{5}, Dun{9});
  before.preflush = true;
  for (const Request& r : {described(Operation::flush, Lba{}, 0), before}) {
    const auto command = rig.list(r);
    EXPECT_EQ(dw(command, 0), 0x11000000u) << "no data, no crypto";
    EXPECT_EQ(dw(command, 1), 0u);
    EXPECT_TRUE(command.prdt.empty());
    EXPECT_EQ(byte_of(command.upiu, 1) & 0x60u, 0u);
    EXPECT_EQ(big_endian(&command.upiu[12], 4), 0u);
    EXPECT_EQ(byte_of(command.upiu, cdb), 0x35u);
  }
}

TEST(UfshcdDescriptor, HoldsAnUnmapWithItsListForADiscard) {
  UfshcdRig rig;
  const auto command = rig.list(described(Operation::discard, Lba{0x1122334455}, 77));
  EXPECT_EQ(dw(command, 0), 0x13000000u) << "the list goes to the device";
  EXPECT_EQ(byte_of(command.upiu, cdb), 0x42u);
  EXPECT_EQ(big_endian(&command.upiu[cdb + 7], 2), 24u);
  EXPECT_EQ(big_endian(&command.upiu[12], 4), 24u);
  ASSERT_EQ(command.prdt.size(), 1u);
  EXPECT_EQ(command.prdt[0].byte_count, Bytes{24});
  std::array<std::byte, 24> list{};
  rig.host.read_memory(command.prdt[0].address, list.data(), list.size());
  EXPECT_EQ(big_endian(&list[0], 2), 22u);
  EXPECT_EQ(big_endian(&list[2], 2), 16u);
  EXPECT_EQ(big_endian(&list[8], 8), 0x1122334455u);
  EXPECT_EQ(big_endian(&list[16], 4), 77u);
}

TEST(UfshcdDescriptor, RingsTheDoorbellOfTheTagAlone) {
  UfshcdRig rig;
  rig.list(described(Operation::read, Lba{8}, 1, Tag{7}));
  const auto& last = rig.host.accesses.back();
  EXPECT_TRUE(last.is_write);
  EXPECT_EQ(last.offset, 0x58u);
  EXPECT_EQ(last.value, 1u << 7);
}

TEST(UfshcdKeyslots, AreProgrammedWithTheNineteenWritesInOrder) {
  UfshcdRig rig;
  const Picoseconds cost = rig.hcd.program_keyslot(Keyslot{5}, 42).busy;
  rig.host.run();
  const auto& writes = rig.host.accesses;
  ASSERT_EQ(writes.size(), 19u);
  EXPECT_EQ(cost, rig.costs.mmio_write * 19);
  const Secret key = derive_key(1, 42);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> wanted{{16, 0}};
  for (std::uint32_t i = 0; i < 16; ++i) wanted.emplace_back(i, load_le32(key.data() + 4 * i));
  wanted.emplace_back(17, 0);
  wanted.emplace_back(16, 0x80000008u);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_TRUE(writes[i].is_write);
    EXPECT_EQ(writes[i].offset, UfshcdRig::config_pointer * 0x100 + 5 * 0x80 + 4 * wanted[i].first);
    EXPECT_EQ(writes[i].value, wanted[i].second);
    EXPECT_EQ(writes[i].at, rig.costs.mmio_write * (i + 2)) << "issued one after the other, each on its way as long";
  }
}

TEST(UfshcdKeyslots, AreAllClearedByWritesOfZero) {
  UfshcdRig rig;
  const Picoseconds cost = rig.hcd.evict_all(UfshcdRig::num_keyslots);
  rig.host.run();
  const auto& writes = rig.host.accesses;
  ASSERT_EQ(writes.size(), 19u * UfshcdRig::num_keyslots);
  EXPECT_EQ(cost, rig.costs.mmio_write * writes.size());
  for (std::size_t i = 0; i < writes.size(); ++i) {
    const std::size_t step = i % 19;
    const std::size_t word = step == 0 || step == 18 ? 16 : step == 17 ? 17 : step - 1;
    EXPECT_EQ(writes[i].value, 0u);
    EXPECT_EQ(writes[i].offset, UfshcdRig::config_pointer * 0x100 + i / 19 * 0x80 + 4 * word);
    EXPECT_EQ(writes[i].at, rig.costs.mmio_write * (i + 2));
  }
}

TEST(UfshcdKeyslots, AreProgrammedBeforeTheDoorbellOfTheRequestThatNeedsThem) {
  UfshcdRig rig;
  IoRequest io;
  io.length = logical_block;
  io.key = 42;
  rig.submit(io);
  rig.host.run();
  ASSERT_GE(rig.host.accesses.size(), 20u);
  for (std::size_t i = 0; i < 19; ++i) EXPECT_GE(rig.host.accesses[i].offset, UfshcdRig::config_pointer * 0x100);
  EXPECT_EQ(rig.host.accesses[19].offset, 0x58u);
  EXPECT_TRUE(rig.controller.commands.at(0).utrd.crypto_enable);
  EXPECT_EQ(rig.timelines.at(0).spent(Stage::keyslot_program), rig.costs.mmio_write * 19);
}

}  // namespace
}  // namespace icesim
