// SPDX-License-Identifier: Apache-2.0
#include "src/cosim/split_ring.hpp"

#include "testbench/support/rigs/guest_rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim::cosim {
namespace {

using test::GuestRam;
using testing::HasSubstr;
using testing::ThrowsMessage;

class SplitRingTest : public testing::Test {
 protected:
  GuestRam ram;
  GuestMap map;
  SplitRing ring{map, 0};
  SplitRing::Chain chain;

  void SetUp() override {
    map.map(GuestRam::base, GuestRam::size, ram.file.get(), 0);
    ring.set_entries(GuestRam::entries);
    ring.set_base(0);
    ring.set_addresses(GuestRam::base + GuestRam::table(0), GuestRam::base + GuestRam::available(0),
                       GuestRam::base + GuestRam::used(0));
    ring.enable(true);
  }
  std::uint64_t buffer(std::uint64_t offset = 0) const { return GuestRam::base + GuestRam::buffers + offset; }
};

TEST_F(SplitRingTest, GivesOutBytesAndRoomOfAChain) {
  store_le32(ram.at(GuestRam::buffers), 0x11223344);
  store_le32(ram.at(GuestRam::buffers + 0x100), 0x55667788);
  ram.chain(0, 2,
            {{buffer(), 4, false}, {buffer(0x100), 4, false}, {buffer(0x200), 3, true}, {buffer(0x300), 8, true}});
  EXPECT_FALSE(ring.pop(chain));
  ram.make_available(0, 2);
  ASSERT_TRUE(ring.pop(chain));
  EXPECT_EQ(chain.head, 2);
  ASSERT_EQ(chain.out.size(), 8u);
  EXPECT_EQ(load_le32(&chain.out[0]), 0x11223344u);
  EXPECT_EQ(load_le32(&chain.out[4]), 0x55667788u);
  EXPECT_EQ(chain.room, 11u);
  const std::array<std::byte, 5> answer{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}, std::byte{5}};
  EXPECT_EQ(chain.answer(answer.data(), answer.size()), 5u);
  EXPECT_EQ(*ram.at(GuestRam::buffers + 0x202), std::byte{3});
  EXPECT_EQ(*ram.at(GuestRam::buffers + 0x203), std::byte{0}) << "the first piece has three bytes";
  EXPECT_EQ(*ram.at(GuestRam::buffers + 0x301), std::byte{5});
  EXPECT_FALSE(ring.pop(chain));

  ring.push(2, 5);
  EXPECT_EQ(ram.used_index(0), 1);
  EXPECT_EQ(ram.used_head(0, 0), 2u);
  EXPECT_EQ(ram.used_length(0, 0), 5u);
}

TEST_F(SplitRingTest, AnAnswerIsCutToTheRoom) {
  ram.chain(0, 0, {{buffer(), 2, true}});
  ram.make_available(0, 0);
  ASSERT_TRUE(ring.pop(chain));
  const std::array<std::byte, 4> answer{};
  EXPECT_EQ(chain.answer(answer.data(), answer.size()), 2u);
}

TEST_F(SplitRingTest, IndicesGoRoundTheRing) {
  for (std::uint16_t n = 0; n < 3 * GuestRam::entries; ++n) {
    const auto head = static_cast<std::uint16_t>(n % GuestRam::entries);
    ram.chain(0, head, {{buffer(), 1, false}});
    ram.make_available(0, head);
    ASSERT_TRUE(ring.pop(chain)) << n;
    EXPECT_EQ(chain.head, head);
    ring.push(head, 0);
    EXPECT_EQ(ram.used_index(0), n + 1);
    EXPECT_EQ(ram.used_head(0, n), head);
  }
}

TEST_F(SplitRingTest, ADisabledRingHasNothing) {
  ram.chain(0, 0, {{buffer(), 1, false}});
  ram.make_available(0, 0);
  ring.enable(false);
  EXPECT_FALSE(ring.pop(chain));
  ring.push(0, 0);
  EXPECT_EQ(ram.used_index(0), 0);
}

TEST_F(SplitRingTest, AChainInACircleIsRefused) {
  ram.chain(0, 0, {{buffer(), 1, false}, {buffer(), 1, false}});
  store_le16(ram.at(GuestRam::table(0) + 16 + 12), 1);  // the second has a next
  store_le16(ram.at(GuestRam::table(0) + 16 + 14), 0);  // which is the first
  ram.make_available(0, 0);
  EXPECT_THAT([this] { ring.pop(chain); }, ThrowsMessage<UserError>(HasSubstr("no end")));
}

TEST_F(SplitRingTest, ADescriptorBehindTheTableIsRefused) {
  ram.make_available(0, GuestRam::entries);
  EXPECT_THROW(ring.pop(chain), UserError);
}

TEST_F(SplitRingTest, ABufferOutsideTheMemoryIsRefused) {
  ram.chain(0, 0, {{GuestRam::base + GuestRam::size - 1, 2, false}});
  ram.make_available(0, 0);
  EXPECT_THAT([this] { ring.pop(chain); }, ThrowsMessage<UserError>(HasSubstr("a buffer of a queue at 0x1000ffff")));
}

TEST_F(SplitRingTest, IndirectDescriptorsWereNotOffered) {
  ram.chain(0, 0, {{buffer(), 16, false}});
  store_le16(ram.at(GuestRam::table(0) + 12), 4);
  ram.make_available(0, 0);
  EXPECT_THAT([this] { ring.pop(chain); }, ThrowsMessage<UserError>(HasSubstr("flags 4")));
}

TEST_F(SplitRingTest, MoreChainsThanEntriesAreRefused) {
  store_le16(ram.at(GuestRam::available(0)) + 2, GuestRam::entries + 1);
  EXPECT_THAT([this] { ring.pop(chain); }, ThrowsMessage<UserError>(HasSubstr("more chains available")));
}

