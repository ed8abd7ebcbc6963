// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/by/request_groups.hpp"

#include "icesim/base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

RequestRecord request(std::uint32_t process, std::string_view name, std::uint64_t latency) {
  RequestRecord record;
  record.operation = "write";
  record.process = process;
  record.origin.process_name = name;
  record.length = Bytes{4096};
  record.timeline = Timeline{Picoseconds{100}};
  record.timeline.mark(Stage::submit, Picoseconds{100 + latency / 2});
  record.timeline.mark(Stage::keyslot_program, Picoseconds{100 + latency});
  return record;
}

std::vector<std::string> labels(const GroupTable& table) {
  std::vector<std::string> all;
  for (const RequestGroup& row : table.rows) all.push_back(row.label);
  return all;
}

TEST(FewTimes, SayWhatAHistogramSaysHoweverManyThereAre) {
  for (const std::uint64_t count : {1, 7, 2047, 2048, 5000}) {
    FewTimes few, other;
    Histogram all;
    for (std::uint64_t i = 0; i < count; ++i) {
      const Picoseconds time{i * i * 7919 % 1'000'003};
      (i % 3 == 0 ? other : few).add(time);
      all.add(time);
    }
    few.merge(other);
    EXPECT_EQ(few.latency().count, count);
    EXPECT_EQ(few.latency().mean, all.mean());
    EXPECT_EQ(few.latency().p99, all.percentile(990));
    EXPECT_TRUE(few.latency().sum.n == all.sum());
  }
}

TEST(RequestGroups, TellProcessesApartTheLongestFirst) {
  RequestGroups groups({RequestBy::process, RequestBy::name}, RequestFilter());
  groups.request_ended(request(7, "app", 10));
  groups.request_ended(request(8, "app", 30));
  groups.request_ended(request(9, "", 20));
  groups.request_ended(request(7, "app", 5));
  const std::vector<GroupTable> tables = groups.tables(10);
  ASSERT_EQ(tables.size(), 2U);
  EXPECT_EQ(tables[0].by, "process");
  EXPECT_THAT(labels(tables[0]), ElementsAre("app-8", "9", "app-7"));
  EXPECT_THAT(labels(tables[1]), ElementsAre("app", "9"));
  EXPECT_EQ(tables[0].rows[2].requests, 2U);
  EXPECT_TRUE(tables[0].rows[2].bytes == 8192);
  EXPECT_EQ(tables[0].rows[2].simulated.mean, Picoseconds{7});
  EXPECT_TRUE(tables[1].rows[0].keys() == TimeSum{Picoseconds{5 + 15 + 3}});
}

TEST(RequestGroups, TheRowsThatAreNotShownAreSummedUp) {
  RequestGroups groups({RequestBy::process}, RequestFilter());
  for (std::uint32_t process = 1; process <= 20; ++process) groups.request_ended(request(process, "", process * 100));
  const GroupTable table = groups.tables(3).front();
  EXPECT_EQ(table.shown, 3U);
  EXPECT_EQ(table.rows.size(), 20U);
  EXPECT_EQ(table.others.requests, 17U);
  TimeSum sum = table.others.simulated.sum;
  for (std::size_t i = 0; i < table.shown; ++i) sum += table.rows[i].simulated.sum;
  EXPECT_TRUE(sum == table.all.simulated.sum);
  EXPECT_THAT(group_tables_text({table}, ""), HasSubstr("\n  17 others "));
  EXPECT_EQ(groups.tables(19).front().shown, 20U) << "a row for one other would be as long as the one";
}

