// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "icesim/cosim/pci_function.hpp"
#include "icesim/spec/bytes.hpp"
#include "src/cosim/pcidev.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim::cosim {
namespace {

using pcidev::Access;
using pcidev::Op;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<std::byte> message(Op op, std::uint32_t size, std::uint64_t address, std::uint64_t data,
                               std::size_t bytes) {
  std::vector<std::byte> m(Access::header_size + bytes);
  store_u8(&m[0], static_cast<std::uint8_t>(op));
  store_u8(&m[1], 3);
  store_le32(&m[4], size);
  store_le64(&m[8], address);
  if (bytes > 0) store_le(&m[Access::header_size], bytes, data);
  return m;
}

TEST(Pcidev, AReadSaysWhereAndHowMuch) {
  const Access access = Access::decode(message(Op::mmio_read, 4, 0x58, 0, 0));
  EXPECT_TRUE(access.reads());
  EXPECT_EQ(access.op, Op::mmio_read);
  EXPECT_EQ(access.bar, 3);
  EXPECT_EQ(access.size, 4u);
  EXPECT_EQ(access.address, 0x58u);
}

TEST(Pcidev, AWriteTakesAsManyBytesAsItsSizeSays) {
  const Access access = Access::decode(message(Op::config_write, 2, 4, 0x1122334455667788, 8));
  EXPECT_FALSE(access.reads());
  EXPECT_EQ(access.value, 0x7788u);
  EXPECT_EQ(Access::decode(message(Op::mmio_write, 4, 0x34, 3, 4)).value, 3u);
}

TEST(Pcidev, WhatIsNoAccessIsRefused) {
  EXPECT_THAT([] { Access::decode(std::vector<std::byte>(15)); }, ThrowsMessage<UserError>(HasSubstr("has 15 bytes")));
  EXPECT_THROW(Access::decode(message(Op::mmio_read, 0, 0, 0, 0)), UserError);
  EXPECT_THROW(Access::decode(message(Op::mmio_read, 9, 0, 0, 0)), UserError);
  EXPECT_THAT([] { Access::decode(message(Op::mmio_write, 4, 0, 0, 3)); },
              ThrowsMessage<UserError>(HasSubstr("a PCI write of 4 bytes with 3 bytes of data")));
  EXPECT_THROW(Access::decode(message(Op::interrupt, 4, 0, 0, 4)), UserError);
  EXPECT_THROW(Access::decode(message(static_cast<Op>(0), 4, 0, 0, 4)), UserError);
}

TEST(Pcidev, AnInterruptIsOfPinA) {
  const auto bytes = pcidev::interrupt_message();
  EXPECT_EQ(bytes[0], std::byte{6});
  EXPECT_EQ(load_le32(&bytes[4]), 0u);
  EXPECT_EQ(load_le64(&bytes[8]), 1u);
}

TEST(PciId, ReadsTwoHexadecimalNumbers) {
  EXPECT_EQ(PciId::parse("8086:7e47").vendor, 0x8086);
  EXPECT_EQ(PciId::parse("8086:7e47").device, 0x7e47);
  for (const char* wrong : {"", "8086", "8086:", ":98fa", "8086:98fag", "18086:98fa", "8086:98fa:1", "0x8086:98fa"})
    EXPECT_THAT([&] { PciId::parse(wrong); }, ThrowsMessage<UserError>(HasSubstr("8086:98fa is one"))) << wrong;
}

class PciFunctionTest : public testing::Test {
 protected:
  PciFunction function{PciId{0x8086, 0x98fa}, 0x10000};
};

TEST_F(PciFunctionTest, IsAUfsControllerWithOnePin) {
  EXPECT_EQ(function.read(0x00, 4), 0x98fa8086u);
  EXPECT_EQ(function.read(0x08, 4), 0x01090000u);
  EXPECT_EQ(function.read(0x0e, 1), 0u) << "one function, header type 0";
  EXPECT_EQ(function.read(0x06, 2), 0u) << "no capabilities";
  EXPECT_EQ(function.read(0x3d, 1), 1u);
  EXPECT_EQ(function.read(0x2c, 4), 0x98fa8086u);
}

TEST_F(PciFunctionTest, TheBarTellsItsSizeAndKeepsAnAddress) {
  EXPECT_EQ(function.read(0x10, 4), 0u);
  function.write(0x10, 4, 0xffffffff);
  EXPECT_EQ(function.read(0x10, 4), 0xffff0000u);
  function.write(0x10, 4, 0xf0000000);
  EXPECT_EQ(function.read(0x10, 4), 0xf0000000u);
  function.write(0x14, 4, 0xffffffff);
  EXPECT_EQ(function.read(0x14, 4), 0u) << "there is one BAR";
  function.write(0x30, 4, 0xfffff800);
  EXPECT_EQ(function.read(0x30, 4), 0u) << "and no expansion ROM";
}

TEST_F(PciFunctionTest, WritesReachOnlyWhatCanBeWritten) {
  function.write(0x00, 4, 0);
  EXPECT_EQ(function.read(0x00, 4), 0x98fa8086u);
  function.write(0x04, 2, 0xffff);
  EXPECT_EQ(function.read(0x04, 2), 0x0547u);
  function.write(0x3c, 1, 0x40);
  EXPECT_EQ(function.read(0x3c, 2), 0x0140u);
  function.write(0x0c, 2, 0x4010);
  EXPECT_EQ(function.read(0x0c, 4), 0x4010u);
}

TEST_F(PciFunctionTest, WhatLiesOutsideReadsAsAllOnes) {
  EXPECT_EQ(function.read(0x100, 4), 0xffffffffu);
  EXPECT_EQ(function.read(0xfe, 4), 0xffffffffu);
  EXPECT_EQ(function.read(0, 8), 0xffffffffu);
  EXPECT_EQ(function.read(~std::uint64_t{0}, 1), 0xffffffffu);
  function.write(0xfe, 4, 0);
  function.write(~std::uint64_t{0}, 4, 0);
}

}  // namespace
}  // namespace icesim::cosim
