// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/trace_profile.hpp"

#include "icesim/base/describe.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <string>

namespace icesim {
namespace {

constexpr Picoseconds millisecond{1'000'000'000};

/// The statistics of a profile by name.
class Values final : public Statistics {
 public:
  using Statistics::operator();
  void operator()(std::string_view name, const Histogram& times, std::string_view) override {
    all[std::string(name)] = static_cast<std::uint64_t>(times.sum());
  }
  std::map<std::string, std::uint64_t> all;

 private:
  void value_of(std::string_view name, Wide value, Unit, std::string_view) override {
    all[std::string(name)] = static_cast<std::uint64_t>(value);
  }
  void enter(std::string_view) override {}
  void leave() override {}
};

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

TEST(TraceProfile, SortsLengthsByPowersOfTwo) {
  TraceProfile profile;
  IoRequest request;
  for (const std::uint64_t length : {0u, 1u, 512u, 4096u, 4097u, 8192u}) {
    request.length = Bytes{length};
    profile.add(request, 0);
  }
  const auto reads = [&](std::size_t index) { return profile.sizes()[index][0]; };
  EXPECT_EQ(reads(0), 2u);
  EXPECT_EQ(reads(9), 1u);
  EXPECT_EQ(reads(12), 1u);
  EXPECT_EQ(reads(13), 2u);
}

/// Whole requests, and the same ones cut into pieces.
TEST(TraceProfile, CountsARequestThatIsCutOnceAndWhole) {
  TraceProfile whole;
  TraceProfile cut;
  IoRequest request;
  for (std::uint64_t i = 0; i < 40; ++i) {
    request.operation = i % 3 == 0 ? Operation::write : Operation::read;
    request.offset = i % 4 == 1 ? request.offset + request.length : logical_block * (i * 100);
    request.length = Bytes{4096 * (1 + i % 5) + (i % 7 == 0 ? 512 : 0)};
    request.time = millisecond * (i * 3);
    whole.add(request, 1 + i % 2);
    IoRequest piece = request;
    for (std::uint64_t left = request.length.n; left > 0;) {
      piece.length = Bytes{std::min<std::uint64_t>(left, 2'560 + i * 100)};
      cut.add(piece, 1 + i % 2);
      left -= piece.length.n;
      piece.offset += piece.length;
      piece.flags = IoRequest::continuation;
    }
  }
  EXPECT_EQ(cut.sizes(), whole.sizes());
  ASSERT_EQ(cut.timeline().intervals().size(), whole.timeline().intervals().size());
  for (std::size_t i = 0; i < whole.timeline().intervals().size(); ++i) {
    EXPECT_EQ(cut.timeline().intervals()[i].bytes, whole.timeline().intervals()[i].bytes);
    EXPECT_EQ(cut.timeline().intervals()[i].requests, whole.timeline().intervals()[i].requests);
    EXPECT_EQ(cut.timeline().intervals()[i].depth_sum, whole.timeline().intervals()[i].depth_sum);
  }
  Values of_cut;
  Values of_whole;
  cut.describe(of_cut);
  whole.describe(of_whole);
  EXPECT_GT(of_whole.all.at("sequential"), 0u);
  EXPECT_GT(of_whole.all.at("unaligned"), 0u);
  EXPECT_EQ(of_cut.all, of_whole.all);
}

TEST(RecordedKeyslots, CountsHitsInTheKeyslotsThatWereRecorded) {
  RecordedKeyslots keyslots;
  const auto add = [&](std::uint16_t keyslot, KeyId key) {
    IoRequest request;
    request.set_keyslot(keyslot);
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
