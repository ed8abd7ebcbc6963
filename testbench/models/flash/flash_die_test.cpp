// SPDX-License-Identifier: Apache-2.0
#include "models/flash/flash_die.hpp"

#include "testbench/models/flash/flash_fixture.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

FlashOperation operation(FlashWork work, std::uint32_t superblock) {
  FlashOperation result;
  result.work = work;
  result.superblock = superblock;
  return result;
}

/// What the die starts next, and ends at once.
FlashOperation next(FlashDie& die, bool collection_first) {
  EXPECT_TRUE(die.start(collection_first));
  const FlashOperation active = die.active;
  die.finish();
  return active;
}

TEST(FlashDie, ErasesASuperblockOnlyWhenTheReadsOfItAreDone) {
  FlashDie die{FlashGeometry(small_flash())};
  die.queue(operation(FlashWork::host_read, 3));
  die.queue(operation(FlashWork::erase, 3));
  EXPECT_EQ(next(die, true).work, FlashWork::host_read) << "although erases go first";
  EXPECT_EQ(next(die, true).work, FlashWork::erase);
  die.queue(operation(FlashWork::host_read, 4));
  die.queue(operation(FlashWork::erase, 3));
  EXPECT_EQ(next(die, true).work, FlashWork::erase) << "the read is of another one";
  EXPECT_EQ(next(die, true).work, FlashWork::host_read);
}

TEST(FlashDie, StartsInTheOrderOfTheClassesAndThenOfTheQueue) {
  using W = FlashWork;
  for (const bool collection_first : {false, true}) {
    FlashDie die{FlashGeometry(small_flash())};
    for (const W work : {W::erase, W::gc_read, W::gc_program, W::host_program, W::host_read})
      die.queue(operation(work, 0));
    std::vector<W> order;
    while (die.waiting()) order.push_back(next(die, collection_first).work);
    const std::vector<W> usual{W::host_read, W::host_program, W::gc_read, W::gc_program, W::erase};
    const std::vector<W> pressed{W::gc_read, W::gc_program, W::host_read, W::erase, W::host_program};
    // The erase waits for the read of its superblock, and then goes before what the host wants.
    EXPECT_EQ(order, collection_first ? pressed : usual);
  }
}

}  // namespace
}  // namespace icesim
