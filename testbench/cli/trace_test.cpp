// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>

namespace icesim::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using Json = nlohmann::ordered_json;

/// Two files by events, one queued behind the other, then a flush and a discard.
const char* const text =
    "a-1 [000] ..... 1.000000: f2fs_submit_page_write: dev = (8,0), ino = 30, page_index = 0x0, oldaddr = 0x0, newaddr "
    "= "
    "0x64, rw = WRITE(), type = HOT_DATA\n"
    "a-1 [000] ..... 1.000000: block_rq_issue: 8,0 WS 4096 () 800 + 8 [a]\n"
    "b-2 [000] ..... 1.000100: block_rq_issue: 8,0 R 8192 () 1600 + 16 [b]\n"
    "b-2 [000] ..... 1.000200: block_rq_complete: 8,0 WS () 800 + 8 [0]\n"
    "b-2 [000] ..... 1.000300: block_rq_complete: 8,0 R () 1600 + 16 [0]\n"
    "a-1 [000] ..... 1.000400: block_rq_issue: 8,0 FF 0 () 0 + 0 [a]\n"
    "a-1 [000] ..... 1.002000: block_rq_issue: 8,0 D 4096 () 800 + 8 [a]\n";

class TraceTest : public testing::Test {
 protected:
  Json info(const std::string& file, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"trace", "info", file, "--json"});
    const Outcome outcome = icesim(more);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.err, IsEmpty());
    return Json::parse(outcome.out);
  }
  Directory directory_;
};

TEST_F(TraceTest, CountsWhatTheManifestCounts) {
  const Json json = info(trace);
  EXPECT_EQ(json["requests"], Json::parse(R"({"read": 253, "write": 7758, "flush": 1754, "discard": 0})"));
  EXPECT_EQ(json["by_rwbs"], Json::parse(R"({"FF": 1754, "R": 31, "RA": 222, "W": 338, "WS": 6729, "WSM": 691})"));
  EXPECT_EQ(json["records"], 9895);
  EXPECT_EQ(json["keys"], 449);
  EXPECT_EQ(json["references"], 6059);
  EXPECT_EQ(json["key_rules"]["by_rule"]["recorded"], 6059);
  EXPECT_EQ(json["misses"]["32"], 781);
  EXPECT_EQ(json["misses"].size(), 256U);
}

TEST_F(TraceTest, RowsAddUpToTheRequests) {
  const Json json = info(trace, {"--keys", "per-policy"});
  std::uint64_t sized = 0;
  for (const Json& row : json["sizes"]) {
    for (const char* operation : {"read", "write", "flush", "discard"}) sized += row[operation].get<std::uint64_t>();
  }
  std::uint64_t timed = 0;
  for (const Json& row : json["timeline"]) timed += row["requests"].get<std::uint64_t>();
  EXPECT_EQ(sized, 9765U);
  EXPECT_EQ(timed, 9765U);
  EXPECT_LE(json["timeline"].size(), 32U);
  EXPECT_EQ(json["keys"], 5);
  std::uint64_t reused = 0;
  for (const Json& row : json["reuse_distances"]) reused += row["uses"].get<std::uint64_t>();
  EXPECT_EQ(reused + 5, 6059U) << "but for the first use of each";
}

