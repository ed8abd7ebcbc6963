// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/report/report.hpp"

#include "icesim/base/error.hpp"
#include "icesim/result/results.hpp"
#include "testbench/result/report/slots_json.hpp"
#include "testbench/result/sample_results.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

ReportRun run(Results results, const std::string& name = "dir/run.json") {
  for (const char* stage : {"submit", "keyslot_program", "flash"}) {
    sample::add(results, std::string("stages.") + stage, (84197 * 20_us).n, Unit::picoseconds);
  }
  return {{name, "abcd"}, read_results(results_json(results), name), {}, {}};
}

ReportStudy study(const std::string& name = "slots.json") {
  KeyslotSweep sweep;
  sweep.references = 1000;
  sweep.keys = 7;
  sweep.misses = {300, 100, 50, 7};
  sweep.points = {{1, 700, 300, 5, 60_us, 500_us, Bytes{1}, 1_s, 0, 0},
                  {4, 993, 7, 0, 50_us, 400_us, Bytes{1}, 1_s, 0, 0}};
  for (KeyslotPoint& point : sweep.points) point.value = point.mean.n;
  sweep.advice = {4, "4 keyslots give a mean latency of 50.00 us."};
  return {{name, "1234"}, std::get<RecordedStudy>(read_run_or_study(sample::slots_json(sweep), name))};
}

ReportInput input(std::vector<ReportRun> runs, std::vector<ReportStudy> studies = {}) {
  return {"0.1.0", sample::results().config, std::move(runs), std::move(studies)};
}

/// A log of requests that took so long.
ReportRun with_log(ReportRun run, const std::vector<Picoseconds>& latencies) {
  run.requests_file = ReportFile{"run.csv", "ef"};
  for (const Picoseconds each : latencies) {
    LoggedRequest request;
    request.arrived = request.took_keyslot = 1_ms;
    request.latency = each;
    request.ended = request.arrived + each;
    request.operation = LoggedRequest::Operation::write;
    request.key = 3;
    request.has_keyslot = true;
    request.keyslot = 5;
    run.requests.push_back(request);
  }
  return run;
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at) ++found;
  return found;
}

TEST(Report, TellsTheAnswerFirstAndHowToRepeatItLast) {
  const std::string page = report_html(input({run(sample::results())}, {study()}));
  const std::vector<std::string> order{"<h1>phone.csv</h1>",
                                       "7 requests were discarded",
                                       "4 keyslots give a mean latency of 50.00 us",
                                       "id=\"miss-curve\"",
                                       "id=\"latency\"",
                                       "id=\"stages\"",
                                       "id=\"key-cost\"",
                                       "id=\"reuse\"",
                                       "id=\"utilisation\"",
                                       "id=\"assumptions\"",
                                       "id=\"missing\"",
                                       "id=\"repeat\"",
                                       "icesim run phone.csv --platform dir/run.json"};
  std::size_t at = 0;
  for (const std::string& each : order) {
    const std::size_t found = page.find(each, at);
    ASSERT_NE(found, std::string::npos) << each;
    at = found;
  }
  EXPECT_THAT(page, HasSubstr("<code class=\"hash\">abcd</code>"));
}

TEST(Report, ShowsEnergyByPartsAndWhatStandsWhereItIsCounted) {
  Results results = sample::results();
  EXPECT_THAT(report_html(input({run(results)}, {})), HasSubstr("the results have no statistics energy.*"));
  for (const char* part : {"cpu", "engine", "memory", "link", "device.all", "keys"}) {
    sample::add(results, std::string("energy.") + part + ".low", 1'000'000, Unit::picojoules);
    sample::add(results, std::string("energy.") + part + ".high", 2'000'000, Unit::picojoules);
  }
  sample::add(results, "energy.all.low", 5'000'000, Unit::picojoules);
  sample::add(results, "energy.all.high", 10'000'000, Unit::picojoules);
  const std::string without = report_html(input({run(results)}, {}));
  EXPECT_THAT(without, HasSubstr("All of it: 5.00\u00a0uJ to 10.00\u00a0uJ; for keys, a part of the CPU&#39;s: 1.00\u00a0uJ to 2.00\u00a0uJ."));
  EXPECT_THAT(without, testing::ContainsRegex("device, by bytes</span>.*width=\"20%\".*1.00\u00a0uJ to 2.00\u00a0uJ")) << "a fifth of the greatest";
  EXPECT_THAT(without, testing::Not(HasSubstr("if always awake")));
  for (const char* block : {"controller", "engine", "link", "device", "all"}) {
    for (const char* state : {"awake", "asleep", "suspended", "all", "sleepless"}) {
      for (const char* bound : {"low", "high"})
        sample::add(results, std::string("energy.standing.") + block + "." + state + "." + bound, state[1] == 'u' ? 7'000'000 : 3'000'000, Unit::picojoules);
    }
  }
  const std::string page = report_html(input({run(results)}, {}));
  EXPECT_THAT(page, HasSubstr("with time</span>"));
  EXPECT_EQ(count(page, "7.00\u00a0uJ<small>to 7.00\u00a0uJ</small>"), 5u) << "the row of suspension";
  EXPECT_THAT(page, HasSubstr("if always awake"));
}

