// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/database/result_database.hpp"

#include "icesim/result/database/keyslot_columns.hpp"
#include "icesim/result/request_log.hpp"
#include "testbench/result/sample_results.hpp"
#include "testbench/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <string>
#include <vector>

namespace icesim {
namespace {

using testing::ElementsAre;

/// A database that was written, as SQLite itself opens it.
class Opened {
 public:
  Opened(const std::vector<RequestRecord>& requests, const Results& results, const std::vector<KeyslotEvent>& events = {}) {
    const test::TemporaryDirectory directory;
    const std::string path = directory / "run.db";
    OutputFile file(path);
    ResultDatabase written(file);
    for (const RequestRecord& r : requests) written.request_ended(r);
    for (const KeyslotEvent& e : events) written.keyslot_event(e);
    written.finish(results);
    file.commit();
    bytes = read_text_file(path);
    EXPECT_EQ(sqlite3_open_v2(path.c_str(), &database_, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
    EXPECT_THAT(rows("PRAGMA integrity_check"), ElementsAre("ok"));
  }
  ~Opened() { sqlite3_close(database_); }

  /// Rows of an answer, their cells with | between.
  std::vector<std::string> rows(const std::string& question) const {
    std::vector<std::string> all;
    char* error = nullptr;
    const auto take = [](void* to, int count, char** cells, char**) {
      std::string row;
      for (int i = 0; i < count; ++i) row += (i == 0 ? "" : "|") + std::string(cells[i] == nullptr ? "null" : cells[i]);
      static_cast<std::vector<std::string>*>(to)->push_back(row);
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(database_, question.c_str(), take, &all, &error), SQLITE_OK) << error;
    return all;
  }

  std::string bytes;

 private:
  sqlite3* database_ = nullptr;
};

std::vector<RequestRecord> three_requests() {
  std::vector<RequestRecord> all(3);
  for (std::size_t i = 0; i < all.size(); ++i) {
    RequestRecord& r = all[i];
    r.id = i + 1;
    r.operation = i == 0 ? "read" : "write";
    r.lba = Lba{10 * i};
    r.length = Bytes{4096};
    r.timeline = Timeline{Picoseconds{1'000'000 * i}};
    r.timeline.mark(Stage::submit, r.timeline.last() + Picoseconds{500'000});
    r.timeline.mark(Stage::flash, r.timeline.last() + Picoseconds{2'000'000 * i});
  }
  all[2].key = 7;
  all[2].has_keyslot = true;
  all[2].keyslot = Keyslot{3};
  all[2].failed = true;
  return all;
}

TEST(ResultDatabase, HasARowForEachRequestAndTheColumnsOfTheLog) {
  const Opened opened(three_requests(), sample::results());
  std::vector<std::string> names;
  for (const RequestColumn& column : request_columns()) names.push_back(column.name);
  EXPECT_EQ(opened.rows("SELECT name FROM pragma_table_info('requests') ORDER BY cid"), names);
  EXPECT_THAT(opened.rows("SELECT id, operation, lba, latency_ps, key, keyslot, failed FROM requests"),
              ElementsAre("1|read|0|500000|null|null|0", "2|write|10|2500000|null|null|0", "3|write|20|4500000|7|3|1"));
}

TEST(ResultDatabase, AnswersWhatIsAskedMost) {
  const Opened opened(three_requests(), sample::results());
  EXPECT_THAT(opened.rows("SELECT operation, requests, bytes, failed, mean_us, max_us FROM by_operation"),
              ElementsAre("write|2|8192|1|3.5|4.5", "read|1|4096|0|0.5|0.5"));
  EXPECT_THAT(opened.rows("SELECT stage, ps FROM request_stages WHERE id = 2"), ElementsAre("submit|500000", "flash|2000000"));
  EXPECT_THAT(opened.rows("SELECT id FROM slowest LIMIT 1"), ElementsAre("3"));
  EXPECT_THAT(opened.rows("SELECT SUM(ps) = (SELECT SUM(latency_ps) FROM requests) FROM request_stages"), ElementsAre("1"));
}

TEST(ResultDatabase, HoldsEverythingThatTheResultsTell) {
  Results results = sample::results();
  results.statistics.push_back({"a.sum", 1, Unit::picoseconds, "beyond 64 bits", 1});
  results.warnings.emplace_back("from a trace: \x1b[1m");
  results.command = "icesim run a";
  results.trace.sha256 = "ab";
  const Opened opened({}, results);
  EXPECT_THAT(opened.rows("SELECT COUNT(*) FROM statistics"), ElementsAre(std::to_string(results.statistics.size())));
  EXPECT_THAT(opened.rows("SELECT value, typeof(value) FROM statistics WHERE path = 'a.sum'"), ElementsAre("18446744073709551617|text"));
  EXPECT_THAT(opened.rows("SELECT COUNT(*) FROM stages"), ElementsAre(std::to_string(results.stages.size())));
  EXPECT_THAT(opened.rows("SELECT warning FROM warnings WHERE warning LIKE 'from%'"), ElementsAre("from a trace: \\x1b[1m"));
  std::size_t parameters = 0;
  for (const ParameterGroup& group : results.config) parameters += group.parameters.size();
  EXPECT_THAT(opened.rows("SELECT COUNT(*) FROM parameters"), ElementsAre(std::to_string(parameters)));
  EXPECT_THAT(opened.rows("SELECT trace, command FROM run"), ElementsAre(results.trace.name + "|icesim run a"));
  EXPECT_THAT(opened.rows("SELECT name, sha256 FROM trace_files"), ElementsAre(results.trace.name + "|ab"));
}

TEST(ResultDatabase, TellsWhoHeldAKeyslotWhen) {
  using Kind = KeyslotEvent::Kind;
  const auto event = [](Kind kind, std::uint64_t at, std::uint32_t key, std::uint64_t request, std::uint64_t keyslot = 3) {
    return KeyslotEvent{kind, Picoseconds{at}, Keyslot{keyslot}, key, 0, request};
  };
  const Opened opened({}, sample::results(),
                      {event(Kind::programmed, 100, 7, 1), event(Kind::hit, 150, 7, 2), event(Kind::hit, 160, 9, 5, 4),
                       event(Kind::hit, 170, 7, 2), event(Kind::released, 200, 7, 2), event(Kind::released, 220, 7, 1),
                       event(Kind::released, 250, 7, 2), event(Kind::evicted, 300, 7, 3), event(Kind::programmed, 300, 8, 3),
                       event(Kind::released, 400, 8, 3), event(Kind::evicted, 450, 8, 0)});
  std::vector<std::string> names;
  for (const RequestColumn& column : keyslot_columns()) names.push_back(column.name);
  EXPECT_EQ(opened.rows("SELECT name FROM pragma_table_info('keyslot_events') ORDER BY cid"), names);
  EXPECT_THAT(opened.rows("SELECT * FROM keyslot_events WHERE key = 8"),
              ElementsAre("300|3|programmed|8|3|0", "400|3|released|8|3|0", "450|3|evicted|8|null|0"));
  EXPECT_THAT(opened.rows("SELECT request, key, from_ps, until_ps FROM keyslot_holders WHERE keyslot = 3 ORDER BY from_ps"),
              ElementsAre("1|7|100|220", "2|7|150|200", "2|7|170|250", "3|8|300|400"));
  EXPECT_THAT(opened.rows("SELECT request FROM keyslot_holders WHERE keyslot = 3 AND from_ps <= 210 AND 210 < until_ps ORDER BY 1"),
              ElementsAre("1", "2"));
  EXPECT_THAT(opened.rows("SELECT request, until_ps FROM keyslot_holders WHERE keyslot = 4"), ElementsAre("5|null"));
  EXPECT_THAT(opened.rows("SELECT key, from_ps, until_ps FROM keyslot_keys WHERE keyslot = 3"), ElementsAre("7|100|300", "8|300|450"));
}

TEST(ResultDatabase, KeepsAllDigitsOfNumbersBeyondItsIntegers) {
  RequestRecord late;
  late.id = 1;
  late.operation = "read";
  late.timeline = Timeline{Picoseconds{18'446'744'073'709'551'615U}};
  const Opened opened({late}, sample::results());
  EXPECT_THAT(opened.rows("SELECT arrived_ps, typeof(arrived_ps), typeof(id) FROM requests"), ElementsAre("18446744073709551615|text|integer"));
}

TEST(ResultDatabase, IsTheSameBytesAgain) {
  EXPECT_EQ(Opened(three_requests(), sample::results()).bytes, Opened(three_requests(), sample::results()).bytes);
}

}  // namespace
}  // namespace icesim
