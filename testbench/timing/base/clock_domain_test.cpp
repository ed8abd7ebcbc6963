// SPDX-License-Identifier: Apache-2.0
#include "models/base/clock_domain.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using namespace literals;

Hertz any_frequency() {
  return Hertz{*rc::gen::oneOf(rc::gen::inRange<std::uint64_t>(1'000'000, 2'000'000'001),
                               rc::gen::element<std::uint64_t>(19'200'000, 266'666'667, 300'000'000, 403'000'000))};
}
/// Numbers of cycles of any magnitude, up to an hour at 2 GHz.
std::uint64_t any_cycles() { return *rc::gen::arbitrary<std::uint64_t>() >> *rc::gen::inRange(21, 64); }

RC_GTEST_PROP(ClockDomainTiming, StaysWithinItsDriftOfTheExactFrequency, ()) {
  const Hertz frequency = any_frequency();
  const std::uint64_t n = any_cycles() >> 6;
  const Picoseconds edge = ClockDomain{frequency, Cycles{2}}.edge(Cycles{n});
  // Exact: n x 10^12 / f, between edge x f and the drift of a picosecond in 2^24 cycles.
  const Wide exact = Wide{n} * 1'000'000'000'000;
  RC_ASSERT(Wide{edge.n} * frequency.n <= exact);
  RC_ASSERT(Wide{edge.n + 1 + (n >> 24) + 1} * frequency.n >= exact);
}

RC_GTEST_PROP(ClockDomainTiming, HasCyclesOfOnePeriodRoundedDownOrUp, ()) {
  const Hertz frequency = any_frequency();
  const ClockDomain clock{frequency, Cycles{2}};
  const Cycles n{any_cycles() >> 6};
  const Picoseconds cycle = clock.edge(n + Cycles{1}) - clock.edge(n);
  const std::uint64_t period = 1'000'000'000'000 / frequency.n;
  RC_ASSERT(cycle.n == period || cycle.n == period + 1 || (1'000'000'000'000 % frequency.n == 0 && cycle.n == period));
}

/// Models add the time of some cycles to that of an edge, and take the next edge: that is the edge they mean.
RC_GTEST_PROP(ClockDomainTiming, FindsTheEdgeSomeCyclesAfterAnother, ()) {
  const ClockDomain clock{any_frequency(), Cycles{2}};
  const Cycles a{any_cycles() >> 8};
  const Cycles b{any_cycles() >> 8};
  RC_ASSERT(clock.next(clock.edge(a) + clock.edge(b)) == a + b);
  RC_ASSERT(clock.next_edge(clock.edge(a) + clock.edge(b)) == clock.edge(a + b));
}

/// What one domain sends on its edge, another sees after its synchroniser: 2 to 3 of the receiver's cycles later.
RC_GTEST_PROP(ClockDomainTiming, CrossesDomainsInTheStagesAndLessThanACycleMore, ()) {
  const ClockDomain sender{any_frequency(), Cycles{2}};
  const ClockDomain receiver{any_frequency(), Cycles{2}};
  const Picoseconds sent = sender.edge(Cycles{any_cycles() >> 8});
  const Picoseconds seen = receiver.sample_edge(sent);
  RC_ASSERT(seen >= sent + receiver.edge(Cycles{2}));
  RC_ASSERT(seen < sent + receiver.edge(Cycles{3}) + Picoseconds{2});
}

TEST(ClockDomainTiming, SamplesAnEdgeEarlyNothingOnTime) {
  const ClockDomain clock{200_MHz, 2_cycles};
  EXPECT_EQ(clock.sample_edge(10'000_ps), 20'000_ps) << "sent on an edge: that edge and two more";
  EXPECT_EQ(clock.sample_edge(10'001_ps), 25'000_ps) << "a picosecond late: the next one";
  EXPECT_EQ(clock.sample_edge(9'999_ps), 20'000_ps);
}

}  // namespace
}  // namespace icesim
