// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/keys/path/key_path_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using End = KeyWork::End;
using test::KeyPathRig;

KeyPathConfig drained() {
  KeyPathConfig config;
  config.path = KeyPathKind::drained;
  config.drain_poll = 300_us;
  return config;
}

TEST(DrainedPath, LooksAtBothDoorbellsAsksAndSleepsUntilTheAnswer) {
  const KeyPathConfig config = drained();
  KeyPathRig rig(config);
  const auto pieces = rig.play(true);
  ASSERT_EQ(pieces.size(), 5u);
  EXPECT_EQ(pieces[0].reads, Reg::UTRLDBR);
  EXPECT_EQ(pieces[1].reads, Reg::UTMRLDBR);
  EXPECT_EQ(pieces[0].stage, Stage::drain);
  EXPECT_EQ(pieces[2].busy, config.call.buffer);
  EXPECT_EQ(pieces[3].busy, config.call.entry);
  EXPECT_EQ(pieces[3].asleep, config.call.time);
  EXPECT_EQ(pieces[4].busy, 0_ps);
  EXPECT_EQ(pieces[4].end, End::done);
  for (const KeyWork& each : pieces) EXPECT_TRUE(each.stops);
  EXPECT_EQ(rig.at, rig.costs.mmio_read * 2 + config.call.buffer + config.call.entry + config.call.time);
  ASSERT_EQ(rig.host.loads.size(), 1u);
  EXPECT_EQ(rig.host.loads[0].at, rig.at) << "not an instant before the answer";
  EXPECT_TRUE(rig.host.loads[0].configure);
  EXPECT_EQ(rig.host.loads[0].entry.words, rig.key.words);
  EXPECT_EQ(rig.path->statistics().drains, 1u);
  EXPECT_EQ(rig.path->statistics().register_reads, 2u);
  EXPECT_EQ(rig.path->statistics().secure_time, TimeSum{}) << "no core is in the secure world";
}

TEST(DrainedPath, LooksAgainWhileEitherDoorbellIsNotEmpty) {
  const KeyPathConfig config = drained();
  KeyPathRig rig(config);
  rig.answers = {8, 0, 0, 1, 0, 0};
  const auto pieces = rig.play(true);
  ASSERT_EQ(pieces.size(), 11u);
  for (const std::size_t rest : {2u, 5u}) {
    EXPECT_EQ(pieces[rest].asleep, 300_us);
    EXPECT_EQ(pieces[rest].asleep_stage, Stage::drain);
    EXPECT_EQ(pieces[rest].end, End::not_yet);
  }
  EXPECT_EQ(rig.path->statistics().drains, 1u);
  EXPECT_EQ(rig.path->statistics().register_reads, 6u);
}

TEST(DrainedPath, CountsCommandsWhereQueuesHaveNoDoorbell) {
  const KeyPathConfig config = drained();
  KeyPathRig rig(config);
  std::deque<std::size_t> out{3, 1, 0, 0};
  rig.path->count_commands([&] {
    const std::size_t count = out.front();
    out.pop_front();
    return count;
  });
  rig.answers = {0, 0, 8, 0};  // of the doorbell of task management
  const auto pieces = rig.play(true);
  ASSERT_EQ(pieces.size(), 10u);
  for (const std::size_t look : {0u, 2u, 4u, 6u}) EXPECT_EQ(pieces[look].reads, Reg::UTMRLDBR);
  for (const std::size_t rest : {1u, 3u, 5u}) EXPECT_EQ(pieces[rest].asleep, 300_us);
  EXPECT_TRUE(out.empty()) << "counted behind each look";
  EXPECT_EQ(rig.path->statistics().register_reads, 4u);
  EXPECT_EQ(rig.at, rig.costs.mmio_read * 4 + 300_us * 3 + config.call.buffer + config.call.entry + config.call.time);
  EXPECT_EQ(rig.host.loads.size(), 1u);
}

TEST(DrainedPath, EvictsInTheSameWay) {
  KeyPathRig rig(drained());
  EXPECT_EQ(rig.play(false).size(), 5u);
  ASSERT_EQ(rig.host.loads.size(), 1u);
  EXPECT_EQ(rig.host.loads[0].entry.words, CryptoConfig{}.words);
}

TEST(DrainedPath, LeavesTheOldKeyWhenItFails) {
  KeyPathConfig config = drained();
  config.failing_program = 1;
  KeyPathRig rig(config);
  EXPECT_EQ(rig.play(true).back().end, End::failed);
  EXPECT_TRUE(rig.host.loads.empty());
  EXPECT_EQ(rig.path->statistics().failures, 1u);
  EXPECT_EQ(rig.play(true).back().end, End::done);
  EXPECT_EQ(rig.host.loads.size(), 1u);
}

TEST(DrainedPath, IsAskedAgainWhenItIsBusy) {
  KeyPathConfig config = drained();
  config.call.busy_ppm = 1'000'000;
  KeyPathRig rig(config);
  const auto pieces = rig.play(true);
  EXPECT_EQ(pieces.back().end, End::failed);
  EXPECT_EQ(rig.path->statistics().calls, 22u);
  EXPECT_TRUE(rig.host.loads.empty());
}

TEST(DrainedPath, PutsAllKeysBackByOneCall) {
  KeyPathRig rig(drained());
  ASSERT_TRUE(rig.path->remembers_keys());
  CryptoConfig other = rig.key;
  other.words[3] ^= 1;
  rig.play(rig.path->program(Keyslot{1}, other, rig.at));
  rig.play(rig.path->program(Keyslot{5}, rig.key, rig.at));
  rig.play(rig.path->program(Keyslot{6}, rig.key, rig.at));
  rig.play(rig.path->evict(Keyslot{5}, rig.at));
  rig.host.loads.clear();
  const std::uint64_t calls = rig.path->statistics().calls;
  EXPECT_EQ(rig.play(rig.path->restore(rig.at)).back().end, End::done);
  EXPECT_EQ(rig.path->statistics().calls, calls + 1);
  ASSERT_EQ(rig.host.loads.size(), 2u);
  EXPECT_EQ(rig.host.loads[0].keyslot, Keyslot{1});
  EXPECT_EQ(rig.host.loads[0].entry.words, other.words);
  EXPECT_EQ(rig.host.loads[1].keyslot, Keyslot{6});
  EXPECT_EQ(rig.host.loads[1].at, rig.at);
  KeyPathRig registers({});
  EXPECT_FALSE(registers.path->remembers_keys());
  EXPECT_THROW(registers.path->restore(0_ps), Bug);
}

TEST(DrainedPath, NamesTheKeyslotOfAPage) {
  KeyPathRig rig(drained());
  std::array<std::byte, 128> bytes{};
  PageCrypto page;
  page.encrypted = true;
  page.keyslot = Keyslot{9};
  page.dun.low = 77;
  rig.path->write_page(bytes.data(), {0x2000, Bytes{4096}}, page);
  PrdtEntry entry;
  const PageCrypto read = kdn::decode(bytes.data(), entry);
  EXPECT_EQ(read.keyslot, Keyslot{9});
  EXPECT_EQ(read.dun.low, 77u);
}

}  // namespace
}  // namespace icesim