TEST(Report, ShowsTheCommandAndTheHashesThatResultsTell) {
  Results results = sample::results();
  results.command = "icesim run 'a&b.csv' --keys single";
  results.trace.files = {{"a&b.csv", "12ab"}, {"c.csv", "34cd"}};
  const std::string page = report_html(input({run(results)}, {}));
  EXPECT_THAT(page, HasSubstr("<code>icesim run &#39;a&amp;b.csv&#39; --keys single</code>"));
  EXPECT_THAT(page, HasSubstr("SHA-256 of a&amp;b.csv 12ab; SHA-256 of c.csv 34cd"));
  EXPECT_THAT(page, testing::Not(HasSubstr("again.json")));
}

TEST(Report, NeedsNothingElse) {
  const std::string page = report_html(input({run(sample::results())}, {study()}));
  for (const char* foreign : {"<script", "http://", "https://", "<img", "<link", "url(", "@import", "src="})
    EXPECT_THAT(page, Not(HasSubstr(foreign)));
}

TEST(Report, OfTheSameFilesIsTheSame) {
  const ReportInput both = input({run(sample::results()), run(sample::results(), "b.json")}, {study()});
  EXPECT_EQ(report_html(both), report_html(both));
}

TEST(Report, SaysWhatItCannotShow) {
  const std::string of_run = report_html(input({run(sample::results())}));
  EXPECT_THAT(
      of_run,
      HasSubstr(
          "<b>Misses by number of keyslots</b>: needs the file that &#39;icesim slots TRACE -o FILE&#39; writes."));
  EXPECT_THAT(of_run, HasSubstr("<b>Keyslots over time</b>: needs the log"));
  EXPECT_THAT(of_run, HasSubstr("<b>Recorded beside simulated</b>: the trace does not tell"));
  EXPECT_THAT(of_run, HasSubstr("From the percentiles in the results"));
  const std::string of_study = report_html(input({}, {study()}));
  EXPECT_THAT(of_study, HasSubstr("<b>Latency</b>: needs the file that &#39;icesim run TRACE -o FILE&#39; writes."));
  EXPECT_THAT(of_study, HasSubstr("<b>Assumptions in use</b>: needs"));
  Results empty;
  empty.version = "0.1.0";
  EXPECT_THAT(report_html(input({{{"e.json", ""}, read_results(results_json(empty), "e.json"), {}, {}}})),
              HasSubstr("No request was completed."));
}

TEST(Report, FailedRequestsComeFirst) {
  Results results = sample::results();
  sample::add(results, "driver.failed", 3, Unit::count);
  sample::add(results, "driver.failures.ocs_aborted", 3, Unit::count, "Requests that failed with OCS aborted");
  sample::add(results, "driver.failures.first", 17, Unit::count);
  const std::string page = report_html(input({run(results)}, {study()}));
  const std::size_t failed = page.find("<b>Failed. </b>");
  ASSERT_NE(failed, std::string::npos);
  EXPECT_LT(failed, page.find("id=\"answer\""));
  EXPECT_EQ(count(page, "3 requests failed"), 1U) << "the run's warning says the same";
}

