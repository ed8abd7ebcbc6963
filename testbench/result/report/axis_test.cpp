// SPDX-License-Identifier: Apache-2.0
#include "src/result/report/page/axis.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using testing::ElementsAre;

std::vector<std::string> labels(const PlotAxis& axis) {
  std::vector<std::string> found;
  for (const PlotAxis::Tick& tick : axis.ticks()) found.push_back(tick.label);
  return found;
}

TEST(PlotAxis, LinearEndsAtARoundNumber) {
  const PlotAxis axis = PlotAxis::linear(0.293, percent_label);
  EXPECT_THAT(labels(axis), ElementsAre("0 %", "10 %", "20 %", "30 %"));
  EXPECT_DOUBLE_EQ(axis.place(0.15), 0.5);
  EXPECT_THAT(labels(PlotAxis::linear(0.0051, percent_label, 4)), ElementsAre("0 %", "0.2 %", "0.4 %", "0.6 %"));
}

TEST(PlotAxis, ExactEndsWhereItIsTold) {
  const PlotAxis axis = PlotAxis::exact(23.6e12, time_label, 6);
  EXPECT_THAT(labels(axis), ElementsAre("0", "5 s", "10 s", "15 s", "20 s"));
  EXPECT_DOUBLE_EQ(axis.place(23.6e12), 1);
}

TEST(PlotAxis, DoublingAndDecadesGiveEachStepTheSameRoom) {
  const PlotAxis keyslots = PlotAxis::doubling(1, 256, count_label);
  EXPECT_THAT(labels(keyslots), ElementsAre("1", "2", "4", "8", "16", "32", "64", "128", "256"));
  EXPECT_DOUBLE_EQ(keyslots.place(16), 0.5);
  const PlotAxis times = PlotAxis::decades(24.7e6, 711e6, time_label);
  EXPECT_THAT(labels(times), ElementsAre("20 µs", "50 µs", "100 µs", "200 µs", "500 µs", "1 ms"));
  EXPECT_THAT(labels(PlotAxis::decades(3e6, 7e9, time_label)), ElementsAre("2 µs", "10 µs", "100 µs", "1 ms", "10 ms"));
  EXPECT_NEAR(times.place(20e6), 0, 1e-12);
  EXPECT_THAT(labels(PlotAxis::decades(24e6, 70e6, time_label)), ElementsAre("20 µs", "50 µs", "100 µs"));
}

TEST(PlotAxis, ATailGivesEachTenthTheSameRoom) {
  const PlotAxis axis = PlotAxis::tail(10'000);
  EXPECT_THAT(labels(axis), ElementsAre("0 %", "50 %", "90 %", "99 %", "99.9 %", "99.99 %"));
  EXPECT_NEAR(axis.place(0.01), 0.5, 1e-12);
}

TEST(PlotAxis, WhateverItIsOfPlacesLieInIt) {
  rc::check([](std::uint64_t a, std::uint64_t b, std::uint64_t value) {
    const double least = static_cast<double>(std::min(a, b)) + 1, most = static_cast<double>(std::max(a, b)) + 1;
    for (const PlotAxis& axis : {PlotAxis::linear(most, count_label), PlotAxis::exact(most, time_label),
                             PlotAxis::decades(least, most, time_label), PlotAxis::tail(most)}) {
      RC_ASSERT(!axis.ticks().empty() && axis.ticks().size() < 70U);
      for (const PlotAxis::Tick& tick : axis.ticks()) RC_ASSERT(tick.place >= 0 && tick.place <= 1 && !tick.label.empty());
      RC_ASSERT(axis.place(static_cast<double>(value)) >= 0 && axis.place(static_cast<double>(value)) <= 1);
    }
  });
}

TEST(PlotAxis, TextsOfPlacesAreShort) {
  EXPECT_EQ(place_text(0), "0%");
  EXPECT_EQ(place_text(0.123456), "12.346%");
  EXPECT_EQ(place_text(1), "100%");
  EXPECT_EQ(time_label(2.5e6), "2.5 µs");
  EXPECT_EQ(count_label(1234), "1,234");
}

}  // namespace
}  // namespace icesim
