// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/random.hpp"
#include "models/base/clock_domain.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

/// The first edge at or after `t` by the definition: floor(k * period) >= t means k >= t / period, exactly.
std::uint64_t first_edge(Hertz frequency, Picoseconds t) {
  const Wide period = (Wide{1'000'000'000'000} << 24) / frequency.n;
  return static_cast<std::uint64_t>(((Wide{t.n} << 24) + period - 1) / period);
}

TEST(ClockDomain, FindsTheFirstEdgeAtOrAfterAnyTime) {
  Random random(1);
  int on_an_edge = 0, between = 0;
  for (int i = 0; i < 200'000; ++i) {
    const Hertz frequency{1'000 + random.next() % 20'000'000'000 / (std::uint64_t{1} << random.next() % 20)};
    const ClockDomain clock{frequency, 2_cycles};
    // Times of all magnitudes up to half a year, and the surroundings of an edge.
    Picoseconds t{random.next() >> (1 + random.next() % 62)};
    if (i % 2 == 0) t = clock.edge(clock.next(t)) + Picoseconds{random.next() % 3} - Picoseconds{t.n > 0 ? 1u : 0u};
    const std::uint64_t expected = first_edge(frequency, t);
    ASSERT_EQ(clock.next(t).n, expected) << frequency.n << " Hz, " << t.n << " ps";
    ASSERT_GE(clock.edge(Cycles{expected}), t);
    if (expected > 0) {
      ASSERT_LT(clock.edge(Cycles{expected - 1}), t);
    }
    ++(clock.edge(Cycles{expected}) == t ? on_an_edge : between);
  }
  EXPECT_GT(on_an_edge, 20'000);
  EXPECT_GT(between, 20'000);
}

TEST(ClockDomain, FindsEveryEdgeOfItsOwn) {
  for (const Hertz frequency : {1_kHz, 300_MHz, 333_MHz, 583_MHz, 1'000_MHz, 3'000_MHz}) {
    const ClockDomain clock{frequency, 2_cycles};
    for (std::uint64_t step = 1; step < std::uint64_t{1} << 40; step = step * 3 + 1) {
      const Cycles n{step % (frequency.n * 1'000)};
      EXPECT_EQ(clock.next(clock.edge(n)), n);
      EXPECT_EQ(clock.next(clock.edge(n) + 1_ps), n + 1_cycles);
      EXPECT_EQ(clock.sample(clock.edge(n)), n + 2_cycles);
    }
  }
}

}  // namespace
}  // namespace icesim
