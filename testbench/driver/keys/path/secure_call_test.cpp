// SPDX-License-Identifier: Apache-2.0
#include "src/driver/keys/path/secure_call.hpp"

#include "src/base/spread/exponential.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

/// Times in the secure world of many calls.
std::vector<std::uint64_t> times(const SecureCallConfig& config, std::size_t calls) {
  KeyPathStatistics statistics;
  SecureCall call(config, statistics, 7);
  std::vector<std::uint64_t> result;
  for (std::size_t i = 0; i < calls; ++i) {
    call.prepare(0_ps, 0);
    result.push_back((call.enter(false).busy - config.entry).n);
  }
  return result;
}

double mean_of(const std::vector<std::uint64_t>& list) {
  double sum = 0;
  for (const std::uint64_t each : list) sum += static_cast<double>(each);
  return sum / static_cast<double>(list.size());
}

TEST(SecureCall, TakesTheTimeThatItIsGiven) {
  SecureCallConfig config;
  for (const std::uint64_t t : times(config, 10)) EXPECT_EQ(t, config.time.n);
}

TEST(SecureCall, YieldsToInterruptsUnlessTheyWait) {
  KeyPathStatistics statistics;
  SecureCallConfig config;
  EXPECT_TRUE(SecureCall(config, statistics, 7).enter(false).yields);
  EXPECT_FALSE(SecureCall(config, statistics, 7, SecureCall::Caller::sleeps).enter(false).yields);
  config.yields = false;
  EXPECT_FALSE(SecureCall(config, statistics, 7).enter(false).yields);
}

TEST(SecureCall, LetsACallerSleepThatAsksByMailbox) {
  KeyPathStatistics statistics;
  SecureCallConfig config;
  SecureCall call(config, statistics, 7, SecureCall::Caller::sleeps);
  for (const bool fails : {false, true}) {
    call.prepare(0_ps, 0);
    const KeyWork asked = call.enter(fails);
    EXPECT_EQ(asked.busy, config.entry);
    EXPECT_EQ(asked.asleep, config.time);
    EXPECT_EQ(asked.end, KeyWork::End::not_yet);
    ASSERT_TRUE(call.awaits_answer());
    EXPECT_EQ(call.answer().end, fails ? KeyWork::End::failed : KeyWork::End::done);
    EXPECT_FALSE(call.awaits_answer());
  }
  EXPECT_EQ(statistics.secure_time, TimeSum{});
}

TEST(SecureCall, TakesAnyTimeUpToTheLongestBothEndsIncluded) {
  SecureCallConfig config;
  config.spread = Spread::uniform;
  config.longest = config.time + 3_ps;
  std::vector<int> seen(4);
  for (const std::uint64_t t : times(config, 400)) ++seen.at(t - config.time.n);
  for (const int count : seen) EXPECT_GT(count, 60);
}

TEST(SecureCall, TakesTheLongestTimeInTheTail) {
  SecureCallConfig config;
  config.spread = Spread::two_point;
  config.tail_ppm = 100'000;
  int longest = 0;
  for (const std::uint64_t t : times(config, 10'000)) {
    EXPECT_TRUE(t == config.time.n || t == config.longest.n);
    longest += t == config.longest.n ? 1 : 0;
  }
  EXPECT_NEAR(longest, 1000, 120);
  config.tail_ppm = 0;
  for (const std::uint64_t t : times(config, 100)) EXPECT_EQ(t, config.time.n);
  config.tail_ppm = 1'000'000;
  for (const std::uint64_t t : times(config, 100)) EXPECT_EQ(t, config.longest.n);
}

TEST(SecureCall, IsExponentialUpToTheLongest) {
  SecureCallConfig config;
  config.spread = Spread::exponential;
  config.longest = 10_ms;
  const auto all = times(config, 100'000);
  EXPECT_NEAR(mean_of(all) / static_cast<double>(config.time.n), 1.0, 0.01);
  std::size_t beyond = 0;
  for (const std::uint64_t t : all) beyond += t > config.time.n ? 1u : 0u;
  EXPECT_NEAR(static_cast<double>(beyond) / 100'000, std::exp(-1.0), 0.005);
  config.longest = config.time;
  for (const std::uint64_t t : times(config, 1000)) EXPECT_LE(t, config.longest.n);
}

TEST(SecureCall, ComputesTheLogarithmWithoutFloatingPoint) {
  Random random(3), same(3);
  for (int i = 0; i < 10'000; ++i) {
    const double u = (static_cast<double>(same.next() >> 32) + 1) / 4294967296.0;
    EXPECT_NEAR(static_cast<double>(exponential(random, 1_ms).n), -std::log(u) * 1e9, 10.0);
  }
}

}  // namespace
}  // namespace icesim
