// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/wide.hpp"

#include <cstdint>
#include <memory>
#include <sqlite3.h>
#include <string>
#include <string_view>

namespace icesim {

/// A database in memory. Every function throws UserError with SQLite's reason when it cannot do what is asked.
class Sqlite {
 public:
  Sqlite();
  void run(const std::string& statements);
  /// All of it, as a file would hold it.
  std::string_view bytes();

 private:
  friend class SqliteStatement;
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
  };
  struct Free {
    void operator()(unsigned char* bytes) const { sqlite3_free(bytes); }
  };
  void check(int code) const;

  std::unique_ptr<sqlite3, Close> database_;
  std::unique_ptr<unsigned char, Free> copy_;
};

/// A statement that is carried out again and again with other values, which are given from left to right.
class SqliteStatement {
 public:
  SqliteStatement(Sqlite& database, const std::string& text);
  void number(std::uint64_t value);
  /// As text, where it is too large for SQLite.
  void number(Wide value);
  /// The text must live until go().
  void text(std::string_view value);
  void nothing() { ++place_; }
  void go();

 private:
  struct Finish {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  Sqlite& database_;
  std::unique_ptr<sqlite3_stmt, Finish> statement_;
  int place_ = 0;
};

}  // namespace icesim
