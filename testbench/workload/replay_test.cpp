// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/replay.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

TEST(ReplayConfig, ScalesTimesExactly) {
  ReplayConfig config;
  EXPECT_EQ(config.scaled(Picoseconds{12'345}), Picoseconds{12'345});
  config.time_scale = 50;
  EXPECT_EQ(config.scaled(Picoseconds{1'001}), Picoseconds{500});
  config.time_scale = 333;
  // 100 days, whose product with 333 has more than 64 bits.
  const Picoseconds long_trace{std::uint64_t{8'640'000} * 1'000'000'000'000 / 10};
  EXPECT_EQ(config.scaled(long_trace), Picoseconds{long_trace.n / 100 * 333});
}

}  // namespace
}  // namespace icesim
