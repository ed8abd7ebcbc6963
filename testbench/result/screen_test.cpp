// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/screen.hpp"

#include "sample_results.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

namespace icesim {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

TEST(Screen, SaysWhatWasReplayed) {
  const std::string text = screen_text(sample::results(), {"phone", 0});
  EXPECT_THAT(text, HasSubstr("phone.csv (csv, 84,197 requests)\n"));
  EXPECT_THAT(text, HasSubstr("platform  phone\n"));
  EXPECT_THAT(text, HasSubstr("84,197 requests completed, read 3.00 GiB, wrote 1.50 MiB, 12 merges\n"));
  EXPECT_THAT(text, HasSubstr("1.50 s simulated\n"));
}

TEST(Screen, ShowsTheSpeedOnlyWhenItIsGiven) {
  EXPECT_THAT(screen_text(sample::results(), {"phone", 123456}),
              HasSubstr("1.50 s simulated, at 123,456 requests per second of wall time\n"));
  EXPECT_THAT(screen_text(sample::results()), Not(HasSubstr("wall")));
}

TEST(Screen, ShowsLatenciesInMicrosecondsAndADashWhereNothingHappened) {
  const std::string text = screen_text(sample::results());
  EXPECT_THAT(text, ContainsRegex("  read +65.10 +65.10 +65.10 +65.10 +65.10 +65.10\n"));
  EXPECT_THAT(text, ContainsRegex("  write +- +- +- +- +- +-\n"));
}

TEST(Screen, ShowsRecordedLatenciesUnderTheSimulatedOnes) {
  Results results = sample::results();
  EXPECT_THAT(screen_text(results), Not(HasSubstr("recorded")));
  for (const char* kind : {"read", "write", "flush", "all"}) {
    const std::string path = std::string("recorded_latency.") + kind + ".";
    for (const char* key : {"p50", "p90", "p99", "p999", "max", "mean"}) {
      sample::add(results, path + key, 12'345'678, Unit::picoseconds);
    }
    sample::add(results, path + "count", std::string(kind) == "write" ? 0 : 3, Unit::count);
  }
  const std::string text = screen_text(results);
  EXPECT_THAT(text, ContainsRegex("  read +65.10.*\n  read, recorded +12.35 +12.35 +12.35 +12.35 +12.35 +12.35\n"
                                  "  write +-.*\n  flush, recorded +12.35.*\n  all, flushes too +65.10.*\n"
                                  "  all, recorded +12.35"));
}

TEST(Screen, ShowsStagesWithABarAsLongAsTheirShare) {
  const Results results = sample::results();
  std::istringstream text(screen_text(results));
  std::vector<std::size_t> bars;
  for (std::string line; std::getline(text, line);) {
    if (auto bar = std::count(line.begin(), line.end(), '#'); bar > 0) bars.push_back(static_cast<std::size_t>(bar));
  }
  ASSERT_EQ(bars.size(), 2U);
  EXPECT_EQ(bars[0] + bars[1], 31U) << "a quarter and three quarters of 30, each rounded up from a half";
  EXPECT_THAT(screen_text(results), ContainsRegex("  flash +75.0 % +750.00 ms +8.91  #+\n"));
}

TEST(Screen, ShowsKeyslotsUtilisationAndWarnings) {
  const std::string text = screen_text(sample::results());
  EXPECT_THAT(text, HasSubstr("keyslots  750 hits (75.0 %), 250 programs, 1 waits, 2 evictions\n"));
  EXPECT_THAT(text, HasSubstr("busy      CPU 12.3 %, flash 100.0 %\n"));
  EXPECT_THAT(text, HasSubstr("  7 requests were discarded\n"));
  EXPECT_THAT(text, HasSubstr("  device.flash.read = 40us is an assumption"));
}

TEST(Screen, FitsAHundredColumns) {
  std::istringstream text(screen_text(sample::results(), {"phone", 123456}));
  for (std::string line; std::getline(text, line);) EXPECT_LE(line.size(), 100U) << line;
}

TEST(Screen, SurvivesAnEmptyRun) { EXPECT_THAT(screen_text(Results{}), HasSubstr("0 requests completed")); }

}  // namespace
}  // namespace icesim
