// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/register_file.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <set>
#include <string>

namespace icesim {
namespace {

constexpr std::uint32_t offset_of(Reg reg) { return static_cast<std::uint32_t>(reg); }

TEST(UfshciRegisters, AreSortedAlignedAndNamedOnce) {
  std::set<std::string_view> names;
  std::uint32_t next = 0;
  for (const Register& reg : ufshci_registers) {
    EXPECT_GE(reg.offset, next) << reg.name;
    EXPECT_EQ(reg.offset % 4, 0u) << reg.name;
    EXPECT_LT(reg.offset, RegisterFile::size) << reg.name;
    EXPECT_TRUE(names.insert(reg.name).second) << reg.name;
    EXPECT_FALSE(reg.sentence.empty()) << reg.name;
    next = reg.offset + 4;
  }
}

TEST(UfshciRegisters, HaveFieldsThatDoNotOverlap) {
  for (const Register& reg : ufshci_registers) {
    std::uint32_t seen = 0;
    for (const Field& field : reg) {
      EXPECT_LE(field.low, field.high) << reg.name << "." << field.name;
      EXPECT_LT(field.high, 32) << reg.name << "." << field.name;
      EXPECT_EQ(seen & field.mask(), 0u) << reg.name << "." << field.name;
      EXPECT_FALSE(field.sentence.empty()) << reg.name << "." << field.name;
      seen |= field.mask();
    }
    EXPECT_EQ(reg.reset & ~reg.implemented(), 0u) << reg.name;
  }
}

TEST(UfshciRegisters, AreFoundByTheirOffset) {
  static_assert(find_register(0x58)->name == "UTRLDBR");
  EXPECT_EQ(find_register(0x5a), nullptr);
  EXPECT_EQ(find_register(0x28), nullptr);
}

TEST(UfshciRegisters, SpellTheMasksOfTheInterruptRegister) {
  // All interrupts of version 2.1 and the fatal set, from [ufshci-interrupts].
  std::uint32_t all = 0;
  for (const Field& field : IS::fields) all |= field;
  EXPECT_EQ(all & ~IS::CQES.mask(), 0x71fffu);
  EXPECT_EQ(IS::fatal, 1u << 7 | 1u << 11 | 1u << 12 | 1u << 16 | 1u << 17 | 1u << 18);
  EXPECT_EQ(0x470u, IS::UPMS | IS::UHXS | IS::UHES | IS::UCCS) << "what Linux enables for UIC commands";
}

TEST(Capabilities, DecodeWhatLinuxReadFromTheRecordedDevice) {
  const Capabilities cap = Capabilities::decode(0x1107071f);
  EXPECT_EQ(cap.transfer_requests, 32u);
  EXPECT_EQ(cap.outstanding_rtt, 8u);
  EXPECT_EQ(cap.task_requests, 8u);
  EXPECT_TRUE(cap.crypto);
  EXPECT_TRUE(cap.address_64);
  EXPECT_FALSE(cap.mcq);
  EXPECT_EQ(cap.encode(), 0x1107071fu);
}

RC_GTEST_PROP(Capabilities, SurviveEncodingAndDecoding, ()) {
  Capabilities cap;
  cap.mcq = *rc::gen::arbitrary<bool>();
  cap.transfer_requests = *rc::gen::inRange<std::uint32_t>(1, cap.mcq ? 257 : 33);
  cap.outstanding_rtt = *rc::gen::inRange<std::uint32_t>(1, 257);
  cap.task_requests = *rc::gen::inRange<std::uint32_t>(1, 9);
  cap.crypto = *rc::gen::arbitrary<bool>();
  cap.no_legacy_doorbell = *rc::gen::arbitrary<bool>();
  cap.auto_hibern8 = *rc::gen::arbitrary<bool>();
  const Capabilities back = Capabilities::decode(cap.encode());
  RC_ASSERT(back.encode() == cap.encode());
  RC_ASSERT(back.transfer_requests == cap.transfer_requests);
  RC_ASSERT(back.outstanding_rtt == cap.outstanding_rtt);
  RC_ASSERT(back.task_requests == cap.task_requests);
  RC_ASSERT(back.crypto == cap.crypto);
}

TEST(Field, TakesOutAndPutsInItsBits) {
  EXPECT_EQ(HCS::UPMCRS.mask(), 0x700u);
  EXPECT_EQ(HCS::UPMCRS.of(0xfffffaff), 2u);
  EXPECT_EQ(HCS::UPMCRS.replace(0xffffffff, 1), 0xfffff9ffu);
  EXPECT_EQ(CCAP::CFGPTR.put(0x10), 0x10000000u);
}

TEST(RegisterFile, StartsAtTheResetValues) {
  RegisterFile file;
  for (const Register& reg : ufshci_registers) {
    if (reg.access == Access::write_only) continue;
    EXPECT_EQ(file.bus_read(reg.offset), reg.reset) << reg.name;
  }
  file.bus_write(offset_of(Reg::UTRLBAU), 7);
  file.reset();
  EXPECT_EQ(file.bus_read(offset_of(Reg::UTRLBAU)), 0u);
}

TEST(RegisterFile, ClearsInterruptBitsWrittenAsOne) {
  RegisterFile file;
  file.hw_set_bits(Reg::IS, IS::UTRCS | IS::UCCS);
  EXPECT_FALSE(file.interrupt()) << "nothing is enabled";
  file.bus_write(offset_of(Reg::IE), IS::UTRCS);
  EXPECT_TRUE(file.interrupt());
  const BusWrite write = file.bus_write(offset_of(Reg::IS), IS::UTRCS);
  EXPECT_EQ(write.falling(), IS::UTRCS.mask());
  EXPECT_EQ(file.bus_read(offset_of(Reg::IS)), IS::UCCS.mask());
  EXPECT_FALSE(file.interrupt());
}

TEST(RegisterFile, OnlySetsDoorbellBits) {
  RegisterFile file;
  file.bus_write(offset_of(Reg::UTRLDBR), 0b0101);
  const BusWrite write = file.bus_write(offset_of(Reg::UTRLDBR), 0b0110);
  EXPECT_EQ(write.rising(), 0b0010u);
  EXPECT_EQ(file.hw_read(Reg::UTRLDBR), 0b0111u);
  file.bus_write(offset_of(Reg::UTRLDBR), 0);
  EXPECT_EQ(file.hw_read(Reg::UTRLDBR), 0b0111u);
}

TEST(RegisterFile, HandsWriteOnlyDataToTheCallerAndStoresNothing) {
  RegisterFile file;
  const BusWrite write = file.bus_write(offset_of(Reg::UTRLCLR), ~8u);
  EXPECT_EQ(write.access, Access::write_only);
  EXPECT_EQ(write.data, ~8u);
  EXPECT_EQ(file.bus_read(offset_of(Reg::UTRLCLR)), 0u);
  EXPECT_EQ(file.hw_read(Reg::UTRLCLR), 0u);
}

TEST(RegisterFile, ClearsErrorCodesWhenTheyAreRead) {
  RegisterFile file;
  file.hw_set(Reg::UECDL, UEC::ERR | 2u);
  EXPECT_EQ(file.bus_read(offset_of(Reg::UECDL)), UEC::ERR | 2u);
  EXPECT_EQ(file.bus_read(offset_of(Reg::UECDL)), 0u);
}

TEST(RegisterFile, KeepsReservedBitsAtZero) {
  RegisterFile file;
  file.bus_write(offset_of(Reg::UTRLBA), 0xffffffff);
  EXPECT_EQ(file.bus_read(offset_of(Reg::UTRLBA)), 0xfffffc00u);
  file.bus_write(offset_of(Reg::HCE), 0xffffffff);
  EXPECT_EQ(file.bus_read(offset_of(Reg::HCE)), HCE::HCE | HCE::CGE);
}

TEST(RegisterFile, MapsArraysBesideTheTable) {
  RegisterFile file;
  const std::uint32_t second = offset_of(Reg::CRYPTOCAP0) + 4;
  file.hw_set(second, 0x00030800);
  EXPECT_EQ(file.bus_read(second), 0u) << "not mapped yet";
  file.map(offset_of(Reg::CRYPTOCAP0), 2, Access::read_only);
  file.bus_write(second, 1);
  EXPECT_EQ(file.bus_read(second), 0x00030800u);
}

RC_GTEST_PROP(RegisterFile, IgnoresWritesToOffsetsWithoutARegister, (std::uint32_t far, std::uint32_t data)) {
  const std::uint32_t offset = *rc::gen::element(far, far % RegisterFile::size);
  const bool unknown = find_register(offset) == nullptr;
  RC_PRE(unknown);
  RegisterFile file;
  RC_ASSERT(file.bus_write(offset, data).after == 0u);
  RC_ASSERT(file.bus_read(offset) == 0u);
}

RC_GTEST_PROP(RegisterFile, FollowsTheAccessRuleOfEveryRegister, (std::uint32_t first, std::uint32_t second)) {
  for (const Register& reg : ufshci_registers) {
    RegisterFile file;
    const std::uint32_t bits = reg.implemented();
    file.hw_set(reg.offset, first & bits);
    file.bus_write(reg.offset, second);
    std::uint32_t expected = first & bits;
    if (reg.access == Access::read_write) expected = second & bits;
    if (reg.access == Access::write_clear) expected = first & ~second & bits;
    if (reg.access == Access::write_set) expected = (first | second) & bits;
    if (reg.access == Access::write_only) expected = 0;
    RC_ASSERT(file.bus_read(reg.offset) == expected);
  }
}

}  // namespace
}  // namespace icesim
