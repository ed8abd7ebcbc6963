// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/request_log.hpp"

#include "testbench/support/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <set>

namespace icesim {
namespace {

/// The log of these requests.
std::string log_of(const std::vector<RequestRecord>& requests) {
  const test::TemporaryDirectory directory;
  const std::string path = directory / "log.csv";
  OutputFile file(path);
  RequestLog log(file);
  for (const RequestRecord& request : requests) log.request_ended(request);
  file.commit();
  return read_text_file(path);
}

std::string stage_values(const std::string& each) {
  std::string text;
  for (std::size_t i = 0; i < stage_count; ++i) text += "," + each;
  return text;
}

/// Columns of what the trace did not tell.
const std::string untold(12, ',');

TEST(RequestLog, BeginsWithTheNamesOfTheColumns) {
  std::string names;
  for (const RequestColumn& column : request_columns()) names += (names.empty() ? "" : ",") + column.name;
  EXPECT_EQ(log_of({}), names + "\n");
  EXPECT_EQ(names.find(' '), std::string::npos);
}

TEST(RequestLog, HasOneColumnForEachStageInTheirOrder) {
  const std::vector<RequestColumn> columns = request_columns();
  ASSERT_GT(columns.size(), stage_count);
  std::set<std::string> different;
  for (const RequestColumn& column : columns) {
    EXPECT_FALSE(column.sentence.empty()) << column.name;
    different.insert(column.name);
  }
  EXPECT_EQ(different.size(), columns.size());
  for (std::size_t i = 0; i < stage_count; ++i)
    EXPECT_EQ(columns[columns.size() - stage_count + i].name, std::string(stages[i].name) + "_ps");
}

TEST(RequestLog, WritesALineForEachRequestAndLeavesOutWhatItDoesNotHave) {
  RequestRecord keyed;
  keyed.id = 7;
  keyed.operation = "write";
  keyed.lba = Lba{100};
  keyed.length = Bytes{4096};
  keyed.key = 3;
  keyed.vm = 2;
  keyed.has_keyslot = true;
  keyed.keyslot = Keyslot{5};
  keyed.tag = Tag{31};
  keyed.failed = true;
  keyed.timeline = Timeline{Picoseconds{1000}};
  for (std::size_t i = 0; i < stage_count; ++i)
    keyed.timeline.mark(static_cast<Stage>(i), Picoseconds{1000 + 2 * (i + 1)});
  RequestRecord plain;
  plain.id = 8;
  plain.operation = "flush";
  const std::string text = log_of({keyed, plain});
  const std::string rows = text.substr(text.find('\n') + 1);
  const std::uint64_t all = 2 * stage_count;
  EXPECT_EQ(rows, "7,1000," + std::to_string(1000 + all) + "," + std::to_string(all) + ",write,100,4096,3,5,31,1,2" + untold +
                      stage_values("2") + "\n8,0,0,0,flush,0,0,,,0,0,0" + untold + stage_values("0") + "\n");
}

TEST(RequestLog, WritesWhatTheTraceTellsAsTextThatBreaksNoLine) {
  RequestRecord request;
  request.id = 1;
  request.operation = "read";
  request.process = 42;
  request.inode = 158;
  request.policy = 2;
  request.keyslot_holder = 9;
  request.origin.process_name = "a \"b\", c\n";
  request.origin.path = "/user/0/\x1b[2J";
  request.origin.rwbs = "RSM";
  request.origin.line = 77;
  request.origin.recorded = Picoseconds{0};
  request.origin.got = Picoseconds{5};
  const std::string text = log_of({request});
  EXPECT_EQ(text.substr(text.find('\n') + 1),
            "1,0,0,0,read,0,0,,,0,0,0,42,\"a \"\"b\"\", c\\x0a\",158,/user/0/\\x1b[2J,2,RSM,77,0,,5,,9" + stage_values("0") + "\n");
}

}  // namespace
}  // namespace icesim
