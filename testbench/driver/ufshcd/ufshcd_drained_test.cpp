// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/ufshcd/ufshcd_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using test::UfshcdRig;

KeyPathConfig drained() {
  KeyPathConfig config;
  config.path = KeyPathKind::drained;
  config.drain_poll = 20_us;
  return config;
}

struct UfshcdDrained : testing::Test {
  UfshcdRig rig{{}, 4_KiB, {1, 8, 0x30}, drained()};

  IoRequest io(std::uint64_t block, std::uint64_t blocks, KeyId key, Dun dun = {}) {
    IoRequest io;
    io.offset = logical_block * block;
    io.length = logical_block * blocks;
    io.key = key;
    io.dun = dun;
    io.flags = IoRequest::has_dun;
    return io;
  }
};

TEST_F(UfshcdDrained, NamesTheKeyslotInEveryPage) {
  rig.controller.service = [](const auto&) { return 1_ms; };
  rig.submit(io(0, 3, 7, Dun{~std::uint64_t{0} - 1}));
  rig.host.run(500_us);
  ASSERT_EQ(rig.controller.commands.size(), 1u);
  const auto& command = rig.controller.commands[0];
  EXPECT_FALSE(command.utrd.crypto_enable);
  for (std::uint64_t i = 0; i < 3; ++i) {
    std::array<std::byte, 128> bytes{};
    rig.host.read_memory(memory_map::command(command.tag, PrdtFormat::kdn) + ucd::prdt_offset + 128 * i, bytes.data(),
                         bytes.size());
    PrdtEntry entry;
    const PageCrypto page = kdn::decode(bytes.data(), entry);
    EXPECT_TRUE(page.encrypted);
    EXPECT_EQ(page.keyslot, Keyslot{0});
    EXPECT_EQ(page.dun, (LongDun{~std::uint64_t{0} - 1 + i, 0})) << "as long as keyslots have it";
  }
}

/// Nothing is under way when a key comes into its keyslot, whatever was before and is held back meanwhile.
TEST_F(UfshcdDrained, DrainsTheControllerForEveryKey) {
  std::vector<std::pair<Picoseconds, Picoseconds>> busy;
  rig.controller.service = [&](const test::ControllerMock::Listed& command) {
    const Picoseconds takes{70'000'000 + 13'000'000 * (command.rung.n % 7)};
    busy.emplace_back(command.rung, command.rung + takes);
    return takes;
  };
  std::uint64_t at = 0;
  for (std::uint32_t i = 0; i < 60; ++i) {
    IoRequest each = io(100 * i, 1, i % 3 == 0 ? no_key : 1 + i % 11);
    each.process = i % 7;
    rig.submit(each, Picoseconds{at += 9'000'000});
  }
  rig.host.run();
  EXPECT_EQ(rig.ended.size(), 60u);
  EXPECT_GT(rig.host.loads.size(), 8u);
  EXPECT_EQ(rig.host.loads.size(), rig.path->statistics().drains);
  for (const auto& load : rig.host.loads) {
    for (const auto& [from, to] : busy)
      EXPECT_FALSE(from < load.at && load.at < to) << "a command from " << from.n << " to " << to.n;
  }
}

TEST_F(UfshcdDrained, RestoresAllKeysByOneCall) {
  for (KeyId key = 1; key <= 3; ++key) rig.submit(io(100 * key, 1, key));
  rig.host.run();
  const std::uint64_t calls = rig.path->statistics().calls;
  rig.host.loads.clear();
  const KeyPathConfig config = drained();
  EXPECT_EQ(rig.hcd.reprogram_keyslots({&rig.keyslots}),
            rig.costs.mmio_read * 2 + config.call.buffer + config.call.entry + config.call.time);
  rig.host.run();
  EXPECT_EQ(rig.path->statistics().calls, calls + 1);
  EXPECT_EQ(rig.host.loads.size(), 3u);
}

}  // namespace
}  // namespace icesim
