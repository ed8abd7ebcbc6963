// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "testbench/driver/keys/path/key_path_rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using End = KeyWork::End;
using test::KeyPathRig;

KeyPathConfig by(KeyPathKind path) {
  KeyPathConfig config;
  config.path = path;
  return config;
}

/// Words of the rig's keyslot that the CPU wrote, in order, with their values.
std::vector<std::pair<std::uint32_t, std::uint32_t>> writes_of(const KeyPathRig& rig) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> writes;
  for (const auto& access : rig.host.accesses)
    writes.emplace_back((access.offset - KeyPathRig::first_word) / 4, access.value);
  return writes;
}

TEST(KeyPath, RegistersTakeNineteenWritesInOnePiece) {
  KeyPathRig rig(by(KeyPathKind::registers));
  const auto pieces = rig.play(true);
  ASSERT_EQ(pieces.size(), 1u);
  EXPECT_EQ(pieces[0].busy, rig.costs.mmio_write * 19);
  EXPECT_EQ(pieces[0].stage, Stage::keyslot_program);
  EXPECT_EQ(writes_of(rig).size(), 19u);
  EXPECT_EQ(writes_of(rig).back(), std::make_pair(16u, KeyPathRig::config));
  EXPECT_TRUE(rig.host.loads.empty());
}

TEST(KeyPath, FirmwareLoadsTheEntryWhenTheCallEndsAndWritesNoRegister) {
  KeyPathConfig config = by(KeyPathKind::firmware);
  KeyPathRig rig(config);
  const auto pieces = rig.play(true);
  ASSERT_EQ(pieces.size(), 3u);
  EXPECT_EQ(pieces[0].busy, config.call.buffer * 2) << "the key and the arguments beyond the fourth";
  EXPECT_EQ(pieces[0].asleep, 0_ps);
  EXPECT_EQ(pieces[0].stage, Stage::keyslot_program);
  EXPECT_EQ(pieces[1].busy, config.call.entry + config.call.time);
  EXPECT_EQ(pieces[1].stage, Stage::firmware);
  EXPECT_TRUE(pieces[1].yields) << "interrupts suspend it";
  EXPECT_FALSE(pieces[0].yields || pieces[2].yields);
  EXPECT_EQ(pieces[2].busy + pieces[2].asleep, 0_ps);
  EXPECT_EQ(pieces[2].end, End::done);
  EXPECT_TRUE(rig.host.accesses.empty());
  ASSERT_EQ(rig.host.loads.size(), 1u);
  EXPECT_EQ(rig.host.loads[0].at, rig.at) << "not an instant before the secure world is done, and none later";
  EXPECT_TRUE(rig.host.loads[0].configure);
  EXPECT_EQ(rig.host.loads[0].entry.words, rig.key.words);
}

TEST(KeyPath, AKeyIsInItsKeyslotWhenACallThatTookLongerHasEnded) {
  for (const KeyPathKind kind : {KeyPathKind::firmware, KeyPathKind::hwkm_v2}) {
    for (const bool program : {true, false}) {
      KeyPathRig rig(by(kind));
      KeyWork piece = program ? rig.path->program(KeyPathRig::keyslot, rig.key, 0_us) : rig.path->evict(KeyPathRig::keyslot, 0_us);
      while (!piece.yields) piece = rig.path->go_on(1_us);
      EXPECT_EQ(piece.end, End::not_yet);
      rig.host.run();
      EXPECT_TRUE(rig.host.loads.empty());
      while (piece.end == End::not_yet) piece = rig.path->go_on(1_ms);
      rig.host.run();
      ASSERT_EQ(rig.host.loads.size(), 1u);
      EXPECT_EQ(rig.host.loads[0].at, 1_ms) << "an interrupt has suspended it";
    }
  }
}

TEST(KeyPath, FirmwareEvictsWithoutBuffers) {
  KeyPathConfig config = by(KeyPathKind::firmware);
  KeyPathRig rig(config);
  EXPECT_EQ(rig.play(false).front().busy, 0_ps);
  EXPECT_EQ(rig.at, config.call.entry + config.call.time);
  ASSERT_EQ(rig.host.loads.size(), 1u);
  EXPECT_TRUE(rig.host.loads[0].configure);
  EXPECT_EQ(rig.host.loads[0].entry.words, CryptoConfig{}.words);
}

TEST(KeyPath, WrappedKeysOfTheSecureWorldNeverPassTheCpu) {
  KeyPathConfig config = by(KeyPathKind::hwkm_v2);
  KeyPathRig rig(config);
  const auto pieces = rig.play(true);
  ASSERT_EQ(pieces.size(), 3u);
  EXPECT_EQ(writes_of(rig), (std::vector<std::pair<std::uint32_t, std::uint32_t>>{{16, 0}, {16, KeyPathRig::config}}));
  EXPECT_EQ(rig.at, rig.costs.mmio_write * 2 + config.call.buffer * 2 + config.call.entry + config.call.time);
  ASSERT_EQ(rig.host.loads.size(), 1u);
  EXPECT_FALSE(rig.host.loads[0].configure);
  EXPECT_EQ(rig.host.loads[0].at, rig.at - rig.costs.mmio_write) << "before the keyslot is put in use";
  rig.host.accesses.clear();
  rig.play(false);
  EXPECT_TRUE(rig.host.accesses.empty()) << "word 16 stays as it is";
  ASSERT_EQ(rig.host.loads.size(), 2u);
  EXPECT_FALSE(rig.host.loads[1].configure);
}

