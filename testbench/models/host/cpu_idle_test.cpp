// SPDX-License-Identifier: Apache-2.0
#include "models/host/cpu_idle.hpp"

#include <gtest/gtest.h>
#include <initializer_list>

namespace icesim {
namespace {

using namespace literals;

IdleTimes after(std::initializer_list<std::uint64_t> us) {
  IdleTimes times;
  for (const std::uint64_t each : us) times.add(Picoseconds{each * 1'000'000});
  return times;
}

TEST(IdleTimes, PredictNothingBeforeThereAreAny) {
  EXPECT_EQ(IdleTimes().prediction(), IdleTimes::unknown);
  EXPECT_EQ(after({5000}).prediction(), IdleTimes::unknown) << "seven are 0";
}

TEST(IdleTimes, PredictTheMeanOfTheLastEight) {
  EXPECT_EQ(after({9000, 100, 110, 100, 110, 100, 110, 100, 110}).prediction(), 105_us);
  EXPECT_EQ(after({3, 3, 3, 3, 3, 3, 3, 3, 3}).prediction(), 3_us);
}

TEST(IdleTimes, TakeWholeMicroseconds) {
  IdleTimes times;
  for (int i = 0; i < 8; ++i) times.add(100_us + 999'999_ps);
  EXPECT_EQ(times.prediction(), 100_us);
}

TEST(IdleTimes, AreCloseWithAStandardDeviationOf20us) {
  // A variance of 400, and of 405.
  EXPECT_EQ(after({40, 80, 40, 80, 40, 80, 40, 80}).prediction(), 60_us);
  EXPECT_NE(after({40, 81, 40, 81, 40, 81, 40, 81}).prediction(), 60_us);
}

TEST(IdleTimes, AreCloseWithAStandardDeviationOfLessThanASixth) {
  EXPECT_EQ(after({501, 699, 501, 699, 501, 699, 501, 699}).prediction(), 600_us);
  EXPECT_NE(after({500, 700, 500, 700, 500, 700, 500, 700}).prediction(), 600_us);
}

TEST(IdleTimes, LeaveOutTwoLongOnesButNotThree) {
  EXPECT_EQ(after({100, 5000, 100, 100, 100, 9000, 100, 100}).prediction(), 100_us);
  EXPECT_EQ(after({100, 5000, 100, 100, 7000, 9000, 100, 100}).prediction(), IdleTimes::unknown);
  EXPECT_EQ(after({100, 9000, 100, 100, 9000, 9000, 100, 100}).prediction(), 100_us)
      << "as long as each other they go together, and five of 100 us are close enough";
}

TEST(IdleTimes, DoNotOverflow) {
  IdleTimes times;
  for (int i = 0; i < 8; ++i) times.add(Picoseconds{~std::uint64_t{0}});
  EXPECT_EQ(times.prediction(), Picoseconds{(std::uint64_t{1} << 31) * 1'000'000});
}

}  // namespace
}  // namespace icesim
