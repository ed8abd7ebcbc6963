// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/histogram.hpp"

#include "icesim/base/error.hpp"

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

std::uint64_t exact_percentile(std::vector<std::uint64_t> values, std::uint64_t thousandths) {
  std::sort(values.begin(), values.end());
  const std::uint64_t rank = (values.size() * thousandths + 999) / 1000;
  return values[rank == 0 ? 0 : rank - 1];
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

TEST(Histogram, IsExactBelowTwoGroupsOfBuckets) {
  std::vector<std::uint64_t> values;
  for (std::uint64_t v = 0; v < 128; ++v) values.push_back(v);
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

RC_GTEST_PROP(Histogram, PercentilesAreLessThanOneSixtyFourthAboveAnExactSort, ()) {
  const auto values = *times();
  const Histogram histogram = histogram_of(values);
  for (std::uint64_t p : {0, 1, 250, 500, 900, 990, 999, 1000}) {
    const std::uint64_t exact = exact_percentile(values, p);
    const std::uint64_t shown = histogram.percentile(p).n;
    RC_ASSERT(shown >= exact);
    RC_ASSERT(shown == exact || Wide{shown - exact} * 64 < exact);
  }
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
