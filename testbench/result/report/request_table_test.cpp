// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/report/request_table.hpp"

#include "icesim/base/error.hpp"
#include "icesim/result/request_log.hpp"
#include "src/result/report/sections/residencies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using testing::HasSubstr;

/// A request that arrives, waits for a keyslot, programs its key and ends.
RequestRecord record(std::uint64_t id, Picoseconds at, std::uint32_t key, std::uint32_t keyslot) {
  RequestRecord record;
  record.id = id;
  record.operation = id % 2 == 0 ? "read" : "write";
  record.length = 4_KiB;
  record.key = key;
  record.has_keyslot = key != 0;
  record.keyslot = Keyslot{keyslot};
  record.timeline = Timeline(at);
  record.timeline.mark(Stage::submit, at + 2_us);
  record.timeline.mark(Stage::keyslot_wait, at + 5_us);
  record.timeline.mark(Stage::keyslot_program, at + 6_us);
  record.timeline.mark(Stage::flash, at + 50_us);
  return record;
}

std::string log_of(const std::vector<RequestRecord>& records) {
  std::string text;
  RequestLog log(text);
  for (const RequestRecord& each : records) log.request_ended(each);
  return text;
}

std::string log_refusal_of(const std::string& csv) {
  try {
    read_request_log(csv, "l.csv");
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(RequestTable, IsWhatTheLogHolds) {
  RequestRecord failed = record(3, 300_us, 0, 0);
  failed.failed = true;
  const auto requests = read_request_log(log_of({record(2, 100_us, 7, 4), failed}), "l.csv");
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].arrived, 100_us);
  EXPECT_EQ(requests[0].ended, 150_us);
  EXPECT_EQ(requests[0].latency, 50_us);
  EXPECT_EQ(requests[0].took_keyslot, 105_us);
  EXPECT_EQ(requests[0].key, 7U);
  EXPECT_EQ(requests[0].keyslot, 4U);
  EXPECT_TRUE(requests[0].operation == LoggedRequest::Operation::read);
  EXPECT_TRUE(requests[1].failed);
  EXPECT_FALSE(requests[1].has_keyslot);
  EXPECT_EQ(requests[1].key, 0U);
}

TEST(RequestTable, OtherColumnsInAnyOrderAreLeftAlone) {
  const auto requests = read_request_log(
      "path,latency_ps,id,ended_ps,operation,arrived_ps\n\"a,\"\"b\"\"\nc\",5,1,15,flush,10\n,1,2,2,boot,1", "l.csv");
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].latency.n, 5U);
  EXPECT_EQ(requests[0].took_keyslot.n, 10U);
  EXPECT_TRUE(requests[1].operation == LoggedRequest::Operation::other);
}

TEST(RequestTable, WhatIsNoLogIsNamedWithItsLine) {
  const std::string names = "id,arrived_ps,ended_ps,latency_ps,operation,keyslot\n";
  EXPECT_THAT(log_refusal_of(""), HasSubstr("l.csv:1: not the columns of 'icesim run --requests'"));
  EXPECT_THAT(log_refusal_of("{\"icesim\": 1}"), HasSubstr("l.csv:1: not the columns"));
  EXPECT_THAT(log_refusal_of(names + "1,1,2,1,read,\n1,2\n"), HasSubstr("l.csv:3: 2 values in a log of 6 columns"));
  EXPECT_THAT(log_refusal_of(names + "1,x,2,1,read,\n"), HasSubstr("l.csv:2: arrived_ps: 'x' is not a whole number"));
  EXPECT_THAT(log_refusal_of(names + "1,1,99999999999999999999,1,read,\n"), HasSubstr("is not a whole number"));
  EXPECT_THAT(log_refusal_of(names + "1,5,2,1,read,\n"),
              HasSubstr("l.csv:2: the latency is not the time from arrival to end"));
  EXPECT_THAT(log_refusal_of(names + "1,1,2,1,read,256\n"), HasSubstr("l.csv:2: keyslot 256 is outside 0..255"));
  EXPECT_THAT(log_refusal_of(names + "1,1,2,1,\"read,\n"), HasSubstr("l.csv:2: a quote without its end"));
  EXPECT_THAT(log_refusal_of(names + "1,1,2,1,\"read\"x,\n"), HasSubstr("l.csv:2: a value goes on behind its quotes"));
}

TEST(Residencies, BeginWithAKeyAndEndWithTheNextOne) {
  const auto requests =
      read_request_log(log_of({record(1, 100_us, 1, 0), record(2, 200_us, 1, 0), record(3, 250_us, 9, 1),
                               record(4, 400_us, 2, 0), record(5, 500_us, 0, 0)}),
                       "l.csv");
  const auto found = report::residencies_of(requests);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].key, 1U);
  EXPECT_EQ(found[0].requests, 2U);
  EXPECT_EQ(found[0].begin, 105_us);
  EXPECT_EQ(found[0].end, 405_us);
  EXPECT_EQ(found[1].key, 2U);
  EXPECT_EQ(found[1].end, 550_us);
  EXPECT_EQ(found[2].keyslot, 1U);
}

TEST(Residencies, ShortOnesBecomeOneThatTellsHowMany) {
  std::vector<report::Residency> turns;
  for (std::uint64_t i = 0; i < 10; ++i) turns.push_back({3, i + 1, 1, 2, i * 10_us, (i + 1) * 10_us});
  turns.push_back({3, 11, 1, 5, 100_us, 900_us});
  const auto joined = report::join_short(turns, 40_us);
  ASSERT_EQ(joined.size(), 4U);
  EXPECT_EQ(joined[0].keys, 4U);
  EXPECT_EQ(joined[0].requests, 8U);
  EXPECT_EQ(joined[0].end, 40_us);
  EXPECT_EQ(joined[2].keys, 2U);
  EXPECT_EQ(joined[2].end, 100_us);
  EXPECT_EQ(joined[3].key, 11U);
  EXPECT_EQ(joined[3].keys, 1U);
  EXPECT_EQ(report::join_short(turns, 1_us).size(), turns.size());
}

}  // namespace
}  // namespace icesim
