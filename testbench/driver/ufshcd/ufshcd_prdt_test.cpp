// SPDX-License-Identifier: Apache-2.0
#include "icesim/crypto/key_derivation.hpp"
#include "testbench/driver/ufshcd/ufshcd_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using test::UfshcdRig;

KeyPathConfig keys_in_prdt() {
  KeyPathConfig config;
  config.path = KeyPathKind::prdt;
  config.entry_write = 70_ns;
  config.entry_wipe = 11_ns;
  return config;
}

struct UfshcdPrdt : testing::Test {
  UfshcdRig rig{{}, 4_KiB, {1, 8, 0x30}, keys_in_prdt()};

  std::uint64_t place(Tag tag, std::uint64_t entry) const {
    return memory_map::command(tag, PrdtFormat::fmp) + ucd::prdt_offset + 128 * entry;
  }
  std::array<std::byte, 128> entry(Tag tag, std::uint64_t number) {
    std::array<std::byte, 128> bytes{};
    rig.host.read_memory(place(tag, number), bytes.data(), bytes.size());
    return bytes;
  }
  IoRequest io(Operation operation, std::uint64_t blocks, KeyId key, Dun dun = {}) {
    IoRequest io;
    io.operation = operation;
    io.length = logical_block * blocks;
    io.key = key;
    io.dun = dun;
    io.flags = IoRequest::has_dun;
    return io;
  }
};

TEST_F(UfshcdPrdt, WritesKeyAndNumberOfEveryPage) {
  rig.submit(io(Operation::write, 3, 7, Dun{~std::uint64_t{0} - 1}));
  rig.controller.service = [](const auto&) { return 1_ms; };
  rig.host.run(500_us);
  ASSERT_EQ(rig.controller.commands.size(), 1u);
  const auto& command = rig.controller.commands[0];
  EXPECT_FALSE(command.utrd.crypto_enable);
  EXPECT_EQ(command.utrd.dun, Dun{});
  EXPECT_EQ(command.utrd.prdt_length, 3u);
  const Secret key = derive_key(1, 7);
  for (std::uint64_t i = 0; i < 3; ++i) {
    PrdtEntry where;
    const PageCrypto page = fmp::decode(entry(command.tag, i).data(), where);
    EXPECT_TRUE(page.encrypted);
    EXPECT_EQ(where.address, memory_map::payload_buffer(command.tag) + 4096 * i);
    EXPECT_EQ(page.dun, (LongDun{~std::uint64_t{0} - 1 + i, i == 2 ? 1u : 0u})) << "carries into the upper half";
    EXPECT_TRUE(std::equal(page.key.begin(), page.key.end(), key.data()));
  }
}

TEST_F(UfshcdPrdt, ClearsTheEntriesBeforeTheRequestEnds) {
  rig.submit(io(Operation::read, 128, 7));
  rig.host.run();
  ASSERT_EQ(rig.ended.size(), 1u);
  for (std::uint64_t i = 0; i < 128; ++i) {
    for (const std::byte each : entry(rig.controller.commands[0].tag, i)) ASSERT_EQ(each, std::byte{0}) << i;
  }
}

TEST_F(UfshcdPrdt, CostsAsMuchMoreAsItHasPages) {
  for (const std::uint64_t blocks : {1u, 5u, 128u}) {
    rig.timelines.clear();
    const TimeSum before = rig.path->statistics().busy;
    rig.submit(io(Operation::read, blocks, 7), rig.host.now());
    rig.host.run();
    ASSERT_EQ(rig.timelines.size(), 1u);
    const Timeline encrypted = rig.timelines[0];
    rig.submit(io(Operation::read, blocks, no_key), rig.host.now());
    rig.host.run();
    const Timeline plain = rig.timelines[1];
    EXPECT_EQ(encrypted.spent(Stage::descriptors), (70_ns + 11_ns) * blocks);
    EXPECT_EQ((rig.path->statistics().busy - before).n, ((70_ns + 11_ns) * blocks).n) << "and plain pages nothing";
    EXPECT_EQ(plain.spent(Stage::descriptors), 0_ps);
    EXPECT_EQ(encrypted.total() - plain.total(), (70_ns + 11_ns) * blocks);
    EXPECT_EQ(encrypted.spent(Stage::dispatch), plain.spent(Stage::dispatch));
    EXPECT_EQ(encrypted.spent(Stage::completion), plain.spent(Stage::completion));
  }
}

TEST_F(UfshcdPrdt, WritesNoKeyWithTheFlushThatGoesBefore) {
  IoRequest write = io(Operation::write, 1, 7);
  write.flags |= IoRequest::preflush;
  rig.submit(write);
  rig.host.run();
  ASSERT_EQ(rig.controller.commands.size(), 2u);
  EXPECT_EQ(rig.controller.commands[0].utrd.prdt_length, 0u);
  EXPECT_EQ(rig.timelines[0].spent(Stage::descriptors), 70_ns + 11_ns);
}

TEST_F(UfshcdPrdt, AsksForNoKeyslot) {
  for (KeyId key = 1; key < 20; ++key) rig.submit(io(Operation::read, 1, key));
  rig.host.run();
  EXPECT_EQ(rig.ended.size(), 19u);
  EXPECT_EQ(rig.keyslots.statistics().programs, 0u);
  EXPECT_EQ(rig.path->statistics().programs, 0u);
  EXPECT_THROW(rig.path->program(Keyslot{0}, {}, 0_ps), Bug);
  EXPECT_THROW(rig.path->evict(Keyslot{0}, 0_ps), Bug);
}

TEST_F(UfshcdPrdt, SplitsRequestsAfterAsManyPagesAsATableHas) {
  rig.submit(io(Operation::write, 200, 7, Dun{1000}));
  rig.host.run();
  ASSERT_EQ(rig.controller.commands.size(), 2u);
  EXPECT_EQ(rig.controller.commands[0].utrd.prdt_length, 128u) << "512 KiB";
  EXPECT_EQ(rig.controller.commands[1].utrd.prdt_length, 72u);
}

TEST(KeyPath, WritesNoPageWhereKeysHaveKeyslots) {
  UfshcdRig rig;
  std::array<std::byte, 128> entry{};
  EXPECT_THROW(rig.path->write_page(entry.data(), {}, {}), Bug);
}

}  // namespace
}  // namespace icesim
