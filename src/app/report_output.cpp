// SPDX-License-Identifier: Apache-2.0
#include "report_output.hpp"

#include <iostream>

namespace icesim::app {

void ReportOutput::declare(CommandLine& line, const char* sentence, const char* names) {
  line.output(names, path_, sentence);
  quiet_ = line.quiet();
}

void ReportOutput::open(bool taken) {
  taken_ = taken;
  if (!path_.empty()) file_.emplace(path_);
}

void ReportOutput::commit(std::vector<OutputFile*> others) {
  if (file_) others.push_back(&*file_);
  commit_together(others);
}

void ReportOutput::print(std::string_view report, std::string_view heading) const {
  if (file_ && file_->is_standard_output()) return;
  std::ostream& out = taken_ ? std::cerr : std::cout;
  if (!quiet()) out << heading;
  out << report;
}

void print_beside(const OutputFile& out, std::string_view report) {
  (out.is_standard_output() ? std::cerr : std::cout) << report;
}

}  // namespace icesim::app
