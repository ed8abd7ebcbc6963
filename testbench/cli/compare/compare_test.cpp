// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "testbench/cli/program.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using Json = nlohmann::ordered_json;

const std::string trace = ICESIM_SOURCE_DIR "/traces/k61-f2fs-key-per-file.icetrace";

/// Two runs of the same trace, of which one has a memory that is a cycle slower.
class CompareTest : public testing::Test {
 protected:
  void SetUp() override {
    run("old", {});
    run("new", {"--set", "controller.dma.read_latency=46"});
  }
  void run(const std::string& name, std::vector<std::string> more) {
    std::vector<std::string> words{
        "run", trace, "--set", "replay.limit=200", "-o", file(name + ".json"), "--requests", file(name + ".csv")};
    words.insert(words.end(), more.begin(), more.end());
    ASSERT_EQ(icesim(words).exit_code, 0);
  }
  std::string file(const std::string& name) const { return directory_.path(name); }
  Outcome compare(std::vector<std::string> more, const std::string& before = "old.json",
                  const std::string& after = "new.json") const {
    more.insert(more.begin(), {"compare", file(before), file(after)});
    return icesim(more);
  }
  void expect_refused(const Outcome& outcome, const std::string& line) const {
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_THAT(outcome.err, StartsWith("icesim: "));
    EXPECT_THAT(outcome.err, HasSubstr(line));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }

  Directory directory_;
};

TEST_F(CompareTest, OfARunWithItselfIsEqual) {
  const Outcome outcome = compare({}, "old.json", "old.json");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, StartsWith("EQUAL: "));
  EXPECT_THAT(outcome.err, IsEmpty());
}

TEST_F(CompareTest, SeesOneCycleAndNamesRequestAndStage) {
  const Outcome outcome = compare({"--requests", file("old.csv"), file("new.csv")});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, StartsWith("DIFFERENT: "));
  EXPECT_THAT(outcome.out, HasSubstr("\nsetting  controller.dma.read_latency 45 -> 46\n"));
  EXPECT_THAT(outcome.out, HasSubstr("\nrequest  1 (read) is the first that differs: stage fetch "));
  EXPECT_THAT(outcome.out, HasSubstr(" bus cycles\n"));
  EXPECT_THAT(outcome.out, HasSubstr("\nstage "));
  EXPECT_THAT(outcome.out, HasSubstr("\nlatency.all.mean "));
  EXPECT_THAT(compare({}).out, Not(HasSubstr("is the first that differs")));
}

TEST_F(CompareTest, TakesTolerancesAndAGate) {
  EXPECT_EQ(compare({"--tolerance", "*=30%"}).exit_code, 0);
  EXPECT_THAT(compare({"--tolerance", "*=30%"}).out, StartsWith("WITHIN TOLERANCE: "));
  EXPECT_EQ(compare({"--tolerance", "*=30%", "-t", "latency.*=0"}).exit_code, 1);
  const std::string gate = directory_.file("gate.txt", "# of this model\n*=30%  # all\nlatency.all.mean=0\n");
  EXPECT_EQ(compare({"--gate", gate}).exit_code, 1);
  EXPECT_EQ(compare({"--gate", gate, "--tolerance", "latency.all.mean=1us"}).exit_code, 0);
  expect_refused(compare({"--gate", directory_.file("bad.txt", "*=30%\n\nlatency.all=x\n")}),
                 "bad.txt:3: 'latency.all=x': 'x' is not an amount");
  expect_refused(compare({"-t", "latency.al.mean=1%"}),
                 "--tolerance: no statistic fits 'latency.al.mean'; did you mean latency.all.mean");
}

TEST_F(CompareTest, WritesJsonByItsSchema) {
  const Outcome outcome = compare({"-o", file("out.json"), "--requests", file("old.csv"), file("new.csv")});
  EXPECT_EQ(outcome.exit_code, 1);
  const Json json = Json::parse(read_text_file(file("out.json")));
  EXPECT_EQ(json["differs"], true);
  EXPECT_EQ(json["comparisons"][0]["first_request"]["columns"][0]["column"], "fetch_ps");
  EXPECT_GT(json["comparisons"][0]["moved"], 5);
  EXPECT_EQ(Json::parse(compare({"-o", "-"}).out)["differs"], true);
  if (!has_schema_checker()) GTEST_SKIP() << "python3-jsonschema is missing";
  const std::string schema = directory_.file("schema.json", icesim({"describe", "schema", "comparison"}).out);
  EXPECT_TRUE(schema_accepts(schema, file("out.json")));
  EXPECT_FALSE(schema_accepts(schema, file("old.json")));
}

TEST_F(CompareTest, WritesJunitAndMarkdown) {
  const Outcome outcome = compare({"--junit", file("junit.xml"), "--markdown"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, StartsWith("## icesim compare\n\n**DIFFERENT: "));
  EXPECT_THAT(read_text_file(file("junit.xml")), HasSubstr("name=\"latency.all.mean\" time=\"0\">\n      <failure"));
  const std::string check =
      "python3 -c 'import xml.etree.ElementTree as t, sys; s = t.parse(sys.argv[1]).getroot()[0]; "
      "sys.exit(len(s.findall(\"testcase\")) != int(s.get(\"tests\")) or "
      "len(s.findall(\"testcase/failure\")) != int(s.get(\"failures\")))' ";
  EXPECT_EQ(std::system((check + file("junit.xml")).c_str()), 0);
}

TEST_F(CompareTest, RefusesWhatAreNoResultsInOneLine) {
  const std::string whole = read_text_file(file("old.json"));
  directory_.file("cut.json", whole.substr(0, whole.size() / 2));
  expect_refused(compare({}, "old.json", "cut.json"), file("cut.json") + ":");
  directory_.file("nul.json", whole + std::string(1, '\0'));
  expect_refused(compare({}, "nul.json"), "malformed JSON: a NUL byte");
  directory_.file("deep.json", std::string(1'000'000, '['));
  expect_refused(compare({}, "old.json", "deep.json"), "levels deep");
  directory_.file("empty.json", "");
  expect_refused(compare({}, "old.json", "empty.json"), "empty.json:1:1: malformed JSON");
  ASSERT_EQ(icesim({"slots", trace, "-s", "replay.limit=50", "-o", file("slots.json")}).exit_code, 0);
  expect_refused(compare({}, "old.json", "slots.json"), "this is what 'icesim slots' writes");
  expect_refused(compare({}, "old.json", "none.json"), "none.json: cannot read: No such file");
  expect_refused(compare({}, "old.json", ""), "a directory without golden.json");
  expect_refused(compare({"--requests", file("old.csv")}), "--requests: two files are needed");
  expect_refused(compare({"--requests", file("old.csv"), file("new.json")}), "new.json:1: not the columns of");
}

TEST_F(CompareTest, DoesNotWriteWhatItReads) {
  for (const char* option : {"-o", "--junit"}) {
    for (const char* name : {"old.json", "new.json", "old.csv"})
      expect_refused(compare({"--requests", file("old.csv"), file("new.csv"), option, file(name)}),
                     " cannot be written: ");
  }
}

TEST_F(CompareTest, ReadsTheStandardInput) {
  EXPECT_EQ(icesim({"compare", file("old.json"), "-"}, file("old.json")).exit_code, 0);
  EXPECT_EQ(icesim({"compare", file("old.json"), "-"}, file("new.json")).exit_code, 1);
}

}  // namespace
}  // namespace icesim::cli
