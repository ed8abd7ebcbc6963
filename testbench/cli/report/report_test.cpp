// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "testbench/cli/program.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

/// A short run with its log, and the keyslots that its trace needs.
class ReportTest : public testing::Test {
 protected:
  void SetUp() override {
    run("run", {});
    ASSERT_EQ(icesim({"slots", trace, "--set", "replay.limit=300", "-o", file("slots.json")}).exit_code, 0);
  }
  void run(const std::string& name, std::vector<std::string> more) {
    std::vector<std::string> words{
        "run", trace, "--set", "replay.limit=300", "-o", file(name + ".json"), "--requests", file(name + ".csv")};
    words.insert(words.end(), more.begin(), more.end());
    ASSERT_EQ(icesim(words).exit_code, 0);
  }
  std::string file(const std::string& name) const { return directory_.path(name); }
  Outcome report(std::vector<std::string> words) const {
    words.insert(words.begin(), "report");
    return icesim(words);
  }
  void refuses(const std::vector<std::string>& words, const std::string& line) const {
    const Outcome outcome = report(words);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_THAT(outcome.err, StartsWith("icesim: "));
    EXPECT_THAT(outcome.err, HasSubstr(line));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }

  Directory directory_;
};

TEST_F(ReportTest, IsOnePageOfAllInputs) {
  const Outcome outcome =
      report({file("run.json"), file("slots.json"), "--requests", file("run.csv"), "-o", file("report.html")});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out + outcome.err, IsEmpty());
  const std::string page = read_text_file(file("report.html"));
  EXPECT_THAT(page, StartsWith("<!DOCTYPE html>\n<html lang=\"en\">"));
  EXPECT_THAT(page, HasSubstr("<h1>k61-f2fs-key-per-file.icetrace</h1>"));
  for (const char* section : {"answer", "miss-curve", "latency", "stages", "key-cost", "keyslots", "reuse",
                              "utilisation", "assumptions", "repeat"})
    EXPECT_THAT(page, HasSubstr("<section id=\"" + std::string(section) + "\">"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_LT(page.size(), 400'000U);
}

TEST_F(ReportTest, OfTheSameFilesIsTheSame) {
  const std::vector<std::string> words{file("run.json"), "--requests", file("run.csv"), "-o", "-"};
  const Outcome outcome = report(words);
  EXPECT_THAT(outcome.out, StartsWith("<!DOCTYPE html>"));
  EXPECT_EQ(report(words).out, outcome.out);
}

TEST_F(ReportTest, ReadsResultsFromTheStandardInput) {
  EXPECT_THAT(icesim({"report", "-", "-o", "-"}, file("run.json")).out, HasSubstr("<b>standard input</b>"));
}

TEST_F(ReportTest, RepeatsTheRunAsItSays) {
  const std::string page = report({file("run.json"), "-o", "-"}).out;
  EXPECT_THAT(page, HasSubstr("<code>icesim run " + trace + " --set replay.limit=300</code>"));
  ASSERT_EQ(icesim({"run", trace, "--set", "replay.limit=300", "-o", file("again.json")}).exit_code, 0);
  EXPECT_EQ(read_text_file(file("again.json")), read_text_file(file("run.json")));
}

TEST_F(ReportTest, SeveralPathsStandSideBySide) {
  run("firmware", {"--set", "crypto.path=firmware"});
  run("prdt", {"--set", "crypto.path=prdt"});
  const std::string page = report({file("run.json"), file("firmware.json"), file("prdt.json"), "-o", "-"}).out;
  EXPECT_THAT(page, HasSubstr("What sets the runs apart: <code>crypto.path = registers | firmware | prdt</code>"));
  for (const char* way : {"firmware, 32 keyslots", ">prdt<", "registers, 32 keyslots"})
    EXPECT_THAT(page, HasSubstr(way));
}

TEST_F(ReportTest, FailedRequestsAreNotHidden) {
  run("failed", {"--set", "crypto.failing_program=2"});
  const std::string page = report({file("failed.json"), "-o", "-"}).out;
  EXPECT_THAT(page, HasSubstr("<b>Failed. </b>"));
  EXPECT_LT(page.find("<b>Failed. </b>"), page.find("id=\"answer\""));
}

TEST_F(ReportTest, WhatCannotBeReadIsOneLine) {
  refuses({file("run.json")}, "--output is missing");
  refuses({"-o", file("x.html")}, "RESULTS is missing");
  refuses({file("none.json"), "-o", file("x.html")}, file("none.json") + ": cannot read: No such file or directory");
  refuses({file("run.csv"), "-o", file("x.html")}, "run.csv:1:1: malformed JSON");
  refuses({directory_.file("other.json", "{\"comparisons\": []}"), "-o", file("x.html")},
          "other.json: these are no results that a report shows");
  refuses({file("slots.json"), "--requests", file("run.csv"), "-o", file("x.html")},
          "--requests: 1 logs for 0 results of runs");
  refuses({file("run.json"), "--requests", file("run.json"), "-o", file("x.html")},
          "run.json:1: not the columns of 'icesim run --requests'");
  run("short", {"--set", "replay.limit=20"});
  refuses({file("run.json"), "--requests", file("short.csv"), "-o", file("x.html")},
          "short.csv: not the log of " + file("run.json"));
  EXPECT_THAT(directory_.files(), Not(testing::Contains("x.html")));
}

}  // namespace
}  // namespace icesim::cli
