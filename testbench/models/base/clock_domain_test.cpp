// SPDX-License-Identifier: Apache-2.0
#include "models/base/clock_domain.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using namespace literals;

constexpr std::uint64_t picoseconds_per_second = 1'000'000'000'000;

/// The period as the header says: in 2^-24 ps, rounded down.
Wide period(Hertz frequency) { return (Wide{picoseconds_per_second} << 24) / frequency.n; }

Hertz any_frequency() {
  return Hertz{*rc::gen::oneOf(rc::gen::inRange<std::uint64_t>(1'000'000, 2'000'000'001),
                               rc::gen::element<std::uint64_t>(19'200'000, 200'000'000, 300'000'000, 403'000'000))};
}
/// Times of any magnitude, up to 213 days.
Picoseconds any_time() { return Picoseconds{*rc::gen::arbitrary<std::uint64_t>() >> *rc::gen::inRange(0, 64)}; }

TEST(ClockDomain, HasItsEdgesAtTheRoundedMultiplesOfThePeriod) {
  const ClockDomain clock{300_MHz, 2_cycles};
  EXPECT_EQ(clock.frequency(), 300_MHz);
  EXPECT_EQ(clock.sync_stages(), 2_cycles);
  for (const std::uint64_t n : {0u, 1u, 2u, 3u, 4u, 299'999'999u}) {
    // Exact: n x 10000 / 3 ps; the kept period is too short by less than 2^-24 ps.
    EXPECT_EQ(clock.edge(Cycles{n}).n, static_cast<std::uint64_t>((Wide{n} * period(300_MHz)) >> 24)) << n;
    EXPECT_NEAR(static_cast<double>(clock.edge(Cycles{n}).n), static_cast<double>(n) * 1e4 / 3,
                1.0 + static_cast<double>(n >> 24));
  }
}

TEST(ClockDomain, IsExactWhenThePeriodIsWhole) {
  const ClockDomain clock{200_MHz, 2_cycles};
  const std::uint64_t year = std::uint64_t{365} * 24 * 3600 * 200'000'000 / 2;  // cycles in half a year
  EXPECT_EQ(clock.edge(Cycles{year}).n, year * 5000);
  EXPECT_EQ(clock.next(Picoseconds{year * 5000}).n, year);
  EXPECT_EQ(clock.next(Picoseconds{year * 5000 + 1}).n, year + 1);
}

TEST(ClockDomain, SamplesOnItsFirstEdgeWhenItDoesNotSynchronise) {
  const ClockDomain clock{200_MHz, 0_cycles};
  EXPECT_EQ(clock.sample(0_ps), 0_cycles);
  EXPECT_EQ(clock.sample(5000_ps), 1_cycles);
  EXPECT_EQ(clock.sample_edge(5001_ps), 10000_ps);
}

RC_GTEST_PROP(ClockDomain, FindsTheFirstEdgeAtOrAfterATime, ()) {
  const Hertz frequency = any_frequency();
  const ClockDomain clock{frequency, Cycles{2}};
  const Picoseconds t = any_time();
  RC_PRE(t.n < ~std::uint64_t{0} - 10'000'000);
  const Cycles n = clock.next(t);
  RC_ASSERT(Wide{clock.edge(n).n} == (Wide{n.n} * period(frequency)) >> 24);
  RC_ASSERT(clock.edge(n) >= t);
  RC_ASSERT(n.n == 0 || clock.edge(n - Cycles{1}) < t);
  RC_ASSERT(clock.next_edge(t) == clock.edge(n));
}

RC_GTEST_PROP(ClockDomain, FindsEveryEdgeAgain, ()) {
  const Hertz frequency = any_frequency();
  const ClockDomain clock{frequency, Cycles{2}};
  const Cycles n{any_time().n % (std::uint64_t{1} << 43)};
  RC_PRE((Wide{n.n} * period(frequency) >> 24) < Wide{~std::uint64_t{0}} - 10'000'000);
  RC_ASSERT(clock.next(clock.edge(n)) == n);
  RC_ASSERT(clock.next(clock.edge(n) + Picoseconds{1}) == n + Cycles{1});
}

RC_GTEST_PROP(ClockDomain, SamplesAfterTheSynchroniserStages, ()) {
  const Cycles stages{*rc::gen::inRange<std::uint64_t>(0, 5)};
  const ClockDomain clock{any_frequency(), stages};
  const Picoseconds t{any_time().n >> 1};
  const Picoseconds seen = clock.sample_edge(t);
  RC_ASSERT(seen == clock.edge(clock.next(t) + stages));
  // At least `stages` full cycles after it was sent, and less than one more.
  RC_ASSERT(clock.sample(t) >= stages);
  RC_ASSERT(clock.edge(clock.sample(t) - stages) >= t);
  RC_ASSERT(clock.sample(t) == stages || clock.next(t).n == 0 || clock.edge(clock.sample(t) - stages - Cycles{1}) < t);
}

}  // namespace
}  // namespace icesim
