// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/study/sweep.hpp"
#include "src/app/report_output.hpp"

#include <optional>
#include <string>

namespace icesim::app {

/// Where a sweep goes: JSON, CSV and the screen.
class SweepOutput {
 public:
  /// Declares --csv and --output.
  void declare(CommandLine& line) {
    line.output("csv", csv_path_, "Writes a line of comma-separated values for each point.");
    output_.declare(line, "Writes the sweep as JSON, which 'icesim merge' reads; '-' is the standard output, without the table.");
  }
  /// Opens the files, before anything is run.
  void open() {
    if (!csv_path_.empty()) csv_.emplace(csv_path_);
    output_.open(csv_ && csv_->is_standard_output());
  }
  /// Writes and commits all of them, and prints the table.
  void write(const Sweep& sweep) {
    std::vector<OutputFile*> files;
    if (csv_) {
      csv_->write(sweep_csv(sweep));
      files.push_back(&*csv_);
    }
    if (output_.wanted()) output_.write(sweep_json(sweep));
    output_.commit(files);
    output_.print(sweep_text(sweep));
  }

 private:
  std::string csv_path_;
  ReportOutput output_;
  std::optional<OutputFile> csv_;
};

}  // namespace icesim::app
