// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/ufshcd/payload_medium.hpp"

#include <gtest/gtest.h>
#include <map>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using test::Block;
using test::discard;
using test::Medium;
using test::read;
using test::request;
using test::write;

TEST(PayloadCheck, AcceptsEitherOfTwoWritesThatOverlapInTime) {
  for (const bool second_wins : {false, true}) {
    Medium medium;
    medium.run(write(Lba{10}, 1));
    const Block before = medium.stored[10];
    const Request a = write(Lba{10}, 1, Tag{1}, {7, Dun{1}});
    const Request b = write(Lba{10}, 1, Tag{2}, {7, Dun{1}});
    medium.begin(a);
    medium.begin(b);
    medium.carry_out(second_wins ? a : b);
    medium.carry_out(second_wins ? b : a);
    medium.end(a);
    medium.end(b);
    medium.run(read(Lba{10}, 1, Tag{3}, {7, Dun{1}}));
    EXPECT_EQ(medium.mismatches(), 0u);
    medium.stored[10] = before;
    medium.run(read(Lba{10}, 1, Tag{3}));
    EXPECT_EQ(medium.mismatches(), 1u) << "but not what they both replaced";
  }
}

TEST(PayloadCheck, AcceptsOldOrNewWhereAReadOverlapsAWrite) {
  for (const bool sees_new : {false, true}) {
    Medium medium;
    medium.run(write(Lba{10}, 1));
    const Request writing = write(Lba{10}, 1, Tag{1});
    const Request reading = read(Lba{10}, 1, Tag{2});
    medium.begin(reading);
    medium.begin(writing);
    if (sees_new) medium.carry_out(writing);
    medium.carry_out(reading);
    if (!sees_new) medium.carry_out(writing);
    medium.end(writing);  // ends before the read does
    medium.end(reading);
    EXPECT_EQ(medium.mismatches(), 0u);
  }
}

TEST(PayloadCheck, AcceptsZerosOrDataWhereAReadOverlapsTheFirstWrite) {
  Medium medium;
  const Request writing = write(Lba{10}, 1, Tag{1});
  medium.begin(writing);
  medium.run(read(Lba{10}, 1, Tag{2}));
  medium.carry_out(writing);
  medium.run(read(Lba{10}, 1, Tag{2}));
  medium.end(writing);
  EXPECT_EQ(medium.mismatches(), 0u);
  medium.stored.clear();
  medium.run(read(Lba{10}, 1, Tag{2}));
  EXPECT_EQ(medium.mismatches(), 1u) << "not when the write has ended";
}

TEST(PayloadCheck, AcceptsZerosOrDataWhereADiscardOverlapsTheFirstWrite) {
  for (const bool discarded_last : {false, true}) {
    Medium medium;
    const Request discarding = discard(Lba{8}, 10, Tag{1});
    const Request writing = write(Lba{10}, 1, Tag{2});
    medium.begin(discarding);
    medium.begin(writing);
    medium.carry_out(discarded_last ? writing : discarding);
    medium.carry_out(discarded_last ? discarding : writing);
    medium.end(writing);
    medium.end(discarding);
    medium.run(read(Lba{10}, 1, Tag{3}));
    EXPECT_EQ(medium.mismatches(), 0u);
  }
}

/// Requests begin, take effect at one moment each, and end, in any order: a correct medium is never blamed.
RC_GTEST_PROP(PayloadCheck, NeverBlamesACorrectMedium, ()) {
  const auto choices = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange<std::uint32_t>(0, 1u << 24));
  Medium medium;
  struct Slow {
    Request request;
    bool done = false;
  };
  std::map<std::uint64_t, Slow> under_way;
  for (std::uint32_t c : choices) {
    const auto take = [&c](std::uint32_t bound) {
      const std::uint32_t taken = c % bound;
      c /= bound;
      return taken;
    };
    const std::uint64_t tag = take(4);
    const auto found = under_way.find(tag);
    if (found == under_way.end()) {
      const std::array<Operation, 4> kinds{Operation::write, Operation::read, Operation::read, Operation::discard};
      const Operation kind = kinds[take(4)];
      const KeyId key = kind == Operation::discard ? no_key : take(3);
      const Lba lba{take(4)};
      const std::uint64_t blocks = 1 + take(3);
      const Request r = request(kind, lba, blocks, Tag{tag}, {key, Dun{take(2)}});
      under_way[tag] = {r, false};
      medium.begin(r);
    } else if (!found->second.done) {
      medium.carry_out(found->second.request);
      found->second.done = true;
    } else {
      medium.end(found->second.request);
      under_way.erase(found);
    }
  }
  RC_ASSERT(medium.mismatches() == 0u);
}

}  // namespace
}  // namespace icesim
