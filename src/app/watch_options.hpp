// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "command_line.hpp"
#include "icesim/result/database/result_database.hpp"
#include "icesim/result/fio/fio_writer.hpp"
#include "icesim/result/request_log.hpp"
#include "icesim/result/timeline/timeline_writer.hpp"
#include "icesim/result/vcd_writer.hpp"
#include "models/system/simulation.hpp"
#include "wave_converter.hpp"

#include <optional>
#include <string>
#include <vector>

namespace icesim::app {

/// Watching a run: --waves, --requests, --perfetto, --database, --fio and --fio-log.
class WatchOptions {
 public:
  /// Declares these, --waves-from and --waves-to.
  void declare(CommandLine& line);
  /// Opens the files that were asked for, under temporary names, before anything is simulated. Throws UserError on a
  /// wrong window, a file that cannot be written and a missing converter.
  Observers open();
  /// Whether one of them is the standard output.
  bool takes_standard_output();
  /// What the waves lack, in a sentence; empty when nothing.
  std::string note() const;
  /// Writes what is still to be written, after the simulation; the files that are to be committed then.
  std::vector<OutputFile*> finish(const Results& results);
  /// Throws again what one of the files threw while the kernel ran.
  void throw_if_failed();
  /// Keeps the waves alone, of a simulation that went wrong.
  void commit_waves();

 private:
  TimeWindow window() const;
  /// Those that are written.
  std::vector<OutputFile*> files();

  std::string waves_;
  std::string from_;
  std::string to_;
  std::string requests_;
  std::optional<OutputFile> waves_file_;
  std::optional<WaveConverter> converter_;
  std::optional<VcdWriter> writer_;
  std::optional<OutputFile> requests_file_;
  std::optional<RequestLog> log_;
  std::string timeline_;
  std::optional<OutputFile> timeline_file_;
  std::optional<TimelineWriter> timeline_writer_;
  std::string database_;
  std::optional<OutputFile> database_file_;
  std::optional<ResultDatabase> result_database_;
  std::string fio_;
  std::optional<OutputFile> fio_file_;
  std::optional<FioSummary> fio_summary_;
  std::string fio_lines_;
  std::optional<OutputFile> fio_lines_file_;
  std::optional<FioLog> fio_log_;
  RequestFan recorders_;
};

}  // namespace icesim::app
