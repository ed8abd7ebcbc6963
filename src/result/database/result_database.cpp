// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/database/result_database.hpp"

#include "icesim/base/printable.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/base/text/list_text.hpp"
#include "icesim/result/request_log.hpp"
#include "sqlite.hpp"

#include <algorithm>
#include <array>

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

}  // namespace

class ResultDatabase::Tables {
 public:
  void request(const RequestRecord& request) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      cells_[i] = request_cell(i, request);
      const RequestCell& cell = cells_[i];
      if (cell.kind == RequestCell::Kind::none) insert_.nothing();
      if (cell.kind == RequestCell::Kind::number) insert_.number(cell.number);
      if (cell.kind == RequestCell::Kind::text) insert_.text(cell.text);
    }
    insert_.go();
  }

  void results(const Results& results) {
    database_.run(request_views(columns_) + R"(
CREATE TABLE run(icesim TEXT, trace TEXT, format TEXT, requests, sha256 TEXT, keys TEXT);
CREATE TABLE stages(stage TEXT PRIMARY KEY, total_ps, share_ppm, meaning TEXT) WITHOUT ROWID;
CREATE TABLE statistics(path TEXT PRIMARY KEY, value, unit TEXT, description TEXT) WITHOUT ROWID;
CREATE TABLE parameters(path TEXT PRIMARY KEY, value TEXT, number, unit TEXT, range TEXT, assumption,
                        source TEXT, meaning TEXT) WITHOUT ROWID;
CREATE TABLE warnings(warning TEXT);
CREATE VIEW assumptions AS SELECT path, value, range, source FROM parameters WHERE assumption = 1;
)");
    SqliteStatement run(database_, "INSERT INTO run VALUES(?, ?, ?, ?, ?, ?)");
    const std::string name = printable_text(results.trace.name);
    run.text(results.version), run.text(name), run.text(results.trace.format), run.number(results.trace.requests);
    run.text(results.trace.sha256), run.text(results.trace.keys), run.go();
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
  /// The database, and in it the table of requests, which is filled in one transaction.
  struct Begun : Sqlite {
    explicit Begun(const std::vector<RequestColumn>& columns) { run("BEGIN; CREATE TABLE requests(" + list_of(columns, false) + ")"); }
  };

  const std::vector<RequestColumn> columns_ = request_columns();
  Begun database_{columns_};
  SqliteStatement insert_{database_, "INSERT INTO requests VALUES(" + list_of(columns_, true) + ")"};
  std::vector<RequestCell> cells_ = std::vector<RequestCell>(columns_.size());  ///< of one request, until it is inserted
};

ResultDatabase::ResultDatabase(OutputFile& file) : file_(file), tables_(std::make_unique<Tables>()) {}
ResultDatabase::~ResultDatabase() = default;

void ResultDatabase::request_ended(const RequestRecord& request) { tables_->request(request); }

void ResultDatabase::finish(const Results& results) {
  tables_->results(results);
  file_.write(tables_->bytes());
}

}  // namespace icesim
