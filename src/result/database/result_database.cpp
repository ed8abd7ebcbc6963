// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/database/result_database.hpp"

#include "icesim/base/printable.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/base/text/list_text.hpp"
#include "icesim/result/database/keyslot_columns.hpp"
#include "icesim/result/request_log.hpp"
#include "sqlite.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace icesim {
namespace {

/// Columns of requests by which somebody asks.
constexpr std::array<std::string_view, 11> groups{"operation", "process", "process_name", "inode", "path", "rwbs",
                                                  "policy", "key", "keyslot", "tag", "vm"};

/// "name, ..." of all columns, or "?, ..." as many. They have no types: a column that SQLite takes for one of integers would
/// make a rounded number of digits that go beyond 63 bits.
std::string list_of(const std::vector<RequestColumn>& columns, bool places) {
  return list_text(columns, [&](const RequestColumn& column) { return places ? "?" : "\"" + column.name + "\""; });
}

std::string request_views(const std::vector<RequestColumn>& columns) {
  std::string views = "CREATE INDEX requests_id ON requests(id);\nCREATE INDEX requests_arrived ON requests(arrived_ps);\n";
  for (const std::string_view group : groups) {
    if (std::none_of(columns.begin(), columns.end(), [&](const RequestColumn& column) { return column.name == group; })) continue;
    const std::string name(group);
    views += "CREATE VIEW by_" + name + " AS SELECT \"" + name +
             "\", COUNT(*) AS requests, SUM(length_bytes) AS bytes, SUM(failed) AS failed, AVG(latency_ps) / 1e6 AS mean_us, "
             "MAX(latency_ps) / 1e6 AS max_us, SUM(latency_ps) / 1e6 AS all_us FROM requests GROUP BY \"" +
             name + "\" ORDER BY all_us DESC;\n";
  }
  views += "CREATE VIEW slowest AS SELECT * FROM requests ORDER BY latency_ps DESC;\n";
  std::string each;
  for (const StageName& stage : stages) {
    const std::string name(stage.name);
    each += (each.empty() ? "" : " UNION ALL ") + ("SELECT id, '" + name + "' AS stage, " + name + "_ps AS ps FROM requests WHERE " + name + "_ps > 0");
  }
  return views + "CREATE VIEW request_stages AS " + each + ";\n";
}

/// A use lasts from a request's hit, or the programming of its key, until that request lets the keyslot go: of several of one
/// record, which has pieces, they go in their order. A key lies in a keyslot until the next one is there, or until it is evicted. No index: to make it takes
/// as long as to write the events, and to search without it is still quick.
constexpr const char* keyslot_views = R"(
CREATE VIEW keyslot_holders AS
  WITH numbered AS (
    SELECT *, what = 'released' AS ends,
           ROW_NUMBER() OVER (PARTITION BY keyslot, request, vm, what = 'released' ORDER BY at_ps, rowid) AS nth
      FROM (SELECT rowid, * FROM keyslot_events WHERE what <> 'evicted'))
  SELECT a.keyslot, a.key, a.request, a.vm, a.at_ps AS from_ps, b.at_ps AS until_ps
    FROM numbered a LEFT JOIN numbered b
      ON b.ends AND b.keyslot = a.keyslot AND b.request = a.request AND b.vm = a.vm AND b.nth = a.nth
   WHERE NOT a.ends;
CREATE VIEW keyslot_keys AS
  SELECT * FROM (
    SELECT keyslot, key, vm, what, at_ps AS from_ps, LEAD(at_ps) OVER (PARTITION BY keyslot ORDER BY at_ps, rowid) AS until_ps
      FROM (SELECT rowid, * FROM keyslot_events WHERE what IN ('programmed', 'evicted')))
   WHERE what = 'programmed';
)";

/// A table whose rows come one by one and are inserted some at a time: a statement for each would take twice as long.
class Rows {
 public:
  Rows(Sqlite& database, std::string table, std::vector<RequestColumn> columns)
      : database_(database), table_(std::move(table)), columns_(std::move(columns)), insert_(create(), insert_of(together)) {
    cells_.reserve(together * columns_.size());
  }

  template <class Record>
  void add(RequestCell (*cell)(std::size_t column, const Record& record), const Record& record) {
    for (std::size_t i = 0; i < columns_.size(); ++i) cells_.push_back(cell(i, record));
    if (cells_.size() == together * columns_.size()) insert(insert_);
  }
  /// Inserts what is left.
  void finish() {
    if (cells_.empty()) return;
    SqliteStatement rest(database_, insert_of(cells_.size() / columns_.size()));
    insert(rest);
  }

 private:
  static constexpr std::size_t together = 16;

