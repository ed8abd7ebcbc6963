// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/screen.hpp"

#include "icesim/base/error.hpp"
#include "icesim/result/failures.hpp"
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

TEST(Screen, ShowsEnergyAsTwoNumbersOnlyWhereItIsKnown) {
  Results results = sample::results();
  EXPECT_THAT(screen_text(results), Not(HasSubstr("energy")));
  std::uint64_t value = 1'000'000;
  for (const char* part : {"cpu", "engine", "memory", "link", "all", "keys"}) {
    for (const char* bound : {".low", ".high"}) sample::add(results, std::string("energy.") + part + bound, value *= 3, Unit::picojoules);
  }
  EXPECT_THAT(screen_text(results),
              HasSubstr("energy    19.68 mJ to 59.05 mJ: CPU 3.00 uJ to 9.00 uJ, engine 27.00 uJ to 81.00 uJ, memory 243.00\n"
                        "          uJ to 729.00 uJ, link 2.19 mJ to 6.56 mJ; for keys 177.15 mJ to 531.44 mJ\n"));
  for (const char* bound : {".low", ".high"}) sample::add(results, std::string("energy.device.all") + bound, 2'000'000, Unit::picojoules);
  EXPECT_THAT(screen_text(results), ContainsRegex("link 2.19 mJ to 6.56\\s+mJ, device 2.00 uJ to 2.00 uJ; for keys")) << "where it is counted";
}

TEST(Screen, ShowsWhatStandsOnlyWhereItIsCountedAndSaysThatItIsAssumed) {
  Results results = sample::results();
  EXPECT_THAT(screen_text(results), Not(HasSubstr("standing")));
  std::uint64_t value = 1'000'000;
  for (const char* block : {"controller", "engine", "link", "device", "all"}) {
    for (const char* state : {"awake", "asleep", "suspended", "all", "sleepless"}) {
      for (const char* bound : {"low", "high"})
        sample::add(results, std::string("energy.standing.") + block + "." + state + "." + bound, value += 1'000'000, Unit::picojoules);
    }
  }
  const std::string text = screen_text(results);
  EXPECT_THAT(text, HasSubstr("\nstanding, by assumption            controller    engine      link    device       all\n"
                              "  awake                  at least     2.00 uJ  12.00 uJ  22.00 uJ  32.00 uJ  42.00 uJ\n"
                              "                         at most      3.00 uJ  13.00 uJ  23.00 uJ  33.00 uJ  43.00 uJ\n"));
  for (const char* part : {"cpu", "engine", "memory", "link", "all"}) {
    for (const char* bound : {".low", ".high"}) sample::add(results, std::string("energy.") + part + bound, 1'000'000, Unit::picojoules);
  }
  EXPECT_THAT(screen_text(results), ContainsRegex("link 1.00 uJ to 1.00\\s+uJ,\\s+standing\\s+48.00\\s+uJ\\s+to\\s+49.00\\s+uJ\n")) << "a part of it";
  EXPECT_THAT(text, HasSubstr("\n  if always awake        at least    10.00 uJ  20.00 uJ"));
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
  EXPECT_THAT(text, HasSubstr("\nerror     of the simulated means against the recorded: read +427.4 %; --by class tells it by size\n"));
}

TEST(Screen, FlushesAndDiscardsHaveLinesOfTheirOwnWhereThereAreAny) {
  Results results = sample::results();
  EXPECT_THAT(screen_text(results), Not(HasSubstr("  flush ")));
  for (const char* key : {"p50", "p90", "p99", "p999", "max", "mean", "count"})
    sample::add(results, std::string("latency.flush.") + key, 12'345'678, Unit::picoseconds);
  EXPECT_THAT(screen_text(results), ContainsRegex("  write +-.*\n  flush +12.35.*\n  all, flushes too"));
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
  Results counted = sample::results();
  sample::add(counted, "keyslots.fewest_programs", 240, Unit::count);
  EXPECT_THAT(screen_text(counted), HasSubstr(" 250 programs (at best 240), 1 waits"));
  EXPECT_THAT(text, Not(HasSubstr("resumes")));
  sample::add(counted, "keyslots.operations", 4, Unit::count);
  EXPECT_THAT(screen_text(counted), HasSubstr("          4 operations on wrapped keys held the lock\n"));
  sample::add(counted, "keyslots.restores", 3, Unit::count);
  sample::add(counted, "keyslots.restored_keys", 96, Unit::count);
  sample::add(counted, "driver.hashed_duns", 5, Unit::count);
  EXPECT_THAT(screen_text(counted), HasSubstr("          96 keys written again at 3 resumes\n"));
  EXPECT_THAT(screen_text(counted), HasSubstr("  5 requests with their data unit number hashed to 32 bits\n"));
  EXPECT_THAT(text, HasSubstr("busy      CPU 12.3 %, flash 100.0 %\n"));
  EXPECT_THAT(text, HasSubstr("  7 requests were discarded\n"));
  EXPECT_THAT(text, Not(HasSubstr("is an assumption"))) << "one line for all";
  EXPECT_THAT(text, HasSubstr("\nassumed   3 values without a source, in stages flash, ice; --sensitivity tells which of them move\n          the result\n"));
}

