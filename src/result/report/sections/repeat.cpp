// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/printable.hpp"
#include "icesim/base/text/shell_text.hpp"
#include "icesim/result/decimal_text.hpp"
#include "section.hpp"

namespace icesim::report {
namespace {

void write_file(Markup& page, const ReportFile& file, const std::string& what) {
  page.open("tr").open("td").element("b", file.name).close().element("td", what);
  page.open("td", {{"data-name", "SHA-256:"}}).element("code", file.sha256, {{"class", "hash"}}).close().close();
}

/// The command that made a result, or one that makes its like where the file does not tell.
std::string command_of(const ReportRun& run) {
  if (!run.results.command.empty()) return printable_text(run.results.command);
  const std::string& mode = run.results.trace.keys;
  const std::string keys = mode.empty() || mode == "recorded" ? "" : " --keys " + shell_text(mode);
  const std::string file = run.file.name == "standard input" ? "RESULTS" : shell_text(run.file.name);
  return "icesim run " + shell_text(run.results.trace.name) + " --platform " + file + keys + " -o again.json";
}

std::string run_text(const RecordedResults& results) {
  std::string text = "run of " + results.trace.name + " (" + results.trace.format + ", " +
                     counted_text(results.trace.requests, "request");
  if (!results.trace.keys.empty()) text += ", keys " + results.trace.keys;
  text += ") with icesim " + results.version;
  if (!results.trace.sha256.empty()) text += "; SHA-256 of the trace " + results.trace.sha256;
  for (const TraceFile& file : results.trace.files) text += "; SHA-256 of " + file.name + " " + file.sha256;
  return text;
}

}  // namespace

void write_missing(Draft& draft) {
  if (draft.missing.empty()) return;
  draft.begin("missing", "Not in this report", "");
  draft.page.open("ul");
  for (const Draft::Missing& each : draft.missing)
    draft.page.open("li").element("b", each.title).text(": " + each.why + ".").close();
  draft.page.close();
  draft.end();
}

void write_repeat(Draft& draft) {
  const ReportInput& input = draft.input;
  draft.begin("repeat", "To repeat this",
              "A results file holds every parameter, and equal runs give equal bytes.");
  Markup& page = draft.page;
  for (const ReportRun& run : input.runs) {
    page.open("p").element("code", command_of(run)).close();
  }
  for (const ReportFit& each : input.fits) page.open("p").element("code", printable_text(each.fit.origin.command)).close();
  page.open("table", {{"class", "rows"}}).open("thead").open("tr");
  for (const char* name : {"File", "What it is", "SHA-256"}) page.element("th", name);
  page.close().close().open("tbody");
  for (const ReportRun& run : input.runs) {
    write_file(page, run.file, run_text(run.results));
    if (run.requests_file) write_file(page, *run.requests_file, "log of its requests");
  }
  for (const ReportStudy& study : input.studies)
    write_file(page, study.file,
               "icesim slots: " + counted_text(study.study.references, "request") + " with one of " +
                   counted_text(study.study.keys, "key"));
  for (const ReportFit& each : input.fits)
    write_file(page, each.file, "icesim fit: " + counted_text(each.fit.requests, "request") + " of " + each.fit.trace + " with icesim " + each.fit.origin.version + "; SHA-256 of the trace " + each.fit.sha256);
  page.close().close();
  page.element("p",
               "Made by icesim report " + input.version +
                   ". This page needs no network and no script, and the same files give the same bytes.",
               {{"class", "soft"}});
  draft.end();
}

}  // namespace icesim::report