TEST(Report, NoTextOfAFileBecomesMarkup) {
  Results results = sample::results();
  const std::string evil = "<script>x</script>\x1b[2J\xff";
  results.trace.name = results.trace.format = results.trace.keys = evil;
  results.warnings = {evil, evil + " is an assumption and stage " + evil};
  const std::string page =
      report_html(input({run(results, "a'<b>.json"), run(results, "b.json")}, {study("<i>.json")}));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("<b>.json")));
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
  EXPECT_THAT(page, Not(HasSubstr("\xff")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;x&lt;/script&gt;\\x1b[2J\\xff"));
}

TEST(Report, StagesAddUpToTheMean) {
  const std::string page = report_html(input({run(sample::results())}));
  EXPECT_EQ(count(page, "<td class=\"n\">20.00</td>"), 3U);
  EXPECT_THAT(page, HasSubstr("Sum: the mean latency</td>\n<td class=\"n\">60.00</td>"));
  EXPECT_EQ(count(page, "class=\"part "), 3U);
  EXPECT_THAT(page, HasSubstr("x=\"33.333%\" width=\"33.333%\""));
}

TEST(Report, TheLogGivesEveryRequestAndWhoHeldWhichKeyslot) {
  Results results = sample::results();
  for (StatisticValue& each : results.statistics) {
    if (each.path == "latency.all.count") each.value = 3;
    if (each.path == "latency.all.max") each.value = (30_us).n;
  }
  const ReportRun logged = with_log(run(results), {10_us, 20_us, 30_us});
  check_request_log(logged);
  const std::string page = report_html(input({logged}));
  EXPECT_THAT(page, HasSubstr("From every request of the log."));
  EXPECT_THAT(page, HasSubstr("<title>write max: 30.00\u00a0µs</title>"));
  EXPECT_THAT(page, HasSubstr("<title>keyslot 5: key 3 from 1.000\u00a0ms to 1.030\u00a0ms, 3 requests</title>"));
  try {
    check_request_log(with_log(run(results), {10_us, 20_us}));
    FAIL();
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("run.csv: not the log of dir/run.json: its 2 requests took 20000000 ps at "
                                        "most, and there 3 took 30000000 ps"));
  }
}

TEST(Report, RunsStandSideBySideAndSayWhatSetsThemApart) {
  Results other = sample::results();
  other.config.at(1).parameters.at(0).set_value(2);
  const std::string path = other.config.at(1).parameters.at(0).path;
  const std::string page =
      report_html(input({run(sample::results(), "a.json"), run(other, "x/b.json"), run(other, "y/b.json")}));
  EXPECT_THAT(page, HasSubstr("What sets the runs apart: <code>" + path + " = "));
  for (const char* name : {"<b>a</b>", "<b>x/b.json</b>", "<b>y/b.json</b>"}) EXPECT_THAT(page, HasSubstr(name));
}

TEST(Report, RecordedAndSimulatedStandBesideEachOther) {
  Results results = sample::results();
  for (const char* key : {"p50", "p90", "p99", "mean", "count"})
    sample::add(results, std::string("recorded_latency.read.") + key, (130_us).n, Unit::picoseconds);
  const std::string page = report_html(input({run(results)}));
  EXPECT_THAT(page, HasSubstr("<title>read p50, recorded: 130.00\u00a0µs</title>"));
  EXPECT_THAT(page, HasSubstr("65.10\u00a0µs, -49.9 %"));
}

TEST(Report, TellsWhereTheAnswerFlips) {
  ReportStudy of = study();
  EXPECT_THAT(report_html(input({}, {of})), HasSubstr("<b>Where the answer flips</b>: needs the file"));
  of.study.has_sensitivity = true;
  of.study.ends = 9;
  of.study.moved = {{"host.x", "50ns", "10us", 64, "140ns"}, {"host.y", "1", "2", 4, ""}};
  const std::string page = report_html(input({}, {of}));
  EXPECT_THAT(page, HasSubstr("9 ends, of which 2 move the measure and 1 the answer, 4 keyslots."));
  EXPECT_THAT(page, HasSubstr("<code>host.x</code>"));
  EXPECT_THAT(page, Not(HasSubstr("<code>host.y</code>")));
}

TEST(Report, AssumptionsHaveRangeAndReason) {
  const std::string page = report_html(input({run(sample::results())}));
  for (const ParameterGroup& group : sample::results().config)
    for (const Parameter& each : group.parameters)
      EXPECT_EQ(count(page, "<code>" + each.path + "</code>"), each.assumption ? 1U : 0U) << each.path;
}

TEST(Report, TheRangesOfAPlatformStandInPlaceOfTheDeclaredOnes) {
  ReportRun of = run(sample::results());
  of.results.ranges = {{"device.flash.read", "30us", "90us", "of a data sheet"}};
  const std::string page = report_html(input({of}));
  EXPECT_THAT(page, HasSubstr(">30us..90us</td>"));
  EXPECT_THAT(page, HasSubstr(">of a data sheet</td>"));
  const std::string both = report_html(input({of, run(sample::results())}));
  EXPECT_THAT(both, HasSubstr(">30us..90us | "));
}

TEST(Report, TellsWhatMovesARun) {
  ReportRun of = run(sample::results());
  EXPECT_THAT(report_html(input({of})), HasSubstr("<b>What moves the result</b>: needs the file"));
  of.results.sensitivity = {"encrypted", {"mean", "p99"}, {50'000'000, 400'000'000}, {{"host.z", "1", "0", "9", {49'000'000, 390'000'000}, {}}}, 7};
  const std::string page = report_html(input({of}));
  EXPECT_THAT(page, HasSubstr("Latency of encrypted requests: mean 50.00"));
  EXPECT_THAT(page, HasSubstr("7 others move nothing."));
  EXPECT_THAT(page, HasSubstr("<code>host.z</code>"));
  EXPECT_THAT(page, HasSubstr(">0..9</td>"));
  EXPECT_THAT(page, ContainsRegex("mean:\">49.00[^<]* to refused</td>"));
}

}  // namespace
}  // namespace icesim
