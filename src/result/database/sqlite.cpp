// SPDX-License-Identifier: Apache-2.0
#include "sqlite.hpp"

#include "icesim/base/error.hpp"
#include "icesim/result/decimal_text.hpp"

#include <limits>

namespace icesim {
namespace {

constexpr Wide largest = static_cast<Wide>(std::numeric_limits<std::int64_t>::max());
/// SQLite's own limit on a database in memory is 1 GiB unless told otherwise.
constexpr sqlite3_int64 most_bytes = sqlite3_int64{1} << 38;

}  // namespace

void Sqlite::check(int code) const {
  if (code == SQLITE_OK || code == SQLITE_DONE) return;
  throw UserError(std::string("database: ") + (database_ ? sqlite3_errmsg(database_.get()) : sqlite3_errstr(code)));
}

Sqlite::Sqlite() {
  sqlite3* opened = nullptr;
  // This kind of memory is in one piece, so that it is written without a copy.
  const int code = sqlite3_open_v2("file:icesim?vfs=memdb", &opened,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
  database_.reset(opened);
  check(code);
  sqlite3_int64 limit = most_bytes;
  check(sqlite3_file_control(opened, "main", SQLITE_FCNTL_SIZE_LIMIT, &limit));
  run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;");
}

void Sqlite::run(const std::string& statements) {
  check(sqlite3_exec(database_.get(), statements.c_str(), nullptr, nullptr, nullptr));
}

std::string_view Sqlite::bytes() {
  sqlite3_int64 size = 0;
  const unsigned char* all = sqlite3_serialize(database_.get(), "main", &size, SQLITE_SERIALIZE_NOCOPY);
  if (all == nullptr) {
    copy_.reset(sqlite3_serialize(database_.get(), "main", &size, 0));
    all = copy_.get();
  }
  if (all == nullptr) throw UserError("database: out of memory");
  return {reinterpret_cast<const char*>(all), static_cast<std::size_t>(size)};
}

SqliteStatement::SqliteStatement(Sqlite& database, const std::string& text) : database_(database) {
  sqlite3_stmt* prepared = nullptr;
  database.check(sqlite3_prepare_v3(database.database_.get(), text.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr));
  statement_.reset(prepared);
}

void SqliteStatement::number(std::uint64_t value) {
  if (value > largest) return number(Wide{value});
  database_.check(sqlite3_bind_int64(statement_.get(), ++place_, static_cast<sqlite3_int64>(value)));
}

void SqliteStatement::number(Wide value) {
  if (value <= largest) return number(static_cast<std::uint64_t>(value));
  const std::string digits = decimal_text(value);
  database_.check(sqlite3_bind_text(statement_.get(), ++place_, digits.data(), static_cast<int>(digits.size()), SQLITE_TRANSIENT));
}

void SqliteStatement::text(std::string_view value) {
  database_.check(sqlite3_bind_text64(statement_.get(), ++place_, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void SqliteStatement::go() {
  database_.check(sqlite3_step(statement_.get()));
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  place_ = 0;
}

}  // namespace icesim
