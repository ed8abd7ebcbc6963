// SPDX-License-Identifier: Apache-2.0
#include "models/flash/collection/flash_victims.hpp"

#include "icesim/base/random.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

namespace icesim {
namespace {

constexpr std::uint32_t blocks = 100;

/// Superblocks that were closed in the order of their numbers, with these many valid blocks.
std::uint32_t chosen(GcVictim policy, std::uint64_t window, const std::vector<std::uint32_t>& valid) {
  FlashVictims victims(policy, window, 32, blocks);
  for (std::uint32_t i = 0; i < valid.size(); ++i) {
    victims.close(i);
    victims.add(i, valid[i]);
  }
  return victims.choose();
}

TEST(FlashVictims, ChooseWhatThePolicyPrefers) {
  const std::vector<std::uint32_t> valid{100, 95, 80, 60, 60, 100, 20};
  EXPECT_EQ(chosen(GcVictim::fifo, 9, valid), 1u) << "the first one has no hole";
  EXPECT_EQ(chosen(GcVictim::windowed, 1, valid), 1u);
  EXPECT_EQ(chosen(GcVictim::windowed, 2, valid), 2u);
  EXPECT_EQ(chosen(GcVictim::windowed, 4, valid), 3u) << "of equal ones the older one";
  EXPECT_EQ(chosen(GcVictim::windowed, 5, valid), 6u);
  // Ages of 6, 5, 4, 3, and 1; times holes by valid blocks: 0.32, 1.25, 2.67, 2, and 4.
  EXPECT_EQ(chosen(GcVictim::cost_benefit, 1, valid), 6u);
  // With 45 in the last one: 1.22.
  EXPECT_EQ(chosen(GcVictim::cost_benefit, 1, {100, 95, 80, 60, 60, 100, 45}), 3u);
  EXPECT_EQ(chosen(GcVictim::cost_benefit, 1, {100, 95, 80, 0, 0, 100, 45}), 3u) << "of equal ones the older one";
}

TEST(FlashVictims, AreNoneWithoutAHole) {
  for (const GcVictim policy : {GcVictim::fifo, GcVictim::windowed, GcVictim::cost_benefit}) {
    EXPECT_EQ(chosen(policy, 4, {}), FlashVictims::none);
    EXPECT_EQ(chosen(policy, 4, {100, 100}), FlashVictims::none);
  }
}

/// Against a list that is looked through from its beginning.
TEST(FlashVictims, AreWhatAListSaysWhateverHappens) {
  for (const GcVictim policy : {GcVictim::fifo, GcVictim::windowed, GcVictim::cost_benefit}) {
    constexpr std::uint32_t count = 20, window = 3, size = 12;
    FlashVictims victims(policy, window, count, size);
    struct Entry {
      bool added = false;
      std::uint32_t valid = size, closed = 0;
    };
    std::vector<Entry> list(count);
    std::uint32_t closings = 0, decided = 0;
    const auto oldest = [&](std::uint32_t most) {
      std::vector<std::uint32_t> order;
      for (std::uint32_t i = 0; i < count; ++i)
        if (list[i].added && list[i].valid < size) order.push_back(i);
      std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return list[a].closed < list[b].closed; });
      order.resize(std::min<std::size_t>(order.size(), most));
      return order;
    };
    const auto expected = [&] {
      std::uint32_t best = FlashVictims::none;
      const std::uint32_t most = policy == GcVictim::fifo ? 1 : policy == GcVictim::windowed ? window : count;
      for (const std::uint32_t i : oldest(most)) {
        const auto cost = [&](std::uint32_t s) {
          const Entry& e = list[s];
          if (policy != GcVictim::cost_benefit) return double(e.valid);
          return e.valid == 0 ? -1e9 : -double(closings - e.closed + 1) * (size - e.valid) / e.valid;
        };
        if (best == FlashVictims::none || cost(i) < cost(best) - 1e-9) best = i;
      }
      return best;
    };
    Random random(7);
    for (int step = 0; step < 20'000; ++step) {
      const auto i = static_cast<std::uint32_t>(random.below(count));
      if (!list[i].added) {
        if (random.chance(70)) {
          victims.close(i);
          list[i].closed = ++closings;
        }
        list[i].added = true;
        list[i].valid = size - static_cast<std::uint32_t>(random.below(3));
        victims.add(i, list[i].valid);
      } else if (random.chance(90)) {
        if (list[i].valid == 0) continue;
        victims.remove(i);
        victims.add(i, --list[i].valid);
      } else if (const std::uint32_t victim = victims.choose(); victim != FlashVictims::none) {
        victims.remove(victim);
        list[victim] = {};
        list[victim].closed = closings;
        ++decided;
        victims.close(victim);  // what was closed again is the youngest
        list[victim].closed = ++closings;
      }
      ASSERT_EQ(victims.choose(), expected()) << "step " << step;
    }
    EXPECT_GT(decided, 100u);
  }
}

}  // namespace
}  // namespace icesim
