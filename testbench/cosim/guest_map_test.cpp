// SPDX-License-Identifier: Apache-2.0
#include "icesim/cosim/guest_map.hpp"

#include "testbench/support/rigs/guest_rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim::cosim {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(GuestMap, FindsWhatLiesInsideAndNothingElse) {
  const FileDescriptor file = test::memory_file(0x3000);
  GuestMap map;
  map.map(0x10'0000, 0x2000, file.get(), 0x1000);
  std::byte* const first = map.find(0x10'0000, 1);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(map.find(0x10'0000, 0x2000), first);
  EXPECT_EQ(map.find(0x10'1fff, 1), first + 0x1fff);
  EXPECT_EQ(map.find(0x0f'ffff, 1), nullptr);
  EXPECT_EQ(map.find(0x10'0000, 0x2001), nullptr);
  EXPECT_EQ(map.find(0x10'1fff, 2), nullptr);
  EXPECT_EQ(map.find(0x10'2000, 1), nullptr);
  EXPECT_EQ(map.find(~std::uint64_t{0}, 2), nullptr) << "no address wraps around";
  EXPECT_EQ(map.find(0x10'0001, ~std::uint64_t{0}), nullptr);
}

TEST(GuestMap, BytesAreThoseOfTheFile) {
  const FileDescriptor file = test::memory_file(0x2000);
  GuestMap map;
  map.map(0, 0x1000, file.get(), 0x1000);
  *map.find(5, 1) = std::byte{0x5a};
  std::byte byte{};
  ASSERT_EQ(::pread(file.get(), &byte, 1, 0x1005), 1);
  EXPECT_EQ(byte, std::byte{0x5a});
}

TEST(GuestMap, RefusesWhatWouldBeASignalLater) {
  const FileDescriptor file = test::memory_file(0x1000);
  GuestMap map;
  EXPECT_THAT([&] { map.map(0, 0x1001, file.get(), 0); },
              ThrowsMessage<UserError>(HasSubstr("its file does not hold them")));
  EXPECT_THROW(map.map(0, 0x1000, file.get(), 0x1000), UserError);
  EXPECT_THROW(map.map(0, 0x800, file.get(), 0x800), UserError) << "an offset inside a page";
  EXPECT_THROW(map.map(0, 0, file.get(), 0), UserError);
  EXPECT_THROW(map.map(~std::uint64_t{0}, 0x1000, file.get(), 0), UserError);
  EXPECT_THROW(map.map(0, 0x1000, -1, 0), UserError);
  EXPECT_TRUE(map.empty());
}

TEST(GuestMap, RegionsDoNotOverlap) {
  const FileDescriptor file = test::memory_file(0x3000);
  GuestMap map;
  map.map(0x1000, 0x1000, file.get(), 0);
  EXPECT_THAT([&] { map.map(0x1fff, 0x1000, file.get(), 0x1000); }, ThrowsMessage<UserError>(HasSubstr("overlaps")));
  map.map(0x2000, 0x1000, file.get(), 0x1000);
  EXPECT_EQ(map.find(0x1fff, 2), nullptr) << "neighbours in the guest need not be neighbours here";
}

TEST(GuestMap, APromisedPlaceOutsideIsNamed) {
  const GuestMap map;
  EXPECT_THAT([&] { map.at(0x123, 4, "a used ring"); }, ThrowsMessage<UserError>(HasSubstr("a used ring at 0x123")));
}

}  // namespace
}  // namespace icesim::cosim
