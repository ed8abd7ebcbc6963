// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/histogram.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/random.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <vector>

namespace icesim {
namespace {

Histogram histogram_of(const std::vector<std::uint64_t>& values) {
  Histogram histogram;
  for (std::uint64_t value : values) histogram.add(Picoseconds{value});
  return histogram;
}

/// `sorted` are all values in order.
std::uint64_t exact_percentile(const std::vector<std::uint64_t>& sorted, std::uint64_t thousandths) {
  const std::uint64_t rank = (sorted.size() * thousandths + 999) / 1000;
  return sorted[rank == 0 ? 0 : rank - 1];
}

/// Values whose logarithm is even, so that every octave is exercised.
rc::Gen<std::vector<std::uint64_t>> times() {
  return rc::gen::nonEmpty(rc::gen::container<std::vector<std::uint64_t>>(
      rc::gen::apply([](std::uint64_t value, int shift) { return value >> shift; }, rc::gen::arbitrary<std::uint64_t>(),
                     rc::gen::inRange(0, 64))));
}

TEST(Histogram, IsZeroWhenEmpty) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.min().n, 0U);
  EXPECT_EQ(histogram.max().n, 0U);
  EXPECT_EQ(histogram.mean().n, 0U);
  EXPECT_EQ(histogram.percentile(500).n, 0U);
}

TEST(Histogram, IsExactForOneValue) {
  const Histogram histogram = histogram_of({123'456'789});
  for (std::uint64_t p : {0, 1, 500, 999, 1000}) EXPECT_EQ(histogram.percentile(p).n, 123'456'789U);
  EXPECT_EQ(histogram.mean().n, 123'456'789U);
}

TEST(Histogram, IsExactForSmallValues) {
  std::vector<std::uint64_t> values;
  for (std::uint64_t v = 0; v < 2048; ++v) values.push_back(v);
  const Histogram histogram = histogram_of(values);
  for (std::uint64_t p = 0; p <= 1000; ++p) EXPECT_EQ(histogram.percentile(p).n, exact_percentile(values, p)) << p;
}

TEST(Histogram, KeepsASumThatDoesNotFitIn64Bits) {
  const std::uint64_t largest = ~std::uint64_t{0};
  const Histogram histogram = histogram_of({largest, largest, largest});
  EXPECT_TRUE(histogram.sum() == Wide{3} * largest);
  EXPECT_EQ(histogram.mean().n, largest);
  EXPECT_EQ(histogram.percentile(500).n, largest);
}

TEST(Histogram, RefusesAPercentileAboveOneThousandThousandths) { EXPECT_THROW(Histogram{}.percentile(1001), Bug); }

RC_GTEST_PROP(Histogram, HasExactCountSumMinAndMax, ()) {
  const auto values = *times();
  const Histogram histogram = histogram_of(values);
  Wide sum = 0;
  for (std::uint64_t value : values) sum += value;
  RC_ASSERT(histogram.count() == values.size());
  RC_ASSERT(histogram.sum() == sum);
  RC_ASSERT(histogram.mean().n == static_cast<std::uint64_t>(sum / values.size()));
  RC_ASSERT(histogram.min().n == *std::min_element(values.begin(), values.end()));
  RC_ASSERT(histogram.max().n == *std::max_element(values.begin(), values.end()));
}

/// A 2048th, 0.05 %.
bool is_close(std::uint64_t shown, std::uint64_t exact) {
  return Wide{shown < exact ? exact - shown : shown - exact} * 2048 <= exact;
}

RC_GTEST_PROP(Histogram, PercentilesAreWithinA2048thOfAnExactSort, ()) {
  auto values = *times();
  const Histogram histogram = histogram_of(values);
  std::sort(values.begin(), values.end());
  for (std::uint64_t p : {0, 1, 250, 500, 900, 990, 999, 1000})
    RC_ASSERT(is_close(histogram.percentile(p).n, exact_percentile(values, p)));
}

/// Many values of like size, as latencies are: the exact one lies anywhere in its bucket.
RC_GTEST_PROP(Histogram, PercentilesOfManyLikeValuesAreWithinA2048th, ()) {
  const std::uint64_t least = std::uint64_t{1} << *rc::gen::inRange(0, 60);
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  std::vector<std::uint64_t> values;
  for (int i = 0; i < 2000; ++i) values.push_back(least + random.below(7 * least));
  const Histogram histogram = histogram_of(values);
  std::sort(values.begin(), values.end());
  for (std::uint64_t p = 0; p <= 1000; ++p) RC_ASSERT(is_close(histogram.percentile(p).n, exact_percentile(values, p)));
}

/// The worst that a bucket can do: its two ends, at both ends of an octave.
TEST(Histogram, IsCloseAtTheEdgesOfItsBuckets) {
  for (unsigned bits = 11; bits < 64; ++bits) {
    const std::uint64_t width = std::uint64_t{1} << (bits - 10);
    for (const std::uint64_t first :
         {std::uint64_t{1} << bits, ((std::uint64_t{1} << bits) - width) + (std::uint64_t{1} << bits)}) {
      for (const std::uint64_t value : {first, first + width - 1}) {
        // Others below and above, so that neither the smallest nor the largest is asked for.
        const Histogram histogram = histogram_of({0, value, ~std::uint64_t{0}});
        EXPECT_TRUE(is_close(histogram.percentile(500).n, value)) << value;
      }
    }
  }
}

TEST(Histogram, KnowsTheSmallestAndTheLargestExactly) {
  const Histogram histogram = histogram_of({1'000'001, 1'000'100, 1'000'199});
  EXPECT_EQ(histogram.percentile(0).n, 1'000'001U);
  EXPECT_EQ(histogram.percentile(1000).n, 1'000'199U);
}

RC_GTEST_PROP(Histogram, MergingIsAddingEverything, ()) {
  const auto left = *times();
  const auto right = *times();
  std::vector<std::uint64_t> both = left;
  both.insert(both.end(), right.begin(), right.end());
  Histogram merged = histogram_of(left);
  merged.merge(histogram_of(right));
  const Histogram expected = histogram_of(both);
  RC_ASSERT(merged.count() == expected.count());
  RC_ASSERT(merged.sum() == expected.sum());
  RC_ASSERT(merged.min() == expected.min());
  RC_ASSERT(merged.max() == expected.max());
  for (std::uint64_t p = 0; p <= 1000; p += 10) RC_ASSERT(merged.percentile(p) == expected.percentile(p));
}

TEST(Histogram, MergingAnEmptyOneChangesNothing) {
  Histogram histogram = histogram_of({7, 9});
  histogram.merge(Histogram{});
  EXPECT_EQ(histogram.count(), 2U);
  EXPECT_EQ(histogram.min().n, 7U);
  EXPECT_EQ(histogram.max().n, 9U);
}

}  // namespace
}  // namespace icesim
