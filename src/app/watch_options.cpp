// SPDX-License-Identifier: Apache-2.0
#include "watch_options.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"

#include <algorithm>

namespace icesim::app {
namespace {

Picoseconds time_option(std::string_view option, const std::string& text) {
  try {
    return Picoseconds{parse_quantity(text, Unit::picoseconds)};
  } catch (const UserError& error) {
    throw UserError(std::string(option) + ": " + error.what());
  }
}

}  // namespace

void WatchOptions::declare(CommandLine& line) {
  namespace po = boost::program_options;
  line.output("waves", waves_,
              "Writes the pins that matter as waves (docs/waves.md): VCD, or FST if OUT ends in .fst and vcd2fst is "
              "installed; '-' is the standard output, and the report goes to the standard error.");
  line.options().add_options()("waves-from", po::value(&from_)->value_name("T"),
                               "Simulated time, with a unit, at which the waves begin; 0 unless given.")(
      "waves-to", po::value(&to_)->value_name("T"), "And at which they end; the end of the run unless given.");
  line.changes_no_result("waves-from");
  line.changes_no_result("waves-to");
  line.output("requests", requests_,
              "Writes a line for every request as CSV: times, address, key number, keyslot, tag, all stages; '-' as above.");
  line.output("perfetto", timeline_,
              "Writes the requests as a trace for ui.perfetto.dev (docs/waves.md): a track for each process, tag, keyslot, "
              "direction of engine and link, and die; '-' as above.");
  line.output("database", database_,
              "Writes requests, stages, statistics and parameters as an SQLite database with views (docs/waves.md); '-' as above.");
  line.output("fio", fio_, "Writes latencies as fio's json+ does, with its buckets and percentiles; '-' as above.");
  line.output("fio-log", fio_lines_, "Writes a line for every request as fio's write_lat_log does; '-' as above.");
}

TimeWindow WatchOptions::window() const {
  TimeWindow window;
  if (!from_.empty()) window.from = time_option("--waves-from", from_);
  if (!to_.empty()) window.to = time_option("--waves-to", to_);
  if (window.from >= window.to) {
    throw UserError("--waves-from " + quantity_text(window.from) + " is not before --waves-to " +
                    quantity_text(window.to));
  }
  return window;
}

Observers WatchOptions::open() {
  Observers observers;
  if (waves_.empty() && !(from_.empty() && to_.empty())) {
    throw UserError(std::string(from_.empty() ? "--waves-to" : "--waves-from") + ": --waves FILE is missing");
  }
  if (!waves_.empty()) {
    const TimeWindow time = window();
    if (wants_fst(waves_)) require_fst_converter(waves_);
    waves_file_.emplace(waves_);
    if (wants_fst(waves_)) converter_.emplace(waves_);
    writer_.emplace(converter_ ? converter_->vcd() : *waves_file_, time, "icesim " ICESIM_VERSION);
    observers.signals = &*writer_;
  }
  if (!requests_.empty()) recorders_.add(log_.emplace(requests_file_.emplace(requests_)));
  if (!timeline_.empty()) recorders_.add(timeline_writer_.emplace(timeline_file_.emplace(timeline_)));
  if (!database_.empty()) recorders_.add(result_database_.emplace(database_file_.emplace(database_)));
  if (!fio_.empty()) {
    fio_file_.emplace(fio_);
    recorders_.add(fio_summary_.emplace());
  }
  if (!fio_lines_.empty()) recorders_.add(fio_log_.emplace(fio_lines_file_.emplace(fio_lines_)));
  if (!recorders_.empty()) observers.requests = &recorders_;
  if (timeline_writer_) observers.busy = &*timeline_writer_;
  if (result_database_) observers.keyslots = &*result_database_;
  return observers;
}

std::vector<OutputFile*> WatchOptions::files() {
  std::vector<OutputFile*> all;
  for (std::optional<OutputFile>* file : {&waves_file_, &requests_file_, &timeline_file_, &database_file_, &fio_file_,
                                         &fio_lines_file_})
    if (*file) all.push_back(&**file);
  return all;
}

bool WatchOptions::takes_standard_output() {
  const std::vector<OutputFile*> all = files();
  return std::any_of(all.begin(), all.end(), [](const OutputFile* file) { return file->is_standard_output(); });
}

std::string WatchOptions::note() const {
  if (!writer_ || !writer_->missed_window()) return "";
  return "--waves-from " + from_ + " lies behind the end of the run, so the waves are empty";
}

void WatchOptions::throw_if_failed() {
  if (converter_) converter_->vcd().throw_if_failed();
  for (const OutputFile* file : files()) file->throw_if_failed();
}

void WatchOptions::commit_waves() {
  if (!waves_file_) return;
  if (converter_) converter_->convert(*waves_file_);
  waves_file_->commit();
}

std::vector<OutputFile*> WatchOptions::finish(const Results& results) {
  if (converter_) converter_->convert(*waves_file_);
  if (timeline_writer_) timeline_writer_->end();
  if (result_database_) result_database_->finish(results);
  if (fio_summary_) fio_file_->write(fio_summary_->json(results.version, results.trace.name));
  return files();
}

}  // namespace icesim::app
