// SPDX-License-Identifier: Apache-2.0
// What 'icesim compare' and 'icesim report' read, on arbitrary bytes: results, request logs, tolerances and the index of
// a golden directory.
#include "icesim/result/compare/comparison_writers.hpp"
#include "icesim/result/compare/golden_index.hpp"
#include "icesim/result/report/report.hpp"
#include "refusal.hpp"

namespace {

/// Reads the bytes as results, and compares them with none and with themselves.
void compare(std::string_view text) {
  using namespace icesim;
  ComparedSide side;
  side.results = read_results(text, "input");
  Tolerances tolerances;
  tolerances.add("*=50%", "input");
  for (const ComparedSide& other : {side, ComparedSide{}}) {
    const ComparisonReport report{
        "old", "new", {compare_results(other, side, tolerances, {}), compare_results(side, other, {}, {})}, {}, {}};
    for (const std::string& written : {comparison_text(report, {true}), comparison_markdown(report, {}),
                                       comparison_json(report), comparison_junit(report)})
      if (written.empty()) __builtin_trap();
  }
}

/// Makes a page of the bytes as results of a run or of 'icesim slots', or as a log of requests.
void report(std::string_view text, bool is_log) {
  using namespace icesim;
  ReportInput input{"0", {}, {}, {}};
  const ReportFile file{"input", ""};
  if (is_log) {
    input.runs.push_back({file, {}, file, read_request_log(text, "input")});
  } else {
    const auto read = read_run_or_study(text, "input");
    if (const auto* const results = std::get_if<RecordedResults>(&read))
      input.runs = {{file, *results, {}, {}}, {file, *results, {}, {}}};
    else if (const auto* const fit = std::get_if<Fit>(&read))
      input.fits.push_back({file, *fit});
    else
      input.studies.push_back({file, std::get<RecordedStudy>(read)});
  }
  const std::string page = report_html(input);
  if (page.find("</html>") == std::string::npos || page.find("<script") != std::string::npos) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace icesim;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  fuzz::accept_or_refuse([&] { compare(text); });
  fuzz::accept_or_refuse([&] { report(text, false); });
  fuzz::accept_or_refuse([&] { report(text, true); });
  fuzz::accept_or_refuse([&] { read_golden_index(text, "input"); });
  fuzz::accept_or_refuse([&] { Tolerances().add_lines(text, "input"); });
  const std::string log = "id,latency_ps,cpu_ps\n1,2,3\n";
  fuzz::accept_or_refuse([&] { first_request_difference(log, "old", text, "input"); });
  fuzz::accept_or_refuse([&] { first_request_difference(text, "input", log, "new"); });
  return 0;
}