TEST_F(SplitRingTest, ALongChainIsRefusedBeforeItIsCopied) {
  ram.chain(0, 0, {{GuestRam::base, GuestRam::size, false}, {GuestRam::base, 1, false}});
  ram.make_available(0, 0);
  EXPECT_THAT([this] { ring.pop(chain); }, ThrowsMessage<UserError>(HasSubstr("more than 65536 bytes")));
}

TEST_F(SplitRingTest, RingsLieInTheMemory) {
  SplitRing other(map, 1);
  EXPECT_THROW(other.enable(true), UserError) << "without a size";
  EXPECT_THROW(other.set_entries(0), UserError);
  EXPECT_THROW(other.set_entries(3), UserError);
  EXPECT_THROW(other.set_entries(2048), UserError);
  other.set_entries(GuestRam::entries);
  EXPECT_THAT([&] { other.enable(true); }, ThrowsMessage<UserError>(HasSubstr("queue 1 is enabled before its place")));
  other.set_addresses(GuestRam::base, GuestRam::base + 0x100, GuestRam::base + GuestRam::size - 8);
  EXPECT_THAT([&] { other.enable(true); }, ThrowsMessage<UserError>(HasSubstr("a used ring")));
  EXPECT_FALSE(other.enabled());
  EXPECT_FALSE(other.pop(chain));
}

TEST_F(SplitRingTest, WhatARingIsStaysWhileItIsOn) {
  EXPECT_THAT([this] { ring.set_entries(1024); }, ThrowsMessage<UserError>(HasSubstr("another size while it is on")));
  EXPECT_THAT([this] { ring.set_base(1); }, ThrowsMessage<UserError>(HasSubstr("another base while it is on")));
  EXPECT_THAT([this] { ring.set_addresses(0, 0, 0); },
              ThrowsMessage<UserError>(HasSubstr("another place while it is on")));
  for (std::uint32_t n = 0; n < 1024; ++n) ring.push(0, 0);
  for (std::uint64_t at = GuestRam::used(0) + 4 + 8 * GuestRam::entries; at < GuestRam::buffers; ++at)
    ASSERT_EQ(*ram.at(at), std::byte{0}) << at;
  ring.enable(false);
  ring.set_entries(4);
  ring.set_base(7);
  ring.enable(true);
  EXPECT_EQ(ring.base(), 7);
}

TEST_F(SplitRingTest, ALargerRingIsCheckedAnewWhenItGoesOn) {
  ring.enable(false);
  ring.set_addresses(GuestRam::base, GuestRam::base + 0x8000, GuestRam::base + GuestRam::size - 4 - 8 * 8);
  ring.enable(true);
  ring.enable(false);
  ring.set_entries(16);
  EXPECT_THAT([this] { ring.enable(true); },
              ThrowsMessage<UserError>(HasSubstr("a used ring at 0x1000ffbc lies outside")));
  EXPECT_FALSE(ring.enabled());
}

TEST_F(SplitRingTest, EachPartLiesInOnePieceOfTheMemory) {
  map.map(GuestRam::base + GuestRam::size, GuestRam::size, ram.file.get(), 0);
  ring.enable(false);
  ring.set_addresses(GuestRam::base + GuestRam::size - 64, GuestRam::base, GuestRam::base + 0x1000);
  EXPECT_THAT([this] { ring.enable(true); }, ThrowsMessage<UserError>(HasSubstr("a descriptor table at 0x1000ffc0")));
}

TEST_F(SplitRingTest, PartsAreAlignedAndApart) {
  const auto refused = [this](std::uint64_t table, std::uint64_t available, std::uint64_t used, const char* why) {
    ring.enable(false);
    ring.set_addresses(GuestRam::base + table, GuestRam::base + available, GuestRam::base + used);
    EXPECT_THAT([this] { ring.enable(true); }, ThrowsMessage<UserError>(HasSubstr(why)));
  };
  refused(8, 0x100, 0x200, "a descriptor table is not aligned to 16 bytes");
  refused(0, 0x101, 0x200, "an available ring is not aligned to 2 bytes");
  refused(0, 0x100, 0x202, "a used ring is not aligned to 4 bytes");
  refused(0, 0x7e, 0x200, "a descriptor table lies over an available ring");
  refused(0, 0x80, 0x90, "an available ring lies over a used ring");
  refused(0x40, 0x200, 0, "a used ring lies over a descriptor table");
  ring.enable(false);
  ring.set_addresses(GuestRam::base, GuestRam::base + 0x80, GuestRam::base + 0x94);
  EXPECT_NO_THROW(ring.enable(true)) << "side by side";
}

TEST_F(SplitRingTest, GoesOnWhereTheGuestsRingStands) {
  store_le16(ram.at(GuestRam::used(0)) + 2, 5);
  ring.enable(false);
  ring.enable(true);
  ring.push(3, 9);
  EXPECT_EQ(ram.used_index(0), 6);
  EXPECT_EQ(ram.used_head(0, 5), 3u);
  ring.enable(false);
  EXPECT_THROW(ring.set_base(0x10000), UserError);
}

TEST_F(SplitRingTest, WhatTheGuestSaidIsWiped) {
  store_le32(ram.at(GuestRam::buffers), 0x11223344);
  ram.chain(0, 0, {{buffer(), 4, false}});
  ram.make_available(0, 0);
  ASSERT_TRUE(ring.pop(chain));
  const std::byte* const bytes = chain.out.data();
  chain.clear();
  EXPECT_EQ(chain.out.capacity(), SplitRing::usual_bytes) << "still there";
  EXPECT_EQ(load_le32(bytes), 0u);
}

}  // namespace
}  // namespace icesim::cosim
