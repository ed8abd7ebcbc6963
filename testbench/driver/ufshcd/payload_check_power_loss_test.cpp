// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/ufshcd/payload_medium.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using test::Block;
using test::Medium;
using test::read;
using test::request;
using test::write;

/// A medium that may lose its power.
struct PayloadCheckPowerLoss : testing::Test {
  Medium medium;
  PayloadCheckPowerLoss() { medium.check.expect_power_loss(); }

  Block written(bool fua = false) {
    Request r = write(Lba{10}, 1);
    r.fua = fua;
    medium.run(r);
    return medium.stored[10];
  }
  void flush(bool failed = false) {
    const Request r = request(Operation::flush, Lba{0}, 0, Tag{5});
    medium.begin(r);
    medium.end(r, failed);
  }
  bool accepts(const Block& content) {
    const std::uint64_t before = medium.mismatches();
    medium.stored[10] = content;
    medium.run(read(Lba{10}, 1));
    return medium.mismatches() == before;
  }
};

TEST_F(PayloadCheckPowerLoss, WhatWasNotFlushedMayBeOldOrNewAndWithoutALossItIsNew) {
  const Block first = written(), second = written();
  EXPECT_FALSE(accepts(first));
  medium.check.power_lost();
  EXPECT_TRUE(accepts(second));
  EXPECT_TRUE(accepts(first));
  EXPECT_TRUE(accepts(Block{})) << "nothing of it was flushed";
  Block torn = first;
  torn.back() = second.back();
  torn.front() ^= std::byte{1};
  EXPECT_FALSE(accepts(torn));
}

TEST_F(PayloadCheckPowerLoss, WhatWasFlushedIsThere) {
  const Block first = written();
  flush();
  const Block second = written();
  medium.check.power_lost();
  EXPECT_TRUE(accepts(first));
  EXPECT_TRUE(accepts(second));
  EXPECT_FALSE(accepts(Block{}));
}

TEST_F(PayloadCheckPowerLoss, ABlockWrittenWithFuaIsThere) {
  const Block first = written(), second = written(true);
  medium.check.power_lost();
  EXPECT_TRUE(accepts(second));
  EXPECT_FALSE(accepts(first));
  EXPECT_FALSE(accepts(Block{}));
}

TEST_F(PayloadCheckPowerLoss, AFlushThatFailedAndOneThatBeganBeforePromiseNothing) {
  const Block first = written();
  flush(true);
  const Request early = request(Operation::flush, Lba{0}, 0, Tag{5});
  const Request late = write(Lba{10}, 1);
  medium.begin(late);
  medium.begin(early);
  medium.carry_out(late);
  medium.end(late);
  medium.end(early);
  medium.check.power_lost();
  EXPECT_TRUE(accepts(first));
}

TEST_F(PayloadCheckPowerLoss, WhatIsWrittenBehindTheLossCountsAgain) {
  const Block first = written();
  medium.check.power_lost();
  const Block second = written();
  EXPECT_TRUE(accepts(second));
  EXPECT_FALSE(accepts(first));
  EXPECT_FALSE(accepts(Block{}));
}

TEST_F(PayloadCheckPowerLoss, AWriteThatTheDeviceHadAcknowledgedAndTheHostHadNotSeenMayBeLost) {
  const Block first = written();
  flush();
  const Request late = write(Lba{10}, 1);
  medium.begin(late);
  medium.carry_out(late);
  const Block second = medium.stored[10];
  medium.check.power_lost();
  medium.end(late);
  EXPECT_TRUE(accepts(first));
  EXPECT_TRUE(accepts(second));
}

}  // namespace
}  // namespace icesim
