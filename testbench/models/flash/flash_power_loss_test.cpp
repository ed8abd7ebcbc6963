// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/flash/flash_fixture.hpp"

#include <map>
#include <optional>

namespace icesim {
namespace {

using namespace literals;
using Stamp = std::optional<std::uint64_t>;

struct FlashPowerLoss : FlashTest {
  void begin(const FlashArrayConfig& c = small_flash()) {
    build(c);
    flash->store(Lba{5}, block(99).data());  // as of a disk image
    flash->expect_power_loss();
  }
  static std::vector<std::byte> block(std::uint64_t stamp) {
    std::vector<std::byte> bytes(logical_block.n);
    std::memcpy(bytes.data(), &stamp, sizeof stamp);
    return bytes;
  }
  Stamp at(std::uint64_t lba) const {
    const std::byte* const bytes = flash->content(Lba{lba});
    if (bytes == nullptr) return std::nullopt;
    std::uint64_t stamp = 0;
    std::memcpy(&stamp, bytes, sizeof stamp);
    return stamp;
  }
  void write(std::uint64_t lba, std::uint64_t stamp) {
    flash->store(Lba{lba}, block(stamp).data());
    flash->write(Lba{lba}, 1, kernel_now() + 1_ns);
    run_to(kernel_now() + 100_ns);
  }
  void flush() {
    flash->flush(7, kernel_now() + 1_ns);
    const std::size_t before = listener->flushed.size();
    while (listener->flushed.size() == before) run_to(kernel_now() + 10_us);
    run_to(std::max(kernel_now(), listener->flushed.back().at));
  }
};

TEST_F(FlashPowerLoss, LeavesWhatWasThereBeforeInThePlaceOfWhatWasNotFlushed) {
  begin();
  write(5, 1);
  write(6, 2);
  write(6, 3);
  EXPECT_EQ(flash->lose_power(), 2u);
  EXPECT_EQ(at(5), 99u);
  EXPECT_EQ(at(6), std::nullopt);
}

TEST_F(FlashPowerLoss, KeepsWhatWasFlushed) {
  begin();
  write(5, 1);
  write(6, 2);
  flush();
  write(6, 3);
  EXPECT_EQ(flash->lose_power(), 1u);
  EXPECT_EQ(at(5), 1u);
  EXPECT_EQ(at(6), 2u);
}

TEST_F(FlashPowerLoss, KeepsABlockThatWasProgrammedAlthoughOneBeforeItWasNot) {
  begin();
  const std::uint32_t unit = flash->geometry().unit_blocks;
  for (std::uint64_t i = 0; i < unit; ++i) write(i, 10 + i);  // a whole unit: it is programmed by itself
  for (std::uint64_t i = 0; i + 1 < unit; ++i) write(100 + i, 50);
  run_to(kernel_now() + 10_ms);
  EXPECT_EQ(flash->lose_power(), unit - 1);
  for (std::uint64_t i = 0; i < unit; ++i) EXPECT_EQ(at(i), 10 + i);
  EXPECT_EQ(at(100), std::nullopt);
}

TEST_F(FlashPowerLoss, WhatAFlushHasPromisedStaysWhenTheBlockIsWrittenMeanwhile) {
  begin();
  write(5, 1);
  flash->flush(7, kernel_now() + 1_ns);
  run_to(kernel_now() + 1_us);
  ASSERT_TRUE(listener->flushed.empty());
  write(5, 2);
  while (listener->flushed.empty()) run_to(kernel_now() + 10_us);
  run_to(std::max(kernel_now(), listener->flushed[0].at));
  EXPECT_EQ(flash->lose_power(), 1u);
  EXPECT_EQ(at(5), 1u);
}

TEST_F(FlashPowerLoss, TrimmedBlocksStaySo) {
  begin();
  write(5, 1);
  flash->trim(Lba{5}, 1, kernel_now() + 1_ns);
  run_to(kernel_now() + 100_ns);
  EXPECT_EQ(flash->lose_power(), 0u);
  EXPECT_EQ(at(5), std::nullopt);
}

/// A unit of hot blocks is programmed before the blocks that were written between them, and a block of both kinds holds the last of
/// what was.
TEST_F(FlashPowerLoss, KeepsHotBlocksThatWereProgrammedBeforeOthers) {
  FlashArrayConfig c = small_flash();
  c.streams.hot = true;
  begin(c);
  const std::uint32_t unit = flash->geometry().unit_blocks;
  for (std::uint64_t i = 0; i + 1 < unit; ++i) write(100 + i, 50 + i);  // none of them is hot: their unit is not full
  for (std::uint64_t i = 0; i < unit; ++i) write(100 + i % 3, 70 + i);  // hot, a whole unit
  run_to(kernel_now() + 10_ms);
  EXPECT_EQ(flash->statistics().programs, 1u);
  EXPECT_EQ(flash->lose_power(), unit - 1);
  for (std::uint64_t i = 0; i < 3; ++i) EXPECT_EQ(at(100 + i), 70 + unit - 3 + i);
  for (std::uint64_t i = 3; i + 1 < unit; ++i) EXPECT_EQ(at(100 + i), std::nullopt);
}

/// Whatever was written, overwritten, collected and flushed: a block holds what it held at the last flush, or something
/// that was written since.
TEST_F(FlashPowerLoss, KeepsItsPromisesAtAnyMoment) {
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    flash.reset();
    listener.reset();
    agenda.reset();
    forget_simulation();
    FlashArrayConfig c = small_flash();
    c.streams.hot = seed % 4 > 1;
    c.streams.window_ppm = 100'000;
    build(c);
    flash->expect_power_loss();
    FlashRandom random(seed);
    const std::uint32_t blocks = seed % 2 == 0 ? 40 : 3600;  // many: the dies collect
    std::map<std::uint64_t, std::vector<Stamp>> possible;
    std::uint64_t written = 0;
    const std::uint32_t steps = seed % 2 == 0 ? random() % 300 : 4000 + random() % 3000;
    for (std::uint32_t step = 0; step < steps; ++step) {
      while (written - listener->freed_blocks() > 90) run_to(kernel_now() + 10_us);
      const std::uint64_t lba = random() % (random() % 2 == 0 ? blocks / 8 : blocks);
      if (random() % 64 == 0) {
        flush();
        for (auto& [each, stamps] : possible) stamps = {stamps.back()};
      } else {
        write(lba, step);
        ++written;
        if (possible[lba].empty()) possible[lba] = {std::nullopt};
        possible[lba].push_back(step);
      }
    }
    flash->lose_power();
    std::uint64_t lost = 0;
    for (const auto& [lba, stamps] : possible) {
      ASSERT_NE(std::find(stamps.begin(), stamps.end(), at(lba)), stamps.end()) << "block " << lba;
      lost += at(lba) != stamps.back() ? 1 : 0;
    }
    EXPECT_LE(lost, 96u) << "no more than the write buffer holds";
    EXPECT_EQ(flash->statistics().streams.hot_blocks_written > 0, c.streams.hot);
  }
}

}  // namespace
}  // namespace icesim
