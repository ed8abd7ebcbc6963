// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/by/request_filter.hpp"

#include "icesim/base/error.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

RequestRecord sample() {
  RequestRecord request;
  request.operation = "write";
  request.process = 7;
  request.inode = 158;
  request.policy = 2;
  request.key = 5;
  request.length = Bytes{4096};
  request.arrival = Picoseconds{1'500'000'000'000};
  request.origin.process_name = "app-main";
  request.origin.path = "/user/0/com.example/a.db";
  request.origin.policy_name = "user/0";
  return request;
}

bool covers(const std::string& condition) { return RequestFilter({condition}).covers(sample()); }

std::string refusal(const std::vector<std::string>& conditions) {
  try {
    const RequestFilter filter(conditions);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(RequestFilter, KnowsEachThingByItsNumberOrItsName) {
  for (const char* condition :
       {"process=7", "process=app-main", "process=app-main-7", "process=app*", "file=158", "file=*.db", "policy=2",
        "policy=user/?", "key=5", "op=write", "size=4KiB", "size=3000", "from=1500ms", "to=1.6s", "from=1s,to=2s"})
    EXPECT_TRUE(covers(condition)) << condition;
  for (const char* condition : {"process=8", "process=app", "process=app-main-8", "file=15", "file=none", "policy=none",
                                "key=none", "key=4", "op=read", "size=8KiB", "size=2KiB", "from=1500.1ms", "to=1500ms"})
    EXPECT_FALSE(covers(condition)) << condition;
}

TEST(RequestFilter, WhatIsUnknownIsNone) {
  RequestRecord request;
  request.operation = "flush";
  for (const char* condition : {"file=none", "policy=none", "key=none", "op=flush"})
    EXPECT_TRUE(RequestFilter({condition}).covers(request)) << condition;
  for (const char* condition : {"file=0", "policy=0", "key=0", "file=*", "policy=*"})
    EXPECT_FALSE(RequestFilter({condition}).covers(request)) << condition;
  EXPECT_FALSE(RequestFilter().any());
  EXPECT_TRUE(RequestFilter().covers(request));
}

TEST(RequestFilter, OneOfThoseWithOneNameAndAllNamesMustHold) {
  EXPECT_TRUE(covers("op=read,op=write"));
  EXPECT_TRUE(covers("op=read,process=7,op=write"));
  EXPECT_FALSE(covers("op=write,process=8"));
  EXPECT_FALSE(RequestFilter({"op=write", "process=8"}).covers(sample()));
  EXPECT_EQ(RequestFilter({"op=write", "process=8"}).text(), "op=write,process=8");
}

TEST(RequestFilter, SaysWhatIsAllowedAndWhatIsNear) {
  EXPECT_EQ(refusal({"proces=1"}),
            "--where: 'proces' is not one of process, file, policy, key, op, size, from, to; did you mean process?");
  EXPECT_EQ(refusal({"op=wrote"}), "--where: op 'wrote' is not one of read, write, flush, discard; did you mean write?");
  EXPECT_EQ(refusal({"op"}), "--where: a value is missing behind 'op'");
  EXPECT_EQ(refusal({"op="}), "--where: a value is missing behind 'op'");
  EXPECT_EQ(refusal({"op=read,"}), "--where: '' is not one of process, file, policy, key, op, size, from, to");
  EXPECT_EQ(refusal({"key=five"}), "--where key=five: a key's number or none is allowed");
  EXPECT_EQ(refusal({"from=2s,to=1s"}), "--where: from=2s is not before to=1s");
  EXPECT_EQ(refusal({"from=2 miles"}).substr(0, 20), "--where from=2 miles");
}

TEST(RequestFilter, NamesAProcessThatMayBeMeant) {
  EXPECT_EQ(RequestFilter({"process=chorme"}).hint({"chrome", "system_server"}), "; did you mean chrome?");
  EXPECT_EQ(RequestFilter({"process=chrome"}).hint({"chrome"}), "");
  EXPECT_EQ(RequestFilter({"process=chrome"}).hint({}), "; the trace names no process");
  EXPECT_EQ(RequestFilter({"op=read"}).hint({}), "");
}

}  // namespace
}  // namespace icesim
