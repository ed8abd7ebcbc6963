// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/decimal_text.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

TEST(DecimalText, RoundsToTheNearest) {
  EXPECT_EQ(fixed_text(1'994, 1000, 2), "1.99");
  EXPECT_EQ(fixed_text(1'995, 1000, 2), "2.00");
  EXPECT_EQ(fixed_text(7, 2, 0), "4");
  EXPECT_EQ(fixed_text(50'000, 1'000'000, 1), "0.1");
  EXPECT_EQ(fixed_text(~std::uint64_t{0}, 1, 3), "18446744073709551615.000");
}

TEST(DecimalText, WritesPercentagesAndGroups) {
  EXPECT_EQ(percent_text(612'345), "61.2 %");
  EXPECT_EQ(percent_text(1'000'000), "100.0 %");
  EXPECT_EQ(grouped_text(0), "0");
  EXPECT_EQ(grouped_text(999), "999");
  EXPECT_EQ(grouped_text(1'000), "1,000");
  EXPECT_EQ(grouped_text(1'234'567), "1,234,567");
}

TEST(DecimalText, ChoosesTheUnit) {
  EXPECT_EQ(rounded_text(0_ps), "0 ps");
  EXPECT_EQ(rounded_text(999_ps), "999 ps");
  EXPECT_EQ(rounded_text(1500_us), "1.50 ms");
  EXPECT_EQ(rounded_text(1536_MiB), "1.50 GiB");
  EXPECT_EQ(rounded_text(1536_GiB), "1.50 TiB");
  EXPECT_EQ(rounded_text(1536_TiB), "1.50 PiB");
  EXPECT_EQ(rounded_text(12_B), "12 B");
  EXPECT_EQ(microseconds_text(65_us), "65.00");
}

TEST(DecimalText, WritesSumsOfTimesOfMoreThan64Bits) {
  TimeSum sum = Picoseconds{~std::uint64_t{0}};
  EXPECT_EQ(decimal_text(sum.n), "18446744073709551615");
  EXPECT_EQ(rounded_text(sum), "18446744.07 s");
  sum += Picoseconds{1};
  EXPECT_EQ(decimal_text(sum.n), "18446744073709551616");
  EXPECT_EQ(rounded_text(sum), "18446744.07 s");
  sum += Picoseconds{930'000'000'000};
  EXPECT_EQ(rounded_text(sum), "18446745.00 s");
  EXPECT_EQ(decimal_text(0), "0");
}

TEST(DecimalText, GivesPercentilesFourDigits) {
  EXPECT_EQ(precise_microseconds_text(123'456'789_ps), "123.46");
  EXPECT_EQ(precise_microseconds_text(10_us), "10.00");
  EXPECT_EQ(precise_microseconds_text(9'999'400_ps), "9.999");
  EXPECT_EQ(precise_microseconds_text(512'345_ps), "0.5123");
  EXPECT_EQ(precise_microseconds_text(1_ps), "0.000001");
  EXPECT_EQ(precise_microseconds_text(0_ps), "0.000000");
  EXPECT_EQ(precise_text(1'234'567_ns), "1.235 ms");
  EXPECT_EQ(precise_text(12'345_ms), "12.35 s");
  EXPECT_EQ(precise_text(999_ps), "999 ps");
}

}  // namespace
}  // namespace icesim
