// SPDX-License-Identifier: Apache-2.0
#include "watch_options.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"
#include "wave_converter.hpp"

#include <filesystem>
#include <unistd.h>

namespace icesim::app {
namespace {

Picoseconds time_option(std::string_view option, const std::string& text) {
  try {
    return Picoseconds{parse_quantity(text, Unit::picoseconds)};
  } catch (const UserError& error) {
    throw UserError(std::string(option) + ": " + error.what());
  }
}

void require_name(std::string_view option, const std::string& path) {
  if (path == "-") throw UserError(std::string(option) + ": the name of a file is needed");
}

/// Where the VCD lies until it has been converted.
std::string vcd_before(const std::string& fst) { return fst + ".vcd" + std::to_string(::getpid()); }

}  // namespace

void WatchOptions::declare(CommandLine& line) {
  namespace po = boost::program_options;
  line.options().add_options()("waves", po::value(&waves_)->value_name("FILE"),
                               "Writes the pins that matter as waves (docs/waves.md): VCD, or FST if FILE ends in "
                               ".fst and vcd2fst is installed.")(
      "waves-from", po::value(&from_)->value_name("T"),
      "Simulated time, with a unit, at which the waves begin; 0 unless given.")(
      "waves-to", po::value(&to_)->value_name("T"), "And at which they end; the end of the run unless given.")(
      "requests", po::value(&requests_)->value_name("FILE"),
      "Writes a line for every request as CSV: times, address, key number, keyslot, tag, all stages.");
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
    require_name("--waves", waves_);
    const TimeWindow time = window();
    convert_ = wants_fst(waves_);
    if (convert_) require_fst_converter(waves_);
    waves_file_.emplace(convert_ ? vcd_before(waves_) : waves_);
    writer_.emplace(*waves_file_, time, "icesim " ICESIM_VERSION);
    observers.signals = &*writer_;
  }
  if (!requests_.empty()) {
    require_name("--requests", requests_);
    requests_file_.emplace(requests_);
    log_.emplace(*requests_file_);
    observers.requests = &*log_;
  }
  return observers;
}

void WatchOptions::commit_waves() {
  if (!waves_file_) return;
  waves_file_->commit();
  if (!convert_) return;
  const std::string vcd = vcd_before(waves_);
  try {
    convert_to_fst(vcd, waves_);
  } catch (...) {
    ::unlink(vcd.c_str());
    throw;
  }
  ::unlink(vcd.c_str());
}

void WatchOptions::commit() {
  commit_waves();
  if (requests_file_) requests_file_->commit();
}

}  // namespace icesim::app