TEST(RequestGroups, ComparesTheRequestsOfWhichBothLatenciesAreKnown) {
  RequestGroups groups({RequestBy::operation}, RequestFilter());
  RequestRecord both = request(1, "", 150);
  both.origin.recorded = Picoseconds{100};
  groups.request_ended(both);
  groups.request_ended(request(1, "", 5000));
  RequestRecord failed = request(1, "", 900);
  failed.failed = true;
  failed.origin.recorded = Picoseconds{200};
  groups.request_ended(failed);
  const GroupTable table = groups.tables(10).front();
  const RequestGroup& row = table.rows.front();
  EXPECT_EQ(row.requests, 3U);
  EXPECT_EQ(row.failed, 1U);
  EXPECT_EQ(row.simulated.count, 2U) << "how long it took to fail says nothing";
  EXPECT_EQ(row.recorded.count, 2U);
  EXPECT_EQ(row.compared, 1U);
  EXPECT_THAT(group_tables_text({table}, ""), HasSubstr(" +50.0 %"));
}

TEST(RequestGroups, ClassesHaveTheirOwnOrderAndAreAllShown) {
  RequestGroups groups({RequestBy::operation_and_size, RequestBy::size}, RequestFilter());
  for (const std::uint64_t length : {524288, 4096, 4097, 1}) {
    RequestRecord each = request(1, "", length);
    each.length = Bytes{length};
    groups.request_ended(each);
    each.operation = "read";
    groups.request_ended(each);
  }
  RequestRecord flush = request(1, "", 1);
  flush.operation = "flush";
  flush.length = {};
  groups.request_ended(flush);
  const std::vector<GroupTable> tables = groups.tables(1);
  EXPECT_THAT(labels(tables[0]), ElementsAre("read up to 1 B", "read up to 4 KiB", "read up to 8 KiB", "read up to 512 KiB",
                                             "write up to 1 B", "write up to 4 KiB", "write up to 8 KiB",
                                             "write up to 512 KiB", "flush"));
  EXPECT_THAT(labels(tables[1]), ElementsAre("no data", "up to 1 B", "up to 4 KiB", "up to 8 KiB", "up to 512 KiB"));
  EXPECT_EQ(tables[0].shown, 9U);
}

TEST(RequestGroups, ShowsTheEndOfALongPathAndNothingThatATerminalObeys) {
  RequestGroups groups({RequestBy::file}, RequestFilter());
  RequestRecord file = request(1, "", 10);
  file.inode = 42;
  file.origin.path = "/data/user/0/com.example.application/databases/\x1b[31mnotes.db";
  groups.request_ended(file);
  const std::string text = group_tables_text(groups.tables(10), "file=42");
  EXPECT_THAT(text, HasSubstr("where     file=42\n"));
  EXPECT_THAT(text, HasSubstr("\n  42 ...tabases/\\x1b[31mnotes.db "));
  EXPECT_EQ(groups.tables(10).front().rows.front().text, file.origin.path);
}

TEST(RequestGroups, WhatIsBeyondTheMostClassesIsSummedUp) {
  RequestGroups groups({RequestBy::file}, RequestFilter());
  RequestRecord each = request(1, "", 10);
  for (std::uint64_t inode = 1; inode <= RequestGroups::most_classes + 3; ++inode) {
    each.inode = inode;
    groups.request_ended(each);
  }
  const GroupTable table = groups.tables(10).front();
  EXPECT_EQ(table.rows.size(), RequestGroups::most_classes);
  EXPECT_EQ(table.beyond.requests, 3U);
  EXPECT_EQ(table.all.requests, RequestGroups::most_classes + 3);
  EXPECT_THAT(group_tables_text({table}, ""), HasSubstr("3 requests are beyond the 65,536 that are told apart\n"));
}

TEST(ParseRequestBy, TakesListsAndNamesWhatIsNear) {
  EXPECT_THAT(parse_request_by({"process,file", "process"}), ElementsAre(RequestBy::process, RequestBy::file));
  try {
    parse_request_by({"proces"});
    FAIL();
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(),
                 "--by: 'proces' is not one of process, name, file, policy, key, operation, size, class; did you mean process?");
  }
}

}  // namespace
}  // namespace icesim
