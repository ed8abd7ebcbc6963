// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"
#include "icesim/crypto/sha256.hpp"
#include "icesim/result/report/report.hpp"
#include "icesim/workload/packed_text.hpp"
#include "src/app/command_line.hpp"
#include "src/app/report_output.hpp"
#include "src/app/system_lists.hpp"

#include <utility>
#include <variant>

namespace icesim::app {
namespace {

/// Reads the results, and logs of requests for the runs among them in their order.
ReportInput read_inputs(const std::vector<std::string>& results, const std::vector<std::string>& requests) {
  ReportInput input{ICESIM_VERSION, system_parameters(), {}, {}};
  for (const std::string& path : results) {
    const auto [name, text] = read_named_text(path);
    const ReportFile file{name, sha256_hex(text)};
    auto read = read_run_or_study(text, name);
    if (auto* const fit = std::get_if<Fit>(&read))
      input.fits.push_back({file, std::move(*fit)});
    else if (auto* const run = std::get_if<RecordedResults>(&read))
      input.runs.push_back({file, std::move(*run), {}, {}});
    else
      input.studies.push_back({file, std::move(std::get<RecordedStudy>(read))});
  }
  if (requests.size() > input.runs.size())
    throw UserError("--requests: " + std::to_string(requests.size()) + " logs for " +
                    std::to_string(input.runs.size()) +
                    " results of runs; the first is that of the first run, and so on");
  for (std::size_t i = 0; i < requests.size(); ++i) {
    ReportRun& run = input.runs[i];
    const std::string text = read_packed_text(requests[i]);
    run.requests_file = ReportFile{requests[i], sha256_hex(text)};
    run.requests = read_request_log(text, requests[i]);
    check_request_log(run);
  }
  return input;
}

}  // namespace

int report_command(const Arguments& arguments) {
  CommandLine line(
      {"report", "RESULTS...",
       "Makes one page of HTML of the results of 'icesim run -o', 'icesim slots -o' and 'icesim fit --json': the "
       "answer, where\nit comes from, and what it rests on. It needs neither network nor script, and several results stand side by "
       "side.",
       "icesim report run.json slots.json --requests run.csv -o report.html"});
  namespace po = boost::program_options;
  std::vector<std::string> requests;
  line.options().add_options()(
      "requests", po::value(&requests)->multitoken()->value_name("FILE..."),
      "Logs of the requests of the runs (icesim run --requests), in their order, compressed or not: for "
      "exact distributions, and which key was in which keyslot.");
  ReportOutput output;
  output.declare(line, "Where the page goes; '-' is the standard output.");
  line.reads("RESULTS", [&line] { return line.operands(); });
  line.reads("--requests", [&requests] { return requests; });
  if (!line.parse(arguments)) return 0;
  output.open(false);
  if (!output.wanted()) throw UserError("--output is missing: the page is written to a file" + line.hint());
  const ReportInput input = read_inputs(line.operands(), requests);
  output.write(report_html(input));
  output.commit();
  return 0;
}

}  // namespace icesim::app