  Sqlite& create() {
    database_.run("CREATE TABLE " + table_ + "(" + list_of(columns_, false) + ")");
    return database_;
  }
  std::string insert_of(std::size_t rows) const {
    return "INSERT INTO " + table_ + " VALUES " + list_text(std::vector<std::string>(rows, "(" + list_of(columns_, true) + ")"));
  }
  void insert(SqliteStatement& statement) {
    for (const RequestCell& cell : cells_) {
      if (cell.kind == RequestCell::Kind::none) statement.nothing();
      if (cell.kind == RequestCell::Kind::number) statement.number(cell.number);
      if (cell.kind == RequestCell::Kind::text) statement.text(cell.text);
    }
    statement.go();
    cells_.clear();
  }

  Sqlite& database_;
  std::string table_;
  std::vector<RequestColumn> columns_;
  SqliteStatement insert_;
  std::vector<RequestCell> cells_;  ///< of rows that are not inserted yet
};

}  // namespace

class ResultDatabase::Tables {
 public:
  void request(const RequestRecord& request) { requests_.add(request_cell, request); }
  void keyslot(const KeyslotEvent& event) { keyslot_events_.add(keyslot_cell, event); }

  void results(const Results& results) {
    requests_.finish();
    keyslot_events_.finish();
    database_.run(request_views(request_columns()) + keyslot_views + R"(
CREATE TABLE run(icesim TEXT, command TEXT, trace TEXT, format TEXT, requests, keys TEXT);
CREATE TABLE trace_files(name TEXT, sha256 TEXT);
CREATE TABLE stages(stage TEXT PRIMARY KEY, total_ps, share_ppm, meaning TEXT) WITHOUT ROWID;
CREATE TABLE statistics(path TEXT PRIMARY KEY, value, unit TEXT, description TEXT) WITHOUT ROWID;
CREATE TABLE parameters(path TEXT PRIMARY KEY, value TEXT, number, unit TEXT, range TEXT, assumption,
                        source TEXT, meaning TEXT) WITHOUT ROWID;
CREATE TABLE warnings(warning TEXT);
CREATE VIEW assumptions AS SELECT path, value, range, source FROM parameters WHERE assumption = 1;
)");
    SqliteStatement run(database_, "INSERT INTO run VALUES(?, ?, ?, ?, ?, ?)");
    const std::string name = printable_text(results.trace.name);
    run.text(results.version), run.text(results.command), run.text(name), run.text(results.trace.format);
    run.number(results.trace.requests), run.text(results.trace.keys), run.go();
    SqliteStatement file(database_, "INSERT INTO trace_files VALUES(?, ?)");
    std::vector<TraceFile> files = results.trace.files;
    if (!results.trace.sha256.empty()) files.push_back({results.trace.name, results.trace.sha256});
    for (const TraceFile& each : files) {
      const std::string file_name = printable_text(each.name);
      file.text(file_name), file.text(each.sha256), file.go();
    }
    SqliteStatement stage(database_, "INSERT INTO stages VALUES(?, ?, ?, ?)");
    for (const StageTime& each : results.stages) {
      const auto known = std::find_if(icesim::stages.begin(), icesim::stages.end(), [&](const StageName& s) { return s.name == each.name; });
      stage.text(each.name), stage.number(each.total.n), stage.number(results.share_ppm(each));
      stage.text(known == icesim::stages.end() ? "" : known->sentence), stage.go();
    }
    SqliteStatement statistic(database_, "INSERT INTO statistics VALUES(?, ?, ?, ?)");
    for (const StatisticValue& each : results.statistics) {
      statistic.text(each.path), statistic.number(each.whole()), statistic.text(unit_symbol(each.unit));
      statistic.text(each.description), statistic.go();
    }
    SqliteStatement parameter(database_, "INSERT INTO parameters VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
    for (const ParameterGroup& group : results.config) {
      for (const Parameter& each : group.parameters) {
        const std::string value = value_text(each), range = range_text(each);
        parameter.text(each.path), parameter.text(value), parameter.number(each.value), parameter.text(unit_text(each));
        parameter.text(range), parameter.number(std::uint64_t{each.assumption}), parameter.text(each.source);
        parameter.text(each.sentence), parameter.go();
      }
    }
    SqliteStatement warning(database_, "INSERT INTO warnings VALUES(?)");
    for (const std::string& each : all_warnings(results)) {
      const std::string line = printable_text(each);
      warning.text(line), warning.go();
    }
    database_.run("COMMIT");
  }

  std::string_view bytes() { return database_.bytes(); }

 private:
  /// Filled in one transaction.
  struct Begun : Sqlite {
    Begun() { run("BEGIN"); }
  };

  Begun database_;
  Rows requests_{database_, "requests", request_columns()};
  Rows keyslot_events_{database_, "keyslot_events", keyslot_columns()};
};

ResultDatabase::ResultDatabase(OutputFile& file) : file_(file), tables_(std::make_unique<Tables>()) {}
ResultDatabase::~ResultDatabase() = default;

void ResultDatabase::request_ended(const RequestRecord& request) { tables_->request(request); }

void ResultDatabase::keyslot_event(const KeyslotEvent& event) { tables_->keyslot(event); }

void ResultDatabase::finish(const Results& results) {
  tables_->results(results);
  file_.write(tables_->bytes());
}

}  // namespace icesim