TEST(KeyPath, AnOperationOnAWrappedKeyIsACallThatTouchesNoKeyslot) {
  KeyPathConfig config = by(KeyPathKind::hwkm_v2);
  config.failing_program = 1;  // of programs
  KeyPathRig rig(config);
  rig.play(rig.path->operate(rig.at));
  EXPECT_EQ(rig.at, config.call.buffer * 2 + config.call.entry + config.call.time);
  EXPECT_TRUE(rig.host.accesses.empty());
  EXPECT_TRUE(rig.host.loads.empty());
  const KeyPathStatistics& s = rig.path->statistics();
  EXPECT_EQ(s.calls, 1u);
  EXPECT_EQ(s.programs + s.evictions + s.failures, 0u);
  EXPECT_EQ(s.busy, TimeSum{} + rig.at);
}

TEST(KeyPath, TheKeyManagerOfTheFirstKindTakes65WritesAnd146Reads) {
  KeyPathConfig config = by(KeyPathKind::hwkm_v1);
  for (const auto& [derivation, polls] :
       {std::pair{0_ps, 0u}, std::pair{1_ps, 1u}, std::pair{300'000_ps, 1u}, std::pair{300'001_ps, 2u}}) {
    config.derivation = derivation;
    KeyPathRig rig(config);
    rig.play(true);
    EXPECT_EQ(rig.at, rig.costs.mmio_write * 65 + rig.costs.mmio_read * (146 + polls)) << derivation.n;
    EXPECT_EQ(rig.path->statistics().register_writes, 65u);
    EXPECT_EQ(rig.path->statistics().register_reads, 146u + polls);
    EXPECT_EQ(writes_of(rig),
              (std::vector<std::pair<std::uint32_t, std::uint32_t>>{{16, 0}, {16, KeyPathRig::config}}));
    ASSERT_EQ(rig.host.loads.size(), 1u);
    EXPECT_GT(rig.host.loads[0].at, rig.host.accesses[0].at) << "after the keyslot was taken out of use";
    EXPECT_LT(rig.host.loads[0].at, rig.host.accesses[1].at) << "before it is put in use";
  }
}

TEST(KeyPath, TheProgramThatIsToFailFailsAndNoOther) {
  for (const auto kind : {KeyPathKind::registers, KeyPathKind::firmware, KeyPathKind::hwkm_v1, KeyPathKind::hwkm_v2}) {
    KeyPathConfig config = by(kind);
    config.failing_program = 2;
    KeyPathRig rig(config);
    for (int i = 0; i < 8; ++i) EXPECT_EQ(rig.play(false).back().end, End::done);
    for (int number = 1; number <= 3; ++number) {
      rig.host.loads.clear();
      rig.host.accesses.clear();
      EXPECT_EQ(rig.play(true).back().end, number == 2 ? End::failed : End::done);
      if (number != 2) continue;
      EXPECT_TRUE(rig.host.loads.empty()) << "no key";
      for (const auto& [word, value] : writes_of(rig)) EXPECT_EQ(std::make_pair(word, value), std::make_pair(16u, 0u));
    }
    EXPECT_EQ(rig.path->statistics().failures, 1u);
    EXPECT_EQ(rig.path->statistics().programs, 3u);
  }
}

TEST(KeyPath, WhatTheSecureWorldRefusesIsAskedAgainOutsideOfTheMutex) {
  KeyPathConfig config = by(KeyPathKind::firmware);
  config.call.busy_ppm = 1'000'000;
  KeyPathRig rig(config);
  const auto pieces = rig.play(true);
  ASSERT_EQ(pieces.size(), 1u + 22u);
  for (std::size_t i = 1; i <= 21; ++i) EXPECT_EQ(pieces[i].asleep, 30_ms);
  EXPECT_EQ(pieces.back().end, End::failed);
  EXPECT_EQ(rig.at, config.call.buffer * 2 + (config.call.entry + config.call.time) * 22 + 30_ms * 21);
  EXPECT_EQ(rig.path->statistics().busy_answers, 22u);
  EXPECT_TRUE(rig.host.loads.empty());
  EXPECT_EQ(rig.play(false).back().asleep, 0_ps) << "the next begins anew";
  EXPECT_EQ(rig.path->statistics().failures, 1u) << "what is evicted does not count";
}

TEST(KeyPath, OthersThatCallTheSecureWorldAreWaitedFor) {
  KeyPathConfig config = by(KeyPathKind::firmware);
  config.call.others_ppm = 500'000;
  config.call.others_hold = 2_ps;
  KeyPathRig rig(config);
  std::map<std::uint64_t, int> waits;
  for (int i = 0; i < 200; ++i) ++waits[rig.play(true).front().asleep.n];
  EXPECT_EQ(waits.size(), 3u) << "0, 1 or 2 ps";
  EXPECT_GT(waits[0], 70);
  EXPECT_GT(waits[2], 20);
  EXPECT_EQ(rig.path->statistics().call_waits, 200u - static_cast<unsigned>(waits[0]));
}

TEST(KeyPath, RefusesALongestTimeThatIsShorterThanTheUsual) {
  KeyPathConfig config = by(KeyPathKind::firmware);
  config.call.time = 200_us;
  config.call.longest = Picoseconds{199'999'999};
  config.check();
  config.call.spread = Spread::uniform;
  try {
    config.check();
    FAIL();
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("crypto.call.longest"));
    EXPECT_THAT(error.what(), testing::HasSubstr("crypto.call.time"));
  }
  config.path = KeyPathKind::registers;
  config.check();
}

}  // namespace
}  // namespace icesim
