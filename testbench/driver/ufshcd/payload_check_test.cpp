// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/ufshcd/payload_medium.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace icesim {
namespace {

using test::Block;
using test::discard;
using test::Medium;
using test::read;
using test::write;

TEST(PayloadCheck, AcceptsWhatWasWritten) {
  Medium medium;
  medium.run(write(Lba{10}, 4));
  medium.run(write(Lba{20}, 2, Tag{1}, {7, Dun{500}}));
  medium.run(read(Lba{10}, 4));
  medium.run(read(Lba{20}, 2, Tag{2}, {7, Dun{500}}));
  EXPECT_EQ(medium.check.statistics().blocks_written, 6u);
  EXPECT_EQ(medium.check.statistics().blocks_checked, 6u);
  EXPECT_EQ(medium.mismatches(), 0u);
}

TEST(PayloadCheck, GivesEveryWrittenBlockItsOwnContent) {
  Medium medium;
  medium.run(write(Lba{10}, 2));
  const Block first = medium.stored[10];
  EXPECT_NE(first, medium.stored[11]);
  EXPECT_NE(first, Block{});
  medium.run(write(Lba{10}, 1));
  EXPECT_NE(first, medium.stored[10]) << "another generation";
}

TEST(PayloadCheck, DetectsASingleWrongByteInTheBlockItIsIn) {
  for (const std::size_t byte : {std::size_t{0}, std::size_t{2047}, std::size_t{4095}}) {
    Medium medium;
    medium.run(write(Lba{10}, 3, Tag{}, {7, Dun{1}}));
    medium.stored[11][byte] ^= std::byte{1};
    medium.run(read(Lba{10}, 3, Tag{}, {7, Dun{1}}));
    EXPECT_EQ(medium.mismatches(), 1u);
  }
}

TEST(PayloadCheck, DetectsBlocksInTheWrongPlaceAndAnOldVersion) {
  Medium medium;
  medium.run(write(Lba{10}, 2));
  std::swap(medium.stored[10], medium.stored[11]);
  medium.run(read(Lba{10}, 2));
  EXPECT_EQ(medium.mismatches(), 2u);
  std::swap(medium.stored[10], medium.stored[11]);
  const Block old = medium.stored[10];
  medium.run(write(Lba{10}, 1));
  medium.stored[10] = old;
  medium.run(read(Lba{10}, 1));
  EXPECT_EQ(medium.mismatches(), 3u);
}

TEST(PayloadCheck, DetectsDataThatWasNotEncryptedOrUnderAnotherNumber) {
  Medium medium;
  const Request encrypted = write(Lba{10}, 1, Tag{}, {7, Dun{1}});
  medium.begin(encrypted);
  medium.carry_out(write(Lba{10}, 1));  // the engine was passed by
  medium.end(encrypted);
  medium.run(read(Lba{10}, 1, Tag{}, {7, Dun{1}}));
  EXPECT_EQ(medium.mismatches(), 1u);
  medium.begin(encrypted);
  medium.carry_out(write(Lba{10}, 1, Tag{}, {7, Dun{2}}));
  medium.end(encrypted);
  medium.run(read(Lba{10}, 1, Tag{}, {7, Dun{1}}));
  EXPECT_EQ(medium.mismatches(), 2u);
}

TEST(PayloadCheck, KnowsWhatAnotherKeyOrNumberMakesOfTheData) {
  Medium medium;
  const std::vector<BioCryptContext> contexts{{}, {7, Dun{1}}, {7, Dun{2}}, {8, Dun{1}}};
  for (const BioCryptContext& writer : contexts) {
    for (const BioCryptContext& reader : contexts) {
      medium.run(write(Lba{10}, 2, Tag{}, writer));
      medium.run(read(Lba{10}, 2, Tag{}, reader));
    }
  }
  EXPECT_EQ(medium.check.statistics().blocks_checked, 2 * contexts.size() * contexts.size());
  EXPECT_EQ(medium.mismatches(), 0u);
  // An engine that decrypted with the writer's key although the reader has another one is found out.
  medium.run(write(Lba{10}, 1, Tag{}, contexts[1]));
  const Request other = read(Lba{10}, 1, Tag{}, contexts[3]);
  medium.begin(other);
  medium.carry_out(read(Lba{10}, 1, Tag{}, contexts[1]));
  medium.end(other);
  EXPECT_EQ(medium.mismatches(), 1u);
}

TEST(PayloadCheck, ExpectsZerosWhereNothingWasWritten) {
  Medium medium;
  medium.run(read(Lba{10}, 2));
  medium.run(read(Lba{10}, 2, Tag{}, {7, Dun{1}}));
  EXPECT_EQ(medium.mismatches(), 0u);
  medium.stored[11].fill(std::byte{1});
  medium.run(read(Lba{10}, 2));
  EXPECT_EQ(medium.mismatches(), 1u);
}

TEST(PayloadCheck, ExpectsZerosAfterADiscard) {
  Medium medium;
  medium.run(write(Lba{10}, 4));
  const Block kept = medium.stored[11];
  medium.run(discard(Lba{11}, 2));
  medium.run(read(Lba{10}, 4));
  EXPECT_EQ(medium.mismatches(), 0u);
  medium.stored[11] = kept;
  medium.run(read(Lba{10}, 4));
  EXPECT_EQ(medium.mismatches(), 1u);
  medium.run(write(Lba{11}, 1));
  medium.run(read(Lba{10}, 4));
  EXPECT_EQ(medium.mismatches(), 1u) << "written again";
}

TEST(PayloadCheck, DoesNotLookAtAReadThatFailed) {
  Medium medium;
  medium.run(write(Lba{10}, 1));
  const Request reading = read(Lba{10}, 1);
  medium.begin(reading);
  medium.end(reading, true);
  EXPECT_EQ(medium.check.statistics().blocks_checked, 0u);
}

}  // namespace
}  // namespace icesim
