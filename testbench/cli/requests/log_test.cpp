// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "testbench/cli/program.hpp"
#include "testbench/cli/requests/sample.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <sstream>

namespace icesim::cli {
namespace {

using testing::HasSubstr;
using Row = std::map<std::string, std::string>;

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> all(1);
  for (const char c : line) {
    if (c == ',')
      all.emplace_back();
    else
      all.back() += c;
  }
  return all;
}

std::map<std::string, Row> rows_of(const std::string& file) {
  std::istringstream lines(read_text_file(file));
  std::string line;
  std::getline(lines, line);
  const std::vector<std::string> names = cells(line);
  std::map<std::string, Row> rows;
  while (std::getline(lines, line)) {
    const std::vector<std::string> values = cells(line);
    EXPECT_EQ(values.size(), names.size());
    Row row;
    for (std::size_t i = 0; i < values.size(); ++i) row[names[i]] = values[i];
    rows[row["id"]] = row;
  }
  return rows;
}

class RequestLogTest : public testing::Test {
 protected:
  std::map<std::string, Row> log(std::vector<std::string> arguments) {
    const std::string file = directory_.path("log.csv");
    arguments.insert(arguments.begin(), "run");
    arguments.insert(arguments.end(), {"--requests", file});
    const Outcome outcome = icesim(arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return rows_of(file);
  }
  const Directory directory_;
};

TEST_F(RequestLogTest, TellsWhatTheTraceTells) {
  auto rows = log({directory_.file("t.txt", sample_trace), "--keys", "per-file"});
  ASSERT_EQ(rows.size(), 3U);
  Row& write = rows["1"];
  EXPECT_EQ(write["process"], "1");
  EXPECT_EQ(write["process_name"], "a");
  EXPECT_EQ(write["inode"], "30");
  EXPECT_EQ(write["path"], "/user/0/a.db");
  EXPECT_EQ(write["rwbs"], "WSM");
  EXPECT_EQ(write["line"], "3");
  EXPECT_EQ(write["recorded_latency_ps"], "500000000");
  EXPECT_EQ(write["queued_ps"], "");
  Row& read = rows["2"];
  EXPECT_EQ(read["inode"], "");
  EXPECT_EQ(read["queued_ps"], "60000000");
  EXPECT_EQ(read["got_ps"], "55000000");
  EXPECT_EQ(read["inserted_ps"], "30000000");
  EXPECT_EQ(rows["3"]["recorded_latency_ps"], "") << "it never completed";
  EXPECT_EQ(rows["3"]["rwbs"], "FF");
}

TEST_F(RequestLogTest, SaysWhoHeldTheKeyslot) {
  auto rows = log({trace, "--set", "replay.limit=3000", "--set", "keyslots.num_keyslots=1", "--mode", "asap"});
  std::size_t waits = 0;
  for (auto& [id, row] : rows) {
    EXPECT_EQ(row["keyslot_wait_ps"] != "0", !row["keyslot_holder"].empty()) << id;
    if (row["keyslot_holder"].empty()) continue;
    ++waits;
    Row& holder = rows[row["keyslot_holder"]];
    EXPECT_EQ(holder["keyslot"], row["keyslot"]);
    EXPECT_NE(holder["key"], row["key"]);
    // There is one keyslot: its holder kept it while the other one waited, and ended before that went on.
    EXPECT_GT(std::stoull(holder["ended_ps"]), std::stoull(row["arrived_ps"])) << id;
    EXPECT_LT(std::stoull(holder["ended_ps"]), std::stoull(row["ended_ps"])) << id;
  }
  EXPECT_GT(waits, 20U);
}

TEST_F(RequestLogTest, ATextCannotBreakALine) {
  auto rows = log({directory_.file("t.txt", "a\x1b[2J\"b,c-1 [000] ..... 1.000000: block_rq_issue: 8,0 R 4096 () 800 + 8 "
                                            "[a\x1b[2J\"b]\n")});
  EXPECT_EQ(rows["1"]["process_name"], "\"a\\x1b[2J\"\"b\"");
}

TEST_F(RequestLogTest, IsComparedWithLogsOldAndNew) {
  const std::string fresh = directory_.path("log.csv");
  const std::string sample = directory_.file("t.txt", sample_trace);
  log({sample});
  const std::string text = read_text_file(fresh);
  // Without the columns of today.
  std::istringstream lines(text);
  std::string line, old;
  const std::size_t added = 12, first = 12;
  while (std::getline(lines, line)) {
    std::vector<std::string> all = cells(line);
    all.erase(all.begin() + first, all.begin() + first + added);
    for (std::size_t i = 0; i < all.size(); ++i) old += (i == 0 ? "" : ",") + all[i];
    old += '\n';
  }
  const std::string before = directory_.file("old.csv", old);
  const std::string results = directory_.file("r.json", icesim({"run", sample, "-o", "-"}).out);
  const auto compared = [&](const std::string& one, const std::string& other) {
    return icesim({"compare", results, results, "--requests", one, other});
  };
  EXPECT_EQ(compared(before, fresh).exit_code, 0) << compared(before, fresh).out;
  EXPECT_EQ(compared(fresh, before).exit_code, 0) << compared(fresh, before).out;
  EXPECT_EQ(compared(fresh, fresh).exit_code, 0);
  std::string moved = text;
  moved.replace(moved.find("WSM"), 3, "WSX");
  const Outcome outcome = compared(fresh, directory_.file("moved.csv", moved));
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("rwbs"));
}

}  // namespace
}  // namespace icesim::cli
