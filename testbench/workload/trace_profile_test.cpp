// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/trace_profile.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace icesim {
namespace {

constexpr Picoseconds millisecond{1'000'000'000};

TEST(ArrivalTimeline, DoublesItsIntervalsWhenTheTraceGoesOn) {
  ArrivalTimeline timeline;
  for (std::uint64_t i = 0; i < 1'000; ++i) timeline.add(millisecond * i, Bytes{i}, i);
  EXPECT_EQ(timeline.width(), millisecond * 32);
  ASSERT_EQ(timeline.intervals().size(), 32u);
  for (std::uint64_t n = 0; n < 32; ++n) {
    const std::uint64_t first = n * 32;
    const std::uint64_t count = std::min<std::uint64_t>(32, 1'000 - first);
    const ArrivalTimeline::Interval& interval = timeline.intervals()[n];
    EXPECT_EQ(interval.requests, count);
    EXPECT_EQ(interval.depth_max, first + count - 1);
    EXPECT_EQ(interval.depth_sum, count * first + count * (count - 1) / 2);
    EXPECT_EQ(interval.bytes.n, interval.depth_sum);
  }
}

TEST(ArrivalTimeline, LeavesIntervalsWithoutRequestsEmpty) {
  ArrivalTimeline timeline;
  timeline.add(millisecond * 3, Bytes{8}, 1);
  timeline.add(millisecond * 1'000'000, Bytes{8}, 2);
  ASSERT_GT(timeline.intervals().size(), 1u);
  EXPECT_LE(timeline.intervals().size(), ArrivalTimeline::most_intervals);
  EXPECT_EQ(timeline.intervals().front().requests, 1u);
  EXPECT_EQ(timeline.intervals().back().requests, 1u);
  EXPECT_EQ(timeline.intervals()[1].requests, 0u);
}

TEST(TraceProfile, SortsLengthsByPowersOfTwoAndJoinsNoPieces) {
  TraceProfile profile;
  IoRequest request;
  for (const std::uint64_t length : {0u, 1u, 512u, 4096u, 4097u, 8192u}) {
    request.length = Bytes{length};
    profile.add(request, 0);
  }
  request.flags = IoRequest::continuation;
  profile.add(request, 0);
  const auto reads = [&](std::size_t index) { return profile.sizes()[index][0]; };
  EXPECT_EQ(reads(0), 2u);
  EXPECT_EQ(reads(9), 1u);
  EXPECT_EQ(reads(12), 1u);
  EXPECT_EQ(reads(13), 2u);
}

TEST(RecordedKeyslots, CountsHitsInTheKeyslotsThatWereRecorded) {
  RecordedKeyslots keyslots;
  const auto add = [&](std::uint16_t keyslot, KeyId key) {
    IoRequest request;
    request.keyslot = keyslot;
    request.key = key;
    keyslots.add(request);
  };
  add(unknown_keyslot, no_key);
  add(3, 1);
  add(0, 2);
  add(3, 1);  // hit
  add(3, 2);
  add(0, 2);  // hit
  add(3, 1);
  EXPECT_EQ(keyslots.requests(), 6u);
  EXPECT_EQ(keyslots.used(), 2u);
  EXPECT_EQ(keyslots.hits(), 2u);
}

}  // namespace
}  // namespace icesim
