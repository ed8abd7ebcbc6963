// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "icesim/result/schema/schemas.hpp"
#include "testbench/cli/program.hpp"

#include <filesystem>
#include <gtest/gtest.h>

namespace icesim::cli {
namespace {

/// What the program writes is as its schemas say, and each schema refuses what others accept.
class Schemas : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_schema_checker()) GTEST_SKIP() << "python3-jsonschema is not installed";
  }
  std::string schema(const std::string& name) { return directory_.file(name + ".schema", icesim({"describe", "schema", name}).out); }
  /// What a command writes behind -o.
  std::string written(std::vector<std::string> command) {
    const std::string out = directory_.path(command[0] + ".json");
    command.insert(command.end(), {"-o", out});
    const Outcome outcome = icesim(command);
    EXPECT_LE(outcome.exit_code, 1) << outcome.err;
    return out;
  }
  const Directory directory_;
};

TEST_F(Schemas, AcceptWhatIsWritten) {
  const std::string results = written({"run", trace, "-s", "replay.limit=50"});
  EXPECT_TRUE(schema_accepts(schema("results"), results));
  EXPECT_FALSE(schema_accepts(schema("slots"), results));
  const std::string slots = written({"slots", trace, "-s", "replay.limit=50"});
  EXPECT_TRUE(schema_accepts(schema("slots"), slots));
  EXPECT_FALSE(schema_accepts(schema("results"), slots));
  const std::string comparison = written({"compare", results, results});
  EXPECT_TRUE(schema_accepts(schema("comparison"), comparison));
  EXPECT_FALSE(schema_accepts(schema("golden"), comparison));
  ASSERT_EQ(icesim({"golden", trace, "-s", "replay.limit=50", "-o", directory_.path("kept")}).exit_code, 0);
  EXPECT_TRUE(schema_accepts(schema("golden"), directory_.path("kept/golden.json")));
  const std::string info = directory_.file("info.json", icesim({"trace", "info", trace, "--json"}).out);
  EXPECT_TRUE(schema_accepts(schema("trace"), info));
  EXPECT_FALSE(schema_accepts(schema("platform"), info));
}

TEST_F(Schemas, AcceptAllThatRunsTell) {
  const std::string all = schema("results");
  EXPECT_TRUE(schema_accepts(all, written({"run", trace, "-s", "replay.limit=50", "--by", "operation", "--by", "key", "--where", "op=read"})));
  EXPECT_TRUE(schema_accepts(all, written({"run", trace, "-s", "replay.limit=50", "--vm", "second=trace:" + trace + "@32GiB"})));
}

TEST_F(Schemas, AcceptEveryFormOfSlots) {
  const std::string slots = schema("slots");
  EXPECT_TRUE(schema_accepts(slots, written({"slots", trace, trace, "-s", "replay.limit=50", "--counts", "1,4"})));
  EXPECT_TRUE(schema_accepts(slots, written({"slots", trace, "-s", "replay.limit=50", "--sensitivity", "--metric", "throughput", "-j", "2"})));
  EXPECT_TRUE(schema_accepts(slots, written({"slots", trace, "-s", "replay.limit=50", "-s", "keys.optimum=true", "--counts", "2"})));
}

TEST_F(Schemas, AcceptSweepsAndTheirShards) {
  const std::string sweep = schema("sweep");
  const std::vector<std::string> command{"sweep", trace, "-s", "replay.limit=50", "--over", "keyslots.num_keyslots=1,4", "--over",
                                         "crypto.path=registers,prdt"};
  const std::string all = written(command);
  EXPECT_TRUE(schema_accepts(sweep, all));
  std::vector<std::string> shard = command;
  shard.insert(shard.end(), {"--shard", "1/2", "-o", directory_.path("shard.json")});
  ASSERT_EQ(icesim(shard).exit_code, 0);
  EXPECT_TRUE(schema_accepts(sweep, directory_.path("shard.json")));
  EXPECT_FALSE(schema_accepts(sweep, written({"slots", trace, "-s", "replay.limit=50", "--counts", "2"})));
}

TEST_F(Schemas, AcceptWhatDescribeTellsOfNames) {
  const std::string names = schema("names");
  for (const std::string what : {"keyslots.*", "parameters", "statistics", "registers", "HCE"})
    EXPECT_TRUE(schema_accepts(names, directory_.file("names.json", icesim({"describe", what, "--json"}).out))) << what;
  EXPECT_FALSE(schema_accepts(names, directory_.file("names.json", "{\"parameters\": {\"a\": {\"unit\": 3}}}")));
}

TEST_F(Schemas, AreClosedWhereStudiesAreTold) {
  for (const std::string name : {"slots", "partitions", "sweep", "fit", "names", "comparison"})
    EXPECT_FALSE(schema_accepts(schema(name), directory_.file("other.json", "{\"else\": 1}"))) << name;
}

TEST(SchemaTexts, SayThatIntegersMayNeedMoreThanADouble) {
  for (const SchemaName& each : schema_names) {
    const Outcome outcome = icesim({"describe", "schema", std::string(each.name)});
    EXPECT_EQ(outcome.exit_code, 0) << each.name;
    EXPECT_NE(outcome.out.find("beyond 9007199254740992"), std::string::npos) << each.name;
  }
}

/// A number of more than 53 bits keeps its digits on its way into every document.
TEST(Documents, KeepAllDigitsOfLargeNumbers) {
  const std::string limit = "18446744073709551615";
  EXPECT_NE(icesim({"run", trace, "-o", "-", "-s", "replay.limit=" + limit}).out.find("\"limit\": " + limit + "\n"), std::string::npos);
}

TEST_F(Schemas, AcceptPartitions) {
  const std::string partitions =
      written({"slots", trace, "--vm", "second=trace:" + trace + "@32GiB", "-s", "keyslots.num_keyslots=8", "--partition", "4/4,shared", "-s", "replay.limit=50"});
  EXPECT_TRUE(schema_accepts(schema("partitions"), partitions));
  EXPECT_FALSE(schema_accepts(schema("slots"), partitions));
}

TEST_F(Schemas, AcceptAlternativesAndSensitivity) {
  const std::string alternatives = written({"slots", trace, "--over", "crypto.path=registers,none", "--counts", "4", "-s", "replay.limit=50"});
  EXPECT_TRUE(schema_accepts(schema("alternatives"), alternatives));
  EXPECT_FALSE(schema_accepts(schema("slots"), alternatives));
  const std::string results = written({"run", trace, "-s", "replay.limit=50", "--sensitivity"});
  EXPECT_TRUE(schema_accepts(schema("results"), results));
}

TEST_F(Schemas, OfPlatformsIsTheOneUnlessNamed) {
  EXPECT_EQ(icesim({"describe", "schema"}).out, icesim({"describe", "schema", "platform"}).out);
}

TEST(PlatformFiles, AreJsonForEverybodyWithoutTheirComments) {
  if (std::system("python3 -c 'import json' 2>/dev/null") != 0) GTEST_SKIP() << "no python3";
  for (const auto& entry : std::filesystem::directory_iterator(ICESIM_SOURCE_DIR "/models/platforms")) {
    // No text holds two slashes, so a comment is what stands behind them.
    const std::string check =
        "python3 -c 'import json, re, sys; json.loads(re.sub(r\"//[^\\n]*\", \"\", open(sys.argv[1]).read()))' ";
    EXPECT_EQ(std::system((check + entry.path().string()).c_str()), 0) << entry.path();
  }
}

}  // namespace
}  // namespace icesim::cli
