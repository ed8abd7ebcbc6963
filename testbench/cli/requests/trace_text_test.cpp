// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "testbench/cli/program.hpp"
#include "testbench/cli/requests/sample.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim::cli {
namespace {

using Json = nlohmann::ordered_json;

TEST(TraceText, IsALineForEachRequest) {
  const Directory directory;
  const Outcome outcome = icesim({"trace", "text", directory.file("t.txt", sample_trace), "--keys", "per-file"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "time_ns,operation,offset,length,process,comm,key,latency_ns,inode,policy,path\n"
            "0,WSM,409600,4096,1,a,1,500000,30,user/0,/user/0/a.db\n"
            "100000,R,819200,8192,2,b,0,200000,,,\n"
            "600000,FF,0,0,1,a,0,,,,\n");
}

TEST(TraceText, ReadsBackAsTheSameRequests) {
  const Directory directory;
  const std::string table = directory.path("t.csv");
  const Outcome outcome = icesim({"trace", "text", trace, "-o", table});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, testing::IsEmpty());
  const Json native = Json::parse(icesim({"trace", "info", trace, "--json"}).out);
  const Json text = Json::parse(icesim({"trace", "info", table, "--json"}).out);
  EXPECT_EQ(text["format"], "csv");
  EXPECT_EQ(text["records"], native["records"]);
  EXPECT_EQ(text["bytes"], native["bytes"]);
  EXPECT_EQ(text["span"], native["span"]);
  EXPECT_EQ(text["keys"], native["keys"]);
  EXPECT_EQ(text["misses"], native["misses"]);
  EXPECT_EQ(text["processes"], native["processes"]);
  EXPECT_EQ(text["by_rwbs"]["FF"], native["by_rwbs"]["FF"]);
}

TEST(TraceText, ATextCannotBreakALine) {
  const Directory directory;
  const std::string file = directory.file("t.txt", "a,\x1b\"b-1 [000] ..... 1.000000: block_rq_issue: 8,0 R 4096 () 800 + 8 [a,\x1b\"b]\n");
  EXPECT_THAT(icesim({"trace", "text", file}).out, testing::HasSubstr("\n0,R,409600,4096,1,a\\x2c\\x1b\\x22b,0,,,,\n"));
}

TEST(TraceText, RefusesOptionsOfInfo) {
  expect_refused({"trace", "text", trace, "--by", "key"}, "--by has no effect: trace text prints all requests");
  expect_refused({"trace", "info", trace, "-o", Directory().path("x")}, "--output has no effect: only trace text writes a file");
}

}  // namespace
}  // namespace icesim::cli