TEST_F(TraceTest, TellsTheQueueOfATraceWithCompletions) {
  const Json json = info(directory_.file("t.txt", text), {"--keys", "per-file"});
  EXPECT_EQ(json["depth_known"], true);
  EXPECT_EQ(json["deepest_queue"], 2);
  EXPECT_EQ(json["timeline"][0]["depth_sum"], 1 + 2 + 1);
  EXPECT_EQ(json["timeline"][1]["depth_max"], 0);
  EXPECT_EQ(json["timeline"][2]["depth_max"], 2) << "the flush is not complete";
  EXPECT_EQ(json["requests"], Json::parse(R"({"read": 1, "write": 1, "flush": 1, "discard": 1})"));
  EXPECT_EQ(json["bytes"], Json::parse(R"({"read": 8192, "write": 4096, "flush": 0, "discard": 4096})"));
  EXPECT_EQ(json["span"], 2'000'000'000);
  EXPECT_EQ(json["unfinished"], 2);
  EXPECT_EQ(json["orphans"], 0);
  EXPECT_EQ(json["collapsed"], 0);
  EXPECT_EQ(json["skipped_lines"], 0);
  EXPECT_EQ(json["key_rules"]["by_rule"]["inode_event"], 1);
  EXPECT_EQ(json["key_rules"]["without_key"]["unknown_file"], 1);
  EXPECT_EQ(json["interarrival"]["max"], 1'600'000'000);
  EXPECT_EQ(json["processes"], 2);
}

TEST_F(TraceTest, TakesTheOptionsOfEveryCommandThatReadsATrace) {
  const std::string path = directory_.file("t.txt", text + std::string("nonsense\n"));
  EXPECT_EQ(info(path, {"--keep-going"})["skipped_lines"], 1);
  EXPECT_EQ(info(path, {"--keep-going", "--idle-cap", "1"})["span"], 3'000'000);
}

TEST_F(TraceTest, TellsTheRecordedLatencyAndRunTellsItBesideTheSimulatedOne) {
  const std::string in = directory_.file("t.txt", text);
  const std::string imported = directory_.path("t.icetrace");
  EXPECT_EQ(icesim({"import", in, imported}).exit_code, 0);
  for (const std::string& file : {in, imported}) {
    const Json recorded = info(file)["recorded_latency"];
    EXPECT_EQ(recorded["write"]["mean"], 200'000'000);
    EXPECT_EQ(recorded["read"]["p99"], 200'000'000);
    EXPECT_EQ(recorded["flush"]["count"], 0);
    EXPECT_EQ(recorded["all"]["count"], 2);
    EXPECT_THAT(
        icesim({"trace", "info", file}).out,
        testing::ContainsRegex("recorded latency, us .*\n  read +200.00 .*\n  write +200.00 .*\n  all +200.00"));
    EXPECT_THAT(icesim({"run", file}).out, testing::ContainsRegex("  read, recorded +200.00 .*\n"));
    const Json results = Json::parse(icesim({"run", file, "-o", "-"}).out);
    EXPECT_EQ(results["statistics"]["recorded_latency.all.p50"]["value"], 200'000'000);
    EXPECT_EQ(results["statistics"]["recorded_latency.all.count"]["value"], 2);
  }
  EXPECT_THAT(icesim({"trace", "info", trace}).out, testing::Not(HasSubstr("recorded latency")));
}

TEST_F(TraceTest, ReadsTheStandardInputAndADirectory) {
  const Json expected = info(trace);
  const Outcome piped = icesim({"trace", "info", "-", "--json"}, trace);
  EXPECT_EQ(piped.exit_code, 0) << piped.err;
  Json json = Json::parse(piped.out);
  EXPECT_EQ(json["trace"], "-");
  json["trace"] = expected["trace"];
  EXPECT_EQ(json, expected);
  EXPECT_EQ(icesim({"run", "-", "--keys", "single"}, directory_.file("t.txt", text)).exit_code, 0);
  EXPECT_THAT(icesim({"trace", "info", "-"}, directory_.file("none.txt", "none")).err,
              HasSubstr("icesim: standard input: not a trace that icesim knows"));

  const Directory recording;
  std::string record("\x07\x74\x61\x65", 4);
  record.resize(48, '\0');
  record[25] = 2;  // 512 bytes
  record[28] = 7;  // issue, read
  record[30] = 1;
  recording.file("a.blktrace.0", record);
  const std::string path = recording.path("");
  EXPECT_EQ(path.back(), '/');
  EXPECT_EQ(info(path)["requests"]["read"], 1);
  EXPECT_EQ("/" + info(path)["trace"].get<std::string>() + "/", path.substr(path.rfind('/', path.size() - 2)));
}

TEST_F(TraceTest, SaysWhenATraceCannotTellItsQueue) {
  const std::string only = "a-1 [000] ..... 1.000000: block_rq_issue: 8,0 WS 4096 () 800 + 8 [a]\n";
  const Json json = info(directory_.file("t.txt", only));
  EXPECT_EQ(json["depth_known"], false);
  EXPECT_EQ(json["deepest_queue"], 0);
}

TEST_F(TraceTest, PrintsAReportOfAtMostAHundredColumns) {
  for (const std::string& file : {trace, directory_.file("t.txt", text)}) {
    const Outcome outcome = icesim({"trace", "info", file, "--keys", "per-file"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    for (const char* part :
         {"span ", "requests", "rwbs ", "up to", "mean depth", "keys      per-file: ", "LRU misses", "#"}) {
      EXPECT_THAT(outcome.out, HasSubstr(part));
    }
    std::istringstream lines(outcome.out);
    for (std::string line; std::getline(lines, line);) {
      if (line.compare(0, 5, "from ") != 0) {
        EXPECT_LE(line.size(), 100U) << line;
      }
    }
  }
}

TEST_F(TraceTest, ItsJsonIsAsTheSchemaSays) {
  if (!has_schema_checker()) GTEST_SKIP() << "python3-jsonschema is not installed";
  const std::string schema = directory_.file("schema.json", icesim({"describe", "schema", "trace"}).out);
  for (const std::string& file : {trace, directory_.file("t.txt", text)}) {
    Json json = info(file);
    EXPECT_TRUE(schema_accepts(schema, directory_.file("instance.json", json.dump()))) << file;
    json["requests"]["read"] = "many";
    EXPECT_FALSE(schema_accepts(schema, directory_.file("instance.json", json.dump())));
    json = info(file);
    json.erase("misses");
    EXPECT_FALSE(schema_accepts(schema, directory_.file("instance.json", json.dump())));
  }
}

TEST_F(TraceTest, RunAndSlotsSayWhichRuleGaveTheKeys) {
  const std::string file = directory_.file("t.txt", text);
  const Outcome run = icesim({"run", file, "--keys", "per-process"});
  EXPECT_THAT(run.out, HasSubstr("keys      per-process: 2 by process; without: 2 no_data\n"));
  const Json json = Json::parse(icesim({"run", file, "--keys", "android", "-o", "-"}).out);
  EXPECT_EQ(json["trace"]["keys"], "android");
  EXPECT_EQ(json["statistics"]["keys.by_rule.android_process"]["value"], 2);
  EXPECT_EQ(json["statistics"]["keys.keys"]["value"], 1) << "both are apps of the only user";
  EXPECT_THAT(icesim({"slots", file, "--keys", "single"}).out, HasSubstr("keys      single: 2 by single; without"));
  EXPECT_THAT(icesim({"slots", file, "--keys", "single"}).out, HasSubstr("2 requests with one of 1 keys"));
}

TEST_F(TraceTest, RefusesWrongKeyOptions) {
  const auto error = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"trace", "info", trace});
    const Outcome outcome = icesim(more);
    EXPECT_EQ(outcome.exit_code, 2);
    return outcome.err;
  };
  EXPECT_THAT(error({"--keys", "per-directory"}), HasSubstr("--keys: 'per-directory' is not one of recorded, none"));
  EXPECT_EQ(error({"--profiles", "2"}), "icesim: --profiles: only --keys android uses it\n");
  EXPECT_EQ(error({"--keys", "android", "--profiles", "0"}), "icesim: --profiles: 0 is outside 1..1000\n");
  EXPECT_THAT(error({"--keys", "android", "--userdata-start", "9 miles"}), HasSubstr("--userdata-start: "));
  EXPECT_THAT(error({"--keys", "per-file", "--inodes", "x.csv"}), HasSubstr("a native trace has its inodes already"));
  EXPECT_EQ(icesim({"trace", "info", trace, "--keys", "per_policy", "--json"}).out,
            icesim({"trace", "info", trace, "--keys", "per-policy", "--json"}).out)
      << "the spelling of earlier versions";
}

TEST_F(TraceTest, ImportKeepsTheKeysUnlessAskedForOthers) {
  const std::string copy = directory_.path("copy.icetrace");
  EXPECT_EQ(icesim({"import", trace, copy}).exit_code, 0);
  // Not compared with the original: another libzstd packs the same content otherwise.
  Json expected = info(trace);
  expected["trace"] = "copy.icetrace";
  EXPECT_EQ(info(copy), expected);
  EXPECT_EQ(icesim({"import", trace, copy, "--keys", "none"}).exit_code, 0);
  EXPECT_EQ(info(copy)["keys"], 0);
}

TEST_F(TraceTest, GenerateMakesTheSameTraceFromTheSameOptions) {
  const std::string one = directory_.path("one.icetrace");
  const std::string two = directory_.path("two.icetrace");
  const std::vector<std::string> options{
      "--requests", "2000", "--arrival", "poisson",   "--interval",        "100us", "--keys",         "64",
      "--zipf",     "100",  "--lengths", "geometric", "--length",          "16KiB", "--read-percent", "70",
      "--seed",     "5",    "--range",   "1GiB",      "--discard-percent", "2"};
  const auto generate = [&](const std::string& out) {
    std::vector<std::string> arguments{"generate", out};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return icesim(arguments);
  };
  EXPECT_EQ(generate(one).out, one + ": 2,000 requests\n");
  generate(two);
  EXPECT_TRUE(read_text_file(one) == read_text_file(two));
  const Json json = info(one);
  EXPECT_EQ(json["records"], 2000);
  EXPECT_THAT(json["provenance"].get<std::string>(), HasSubstr("--zipf 100"));
  EXPECT_THAT(json["provenance"].get<std::string>(), HasSubstr("--interval 100us"));
  EXPECT_EQ(icesim({"run", one}).exit_code, 0);
}

TEST_F(TraceTest, GenerateRefusesWrongOptionsAndLeavesNoFile) {
  const std::string out = directory_.path("out.icetrace");
  EXPECT_EQ(icesim({"generate", out, "--keys", "2000000"}).err, "icesim: --keys: 2000000 is outside 0..1000000\n");
  EXPECT_EQ(icesim({"generate", out, "--arrival", "never"}).err,
            "icesim: --arrival: 'never' is not one of constant, poisson, bursts\n");
  EXPECT_EQ(icesim({"generate", out, "--range", "4KiB", "--keys", "2"}).exit_code, 2);
  EXPECT_THAT(directory_.files(), IsEmpty());
}

}  // namespace
}  // namespace icesim::cli