TEST(Screen, FitsAHundredColumns) {
  std::string platform = "phone";
  for (int i = 0; i < 20; ++i) platform += ", keyslots.num_keyslots=" + std::to_string(i);
  std::istringstream text(screen_text(sample::results(), {platform, 123456}));
  for (std::string line; std::getline(text, line);) EXPECT_LE(line.size(), 100U) << line;
}

TEST(Screen, SaysBelowTheHeadlineWhatFailed) {
  Results results = sample::results();
  EXPECT_THAT(screen_text(results), Not(HasSubstr("FAILED")));
  sample::add(results, "driver.failed", 1203, Unit::count);
  sample::add(results, "driver.failures.ocs_fatal_error", 0, Unit::count);
  sample::add(results, "driver.failures.ocs_invalid_crypto_configuration", 1202, Unit::count);
  sample::add(results, "driver.failures.status_check_condition", 1, Unit::count);
  sample::add(results, "driver.failures.first", 1003, Unit::count);
  EXPECT_THAT(screen_text(results),
              HasSubstr("12 merges\nFAILED    1,203 requests failed: 1,202 with OCS invalid crypto configuration, 1 with SCSI "
                        "status\n          CHECK CONDITION; the first is number 1,003\n"));
  EXPECT_EQ(all_warnings(results).front(), failures_text(results));
}

TEST(Screen, SaysHowErrorsWereHandled) {
  Results results = sample::results();
  for (const char* const leaf : {"timeouts", "left_behind", "aborts", "lu_resets", "host_resets", "keys_restored"})
    sample::add(results, "driver.errors." + std::string(leaf), 0, Unit::count);
  EXPECT_EQ(errors_text(results), "");
  EXPECT_THAT(screen_text(results), Not(HasSubstr("\nerrors ")));
  results = sample::results();
  sample::add(results, "driver.errors.timeouts", 2, Unit::count);
  sample::add(results, "driver.errors.aborts", 1, Unit::count);
  sample::add(results, "driver.errors.host_resets", 1, Unit::count);
  sample::add(results, "driver.errors.keys_restored", 4, Unit::count);
  sample::add(results, "driver.errors.handler_time", 1'203'000'000'000, Unit::picoseconds);
  EXPECT_THAT(screen_text(results), HasSubstr("12 merges\nerrors    2 commands timed out, 1 aborted, 1 reset of the controller with "
                                              "4 keys restored; 1.20 s\n          were spent on that\n"));
}

TEST(Screen, SaysWhyMoreIsReplayedThanRecorded) {
  Results results = sample::results();
  results.trace.requests = 84'000;
  EXPECT_THAT(screen_text(results), HasSubstr("\n          197 more than recorded: requests are cut where the key changes\n"));
  sample::add(results, "driver.failed", 3, Unit::count);
  EXPECT_THAT(screen_text(results), HasSubstr("\n          200 more than recorded")) << "those that failed are replayed, too";
}

TEST(Screen, GivesTheVerdictOfTheVerification) {
  Results results = sample::results();
  EXPECT_THAT(screen_text(results), Not(HasSubstr("payload")));
  sample::add(results, "payload.blocks_written", 54'365, Unit::count);
  sample::add(results, "payload.blocks_checked", 5756, Unit::count);
  Results damaged = results;
  sample::add(results, "payload.mismatches", 0, Unit::count);
  EXPECT_THAT(screen_text(results),
              HasSubstr("payload   5,756 blocks read back and checked, 0 mismatches; 54,365 written\n"));
  EXPECT_NO_THROW(require_intact_payload(results));
  sample::add(damaged, "payload.mismatches", 1, Unit::count);
  EXPECT_THAT(screen_text(damaged), HasSubstr("checked, 1 mismatch; "));
  EXPECT_THROW(require_intact_payload(damaged), Bug);
}

TEST(Screen, EscapesWhatComesFromOutside) {
  Results results = sample::results();
  results.trace.name = "a\x1b[31m\xc2\x9b\xff\n.csv";
  results.warnings = {"device \x1b]0;x\a"};
  const std::string text = screen_text(results, {"p\x1b.json", 0});
  EXPECT_THAT(text, HasSubstr("trace     a\\x1b[31m\\u{9b}\\xff\\x0a.csv (csv"));
  EXPECT_THAT(text, HasSubstr("platform  p\\x1b.json\n"));
  EXPECT_THAT(text, HasSubstr("  device \\x1b]0;x\\x07\n"));
  EXPECT_THAT(results_json(results), HasSubstr(R"("name": "a\\x1b[31m\\u{9b}\\xff\\x0a.csv")"));
}

TEST(Screen, SurvivesAnEmptyRun) { EXPECT_THAT(screen_text(Results{}), HasSubstr("0 requests completed")); }

}  // namespace
}  // namespace icesim
