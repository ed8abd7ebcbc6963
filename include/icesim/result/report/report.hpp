// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/compare/recorded_results.hpp"
#include "icesim/result/fit/fit.hpp"
#include "icesim/result/parameters.hpp"
#include "icesim/result/report/recorded_study.hpp"
#include "icesim/result/report/request_table.hpp"

#include <optional>
#include <string>
#include <vector>

namespace icesim {

/// A file that a report is made of. Its name is as the user gave it.
struct ReportFile {
  std::string name;
  std::string sha256;
};

/// Results of a run.
struct ReportRun {
  ReportFile file;
  RecordedResults results;
  std::optional<ReportFile> requests_file;
  std::vector<LoggedRequest> requests;  ///< of `requests_file`
};

/// Results of `icesim slots`.
struct ReportStudy {
  ReportFile file;
  RecordedStudy study;
};

/// Results of `icesim fit`.
struct ReportFit {
  ReportFile file;
  Fit fit;
};

/// All that a report tells.
struct ReportInput {
  std::string version;                   ///< of this program
  std::vector<ParameterGroup> declared;  ///< the parameters that it has, which say what is an assumption
  std::vector<ReportRun> runs;
  std::vector<ReportStudy> studies;
  std::vector<ReportFit> fits{};

  std::size_t files() const { return runs.size() + studies.size() + fits.size(); }
};

/// Throws UserError, which names both files, when the log is not that of the results.
void check_request_log(const ReportRun& run);

/// One page of HTML that needs nothing else: no network, no script, no other file. What failed and the warnings come
/// first, then the answer, then what the inputs have to show, and at the end what they do not have and how to repeat
/// it. Equal inputs give equal bytes.
std::string report_html(const ReportInput& input);

}  // namespace icesim
