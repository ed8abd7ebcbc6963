// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "command_line.hpp"
#include "icesim/base/file.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace icesim::app {

/// Where a command's results go: --output, and the report for people.
class ReportOutput {
 public:
  /// Declares --output, or the option of another name where that writes something else; `sentence` says what it writes.
  void declare(CommandLine& line, const char* sentence, const char* names = "output,o");
  /// Opens the file if one was asked for, before anything is run. `taken`: another output is the standard output.
  void open(bool taken);
  bool wanted() const { return file_.has_value(); }
  void write(std::string_view json) { file_->write(json); }
  /// Gives this file and the others their names.
  void commit(std::vector<OutputFile*> others = {});
  /// Prints the report: not at all where the results go to the standard output, and to the standard error where something
  /// else goes there. The heading, which says what was asked for, is left out of a quiet one.
  void print(std::string_view report, std::string_view heading = "") const;
  bool quiet() const { return quiet_ && *quiet_; }

 private:
  std::string path_;
  bool taken_ = false;
  std::shared_ptr<const bool> quiet_;
  std::optional<OutputFile> file_;
};

/// Prints what a command has done to the standard output, or to the standard error where `out` is the standard output.
void print_beside(const OutputFile& out, std::string_view report);

}  // namespace icesim::app
