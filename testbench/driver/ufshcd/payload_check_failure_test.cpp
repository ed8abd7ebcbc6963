// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/ufshcd/payload_medium.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using test::Block;
using test::discard;
using test::Medium;
using test::read;
using test::write;

/// A request that ends with an error, after the medium has carried it out or before.
void fail(Medium& medium, const Request& r, bool carried_out) {
  medium.begin(r);
  if (carried_out) medium.carry_out(r);
  medium.end(r, true);
}

TEST(PayloadCheckFailure, AFailedWriteLeavesTheNewContentOrTheOld) {
  for (const bool carried_out : {false, true}) {
    Medium medium;
    medium.run(write(Lba{10}, 2));
    fail(medium, write(Lba{10}, 2), carried_out);
    medium.run(read(Lba{10}, 2));
    EXPECT_EQ(medium.mismatches(), 0u) << carried_out;
  }
}

TEST(PayloadCheckFailure, AFailedWriteMayLeaveABlockAsItWasDelivered) {
  Medium medium;
  fail(medium, write(Lba{10}, 1), false);
  medium.run(read(Lba{10}, 1));
  EXPECT_EQ(medium.mismatches(), 0u);
}

TEST(PayloadCheckFailure, AFailedDiscardMayHaveDiscarded) {
  for (const bool carried_out : {false, true}) {
    Medium medium;
    medium.run(write(Lba{10}, 1));
    fail(medium, discard(Lba{10}, 1), carried_out);
    medium.run(read(Lba{10}, 1));
    EXPECT_EQ(medium.mismatches(), 0u) << carried_out;
  }
}

TEST(PayloadCheckFailure, AfterTheNextWriteNeitherIsAllowed) {
  Medium medium;
  medium.run(write(Lba{10}, 1));
  const Block old = medium.stored[10];
  fail(medium, write(Lba{10}, 1), true);
  const Block failed = medium.stored[10];
  medium.run(write(Lba{10}, 1));
  for (const Block& content : {old, failed, Block{}}) {
    const std::uint64_t before = medium.mismatches();
    medium.stored[10] = content;
    medium.run(read(Lba{10}, 1));
    EXPECT_EQ(medium.mismatches(), before + 1);
  }
}

}  // namespace
}  // namespace icesim
