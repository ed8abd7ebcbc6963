// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/compare/comparison_writers.hpp"

#include "sides.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using test::count;
using test::side;
using test::time;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

ComparisonReport report_of(Comparison comparison) { return {"old", "new", {std::move(comparison)}, {}, {}}; }

ComparisonReport moved() {
  ComparedSide before = side({count("keyslots.hits", 10), time("latency.all.mean", 1'000'000),
                              time("stages.device", 10'000), count("gone.one", 3)});
  ComparedSide after = side({count("keyslots.hits", 10), time("latency.all.mean", 1'003'333),
                             time("stages.device", 12'000), count("new.one", 4)});
  after.results.config[0].value = "299MHz";
  const std::string head = "id,arrived_ps,ended_ps,latency_ps,operation,vm,cpu_ps,device_ps\n";
  before.requests = head + "7,0,10,10,read,0,1,9\n";
  after.requests = head + "7,0,2010,2010,read,0,1,2009\n";
  return report_of(test::compare(before, after));
}

TEST(ComparisonText, BeginsWithTheVerdictAndNamesWhatMoved) {
  EXPECT_EQ(comparison_text(moved(), {}),
            "DIFFERENT: 4 of 5 statistics differ\n"
            "old      results.json (icesim 0.1.0)\n"
            "new      results.json (icesim 0.1.0)\n"
            "trace    a.icetrace, 10 requests\n"
            "setting  clocks.bus 300MHz -> 299MHz\n"
            "request  7 (read) is the first that differs: stage device 9 -> 2009 ps, +2000 ps = +1 device cycle\n"
            "\n"
            "stage     old    new      difference  cycles  of       percent\n"
            "device  10000  12000  ps       +2000      +1  device  +20.00 %\n"
            "\n"
            "statistic             old      new         difference  cycles  of   percent\n"
            "latency.all.mean  1000000  1003333  ps          +3333      +1  bus  +0.33 %\n"
            "new.one                          4  count                                    new\n"
            "gone.one                3           count                                    gone\n");
}

TEST(ComparisonText, OfWhatIsEqualIsShort) {
  EXPECT_EQ(comparison_text(report_of(test::compare(side({count("a", 1)}), side({count("a", 1)}))), {}),
            "EQUAL: 1 statistic\n"
            "old    results.json (icesim 0.1.0)\n"
            "new    results.json (icesim 0.1.0)\n"
            "trace  a.icetrace, 10 requests\n");
}

TEST(ComparisonText, SaysWhatIsWithinTolerance) {
  const Comparison within = test::compare(side({count("a", 100)}), side({count("a", 101)}), {"a=1%"});
  EXPECT_THAT(comparison_text(report_of(within), {}), StartsWith("WITHIN TOLERANCE: 1 of 1 statistic moved\n"));
  EXPECT_THAT(comparison_text(report_of(within), {}),
              HasSubstr("a          100  101  count          +1              +1.00 %  within\n"));
}

TEST(ComparisonText, ALongTableIsCutUnlessAllIsAskedFor) {
  ComparedSide before = side({}), after = side({});
  for (int i = 0; i < 50; ++i) {
    before.results.statistics.push_back(count("s" + std::to_string(i), 1));
    after.results.statistics.push_back(count("s" + std::to_string(i), 2));
  }
  const ComparisonReport report = report_of(test::compare(before, after));
  EXPECT_THAT(comparison_text(report, {}), HasSubstr("s19 "));
  EXPECT_THAT(comparison_text(report, {}), Not(HasSubstr("s20 ")));
  EXPECT_THAT(comparison_text(report, {}), HasSubstr("and 30 more; --all shows them\n"));
  EXPECT_THAT(comparison_text(report, {true}), HasSubstr("s49 "));
}

TEST(ComparisonText, OfSeveralTracesHasOneVerdict) {
  ComparisonReport report = report_of(test::compare(side({count("a", 1)}), side({count("a", 1)})));
  report.comparisons.push_back(report.comparisons[0]);
  EXPECT_FALSE(report.differs());
  EXPECT_THAT(comparison_text(report, {}), StartsWith("EQUAL: 2 traces\n"));
  report.gone.emplace_back("b.icetrace");
  EXPECT_TRUE(report.differs());
  EXPECT_THAT(comparison_text(report, {}), StartsWith("DIFFERENT: 1 of 3 traces\ngone: b.icetrace is only in old\n"));
}

/// What a name from outside could do to a writer.
ComparisonReport hostile() {
  ComparedSide before = side({count("a\x1b[31m|<b>&\"'*`", 1)}), after = side({count("a\x1b[31m|<b>&\"'*`", 2)});
  after.results.trace.name = before.results.trace.name = "t\n|<script>&]]>\"";
  return report_of(test::compare(before, after));
}

TEST(ComparisonMarkdown, IsATableThatNoNameGetsOutOf) {
  const std::string text = comparison_markdown(moved(), {});
  EXPECT_THAT(text,
              StartsWith("## icesim compare\n\n**DIFFERENT: 4 of 5 statistics differ**\n\n- **old** results.json"));
  EXPECT_THAT(text, HasSubstr("| statistic | old | new |  | difference | cycles | of | percent |  "
                              "|\n|---|---:|---:|---|---:|---:|---|---:|---|\n"));
  EXPECT_THAT(text, HasSubstr("| latency.all.mean | 1000000 | 1003333 | ps | +3333 | +1 | bus | +0.33 % |  |\n"));
  const std::string escaped = comparison_markdown(hostile(), {});
  EXPECT_THAT(escaped, HasSubstr("| a\\\\x1b\\[31m\\|&lt;b\\>&amp;\"'\\*\\` | 1 | 2 |"));
  EXPECT_THAT(escaped, Not(HasSubstr("<")));
}

TEST(ComparisonJunit, HasACaseForEachStatistic) {
  const std::string text = comparison_junit(moved());
  EXPECT_THAT(text, StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite id=\"0\" "
                               "package=\"icesim\" name=\"a.icetrace\""
                               " timestamp=\"1970-01-01T00:00:00\" hostname=\"localhost\" tests=\"7\" failures=\"5\" "
                               "errors=\"0\" time=\"0\">\n"
                               "    <properties/>\n"));
  EXPECT_THAT(text, HasSubstr("<testcase classname=\"a.icetrace\" name=\"keyslots.hits\" time=\"0\"/>\n"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "<failure type=\"different\" message=\"1000000 -&gt; 1003333 ps, +3333 ps = +1 cycles of bus, +0.33 %\">"));
  EXPECT_THAT(text, HasSubstr("message=\"gone; it was 3 count\""));
  EXPECT_THAT(text, HasSubstr("message=\"new, and not 0 but 4 count\""));
  EXPECT_THAT(text, HasSubstr("name=\"requests\" time=\"0\">\n      <failure"));
  EXPECT_THAT(text, testing::EndsWith("    <system-out/>\n    <system-err/>\n  </testsuite>\n</testsuites>\n"));
}

TEST(ComparisonJunit, EscapesNames) {
  const std::string text = comparison_junit(hostile());
  EXPECT_THAT(text, HasSubstr("name=\"t\\x0a|&lt;script&gt;&amp;]]&gt;&quot;\""));
  EXPECT_THAT(text, HasSubstr("name=\"a\\x1b[31m|&lt;b&gt;&amp;&quot;'*`\""));
}

TEST(ComparisonJunit, NamesASuiteWhoseTraceHasNoName) {
  ComparedSide unnamed = side({});
  unnamed.results.trace.name.clear();
  EXPECT_THAT(comparison_junit(report_of(test::compare(unnamed, unnamed))), HasSubstr(" name=\"trace\" timestamp="));
}

TEST(ComparisonJson, KeepsAllDigits) {
  const StatisticValue before{"a", 5, Unit::picojoules, "", 1}, after{"a", 5, Unit::picojoules, "", 2};
  const std::string text = comparison_json(report_of(test::compare(side({before}), side({after}))));
  EXPECT_THAT(text, HasSubstr("\"old\": 18446744073709551621"));
  EXPECT_THAT(text, HasSubstr("\"new\": 36893488147419103237"));
  EXPECT_THAT(comparison_json(moved()), HasSubstr("\"cycles\": \"+1\",\n          \"clock\": \"clocks.bus\""));
}

TEST(ComparisonJson, TellsWhatEachSideIsFrom) {
  ComparedSide before = side({}), after = side({});
  before.results.command = "icesim run a.icetrace";
  before.results.trace.sha256 = "ab";
  const std::string text = comparison_json(report_of(test::compare(before, after)));
  EXPECT_THAT(text, HasSubstr("\"command\": \"icesim run a.icetrace\",\n        \"sha256\": \"ab\"\n"));
  EXPECT_THAT(text.substr(text.find("\"new\": {")), Not(HasSubstr("\"command\"")));
}

}  // namespace
}  // namespace icesim
