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
  SplitRing ring{map};
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
  SplitRing other(map);
  EXPECT_THROW(other.enable(true), UserError) << "without a size";
  EXPECT_THROW(other.set_entries(0), UserError);
  EXPECT_THROW(other.set_entries(3), UserError);
  EXPECT_THROW(other.set_entries(2048), UserError);
  other.set_entries(GuestRam::entries);
  other.set_addresses(GuestRam::base, GuestRam::base, GuestRam::base + GuestRam::size - 8);
  EXPECT_THAT([&] { other.enable(true); }, ThrowsMessage<UserError>(HasSubstr("a used ring")));
  EXPECT_FALSE(other.enabled());
}

}  // namespace
}  // namespace icesim::cosim
