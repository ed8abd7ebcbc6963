// SPDX-License-Identifier: Apache-2.0
#include "watch_options.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"

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
  line.output("requests", requests_,
              "Writes a line for every request as CSV: times, address, key number, keyslot, tag, all stages; '-' as above.");
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
  if (!requests_.empty()) {
    requests_file_.emplace(requests_);
    log_.emplace(*requests_file_);
    observers.requests = &*log_;
  }
  return observers;
}

bool WatchOptions::takes_standard_output() const {
  return (waves_file_ && waves_file_->is_standard_output()) || (requests_file_ && requests_file_->is_standard_output());
}

std::string WatchOptions::note() const {
  if (!writer_ || !writer_->missed_window()) return "";
  return "--waves-from " + from_ + " lies behind the end of the run, so the waves are empty";
}

void WatchOptions::throw_if_failed() const {
  if (converter_) converter_->vcd().throw_if_failed();
  for (const std::optional<OutputFile>* file : {&waves_file_, &requests_file_}) {
    if (*file) (*file)->throw_if_failed();
  }
}

void WatchOptions::commit_waves() {
  if (!waves_file_) return;
  if (converter_) converter_->convert(*waves_file_);
  waves_file_->commit();
}

std::vector<OutputFile*> WatchOptions::finish() {
  std::vector<OutputFile*> files;
  if (converter_) converter_->convert(*waves_file_);
  for (std::optional<OutputFile>* file : {&waves_file_, &requests_file_}) {
    if (*file) files.push_back(&**file);
  }
  return files;
}

}  // namespace icesim::app
