// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/file.hpp"
#include "icesim/base/recorder.hpp"
#include "icesim/result/results.hpp"

#include <memory>

namespace icesim {

/// Writes a run as an SQLite database: one table for each record that is declared, and views of the questions that are asked most.
///
/// Tables: `requests` with the columns of the request log (`icesim describe requests`), `keyslot_events` (keyslot_columns()),
/// `stages`, `statistics`, `parameters`, `warnings`, `trace_files`, and `run`, one line of what was replayed. Views:
/// `request_stages`, a line for each stage that a request was in; `by_operation` and its like for each column that groups
/// requests; `slowest`; `keyslot_holders`, which request held which keyslot from when until when; `keyslot_keys`, which key
/// lay in it; `assumptions`. Times are picoseconds where a
/// column ends in _ps, else microseconds with fractions, of views only. SQLite's integers have 63 bits: a number beyond
/// is text of all its digits.
///
/// It grows in memory, about 150 bytes a request, and is written at the end. Throws UserError when there is no memory for more.
class ResultDatabase : public RequestRecorder, public KeyslotRecorder {
 public:
  /// Writes to `file`, which must live as long as this; committing it is left to its owner.
  explicit ResultDatabase(OutputFile& file);
  ~ResultDatabase() override;
  ResultDatabase(const ResultDatabase&) = delete;
  ResultDatabase& operator=(const ResultDatabase&) = delete;

  void request_ended(const RequestRecord& request) override;
  void keyslot_event(const KeyslotEvent& event) override;
  /// Takes in all else that the run tells, and writes everything to the file.
  void finish(const Results& results);

 private:
  class Tables;
  OutputFile& file_;
  std::unique_ptr<Tables> tables_;
};

}  // namespace icesim
