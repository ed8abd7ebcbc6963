// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/power/load_window.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

bool wants_higher(std::uint64_t busy, bool higher, const FrequencyScalingConfig& config = {}) {
  return LoadWindow::wants_higher({busy, 100'000}, higher, config);
}

TEST(LoadWindow, WantsTheHigherFrequencyAboveTheThresholdAlone) {
  EXPECT_TRUE(wants_higher(70'001, false));
  EXPECT_FALSE(wants_higher(70'000, false));
  EXPECT_FALSE(wants_higher(65'001, false)) << "as it is";
  EXPECT_TRUE(wants_higher(65'001, true));
}

TEST(LoadWindow, LeavesItWhenTheLowerOneIsEnough) {
  EXPECT_FALSE(wants_higher(17'000, true)) << "a quarter of 68 %";
  EXPECT_TRUE(wants_higher(17'001, true));
  FrequencyScalingConfig half;
  half.lower_clock = 50;
  EXPECT_FALSE(wants_higher(34'000, true, half));
  EXPECT_TRUE(wants_higher(34'001, true, half));
  half.lower_clock = 100;
  EXPECT_FALSE(wants_higher(65'000, true, half)) << "as if it were rounded down";
}

TEST(LoadWindow, WantsTheHigherOneWhereThereWasNoWindow) {
  LoadWindow window;
  const LoadWindow::Load load = window.look(5_ms);
  EXPECT_EQ(load.total, 0u);
  EXPECT_TRUE(LoadWindow::wants_higher(load, false, {}));
  EXPECT_EQ(window.look(6_ms).total, 1'000u) << "it has begun with the look";
  window.close();
  EXPECT_EQ(window.look(7_ms).total, 0u);
}

TEST(LoadWindow, CountsWholeMicrosecondsOfEachTime) {
  LoadWindow window;
  window.busy(1_ms);
  window.idle(1_ms + 1_us - 1_ps);
  window.busy(2_ms);
  window.idle(2_ms + 1_us);
  window.busy(3_ms);
  LoadWindow::Load load = window.look(4_ms);
  EXPECT_EQ(load.busy, 1'001u);
  EXPECT_EQ(load.total, 3'000u);
  load = window.look(5_ms);
  EXPECT_EQ(load.busy, 1'000u) << "it goes on";
  EXPECT_EQ(load.total, 1'000u);
}

}  // namespace
}  // namespace icesim
