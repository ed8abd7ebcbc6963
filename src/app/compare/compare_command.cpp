// SPDX-License-Identifier: Apache-2.0
#include "compared.hpp"
#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"
#include "src/app/command_line.hpp"
#include "src/app/report_output.hpp"

#include <optional>

namespace icesim::app {
namespace {

/// The files that an operand stands for.
std::vector<std::string> files_of(const std::string& path) {
  return GoldenDirectory::is_directory(path) ? GoldenDirectory::files_of(path) : std::vector<std::string>{path};
}

}  // namespace

int compare_command(const Arguments& arguments) {
  CommandLine line({"compare", "OLD NEW",
                    "Compares two results of 'icesim run -o', or two golden directories (icesim golden), statistic by "
                    "statistic,\nand names "
                    "what moved: in its unit and in cycles, and with request logs the first request and stage. "
                    "Exact\nunless a tolerance "
                    "is given. Exit code 0: equal or within tolerance, 1: different, 2: not to be compared.",
                    "icesim compare golden new --gate gate.txt --junit junit.xml"});
  namespace po = boost::program_options;
  std::vector<std::string> tolerances;
  std::string gate, junit;
  std::vector<std::string> requests;
  bool markdown = false, all = false;
  line.options().add_options()("tolerance,t", po::value(&tolerances)->value_name("STATISTIC=N%"),
                               "Lets a statistic differ by a share of its old value, up or down, or by an amount, as "
                               "latency.*.p99=1% or keyslots.hits=5; '*' is "
                               "any text. May be repeated; the last that fits holds.");
  line.input("gate", gate, "FILE", "File of such lines, with # comments; --tolerance goes beyond it.");
  line.options().add_options()("requests", po::value(&requests)->multitoken()->value_name("OLD NEW"),
                               "Request logs of the two results (icesim run --requests), compressed or not.")(
      "markdown", po::bool_switch(&markdown), "Prints Markdown, for the summary of a job.")(
      "all", po::bool_switch(&all), "Shows all rows of long tables.");
  line.output("junit", junit, "Writes a test case for each statistic, as JUnit does.");
  ReportOutput output;
  output.declare(
      line,
      "Writes the comparison as JSON ('icesim describe schema comparison'); '-' is the standard output, without the report.");
  for (const std::size_t operand : {0U, 1U})
    line.reads(operand == 0 ? "OLD" : "NEW", [&line, operand] { return files_of(line.operands()[operand]); });
  line.reads("--requests", [&requests] { return requests; });
  if (!line.parse(arguments)) return 0;
  if (!requests.empty() && requests.size() != 2)
    throw UserError("--requests: two files are needed, the log of OLD and that of NEW, behind OLD and NEW" +
                    line.hint());
  std::optional<OutputFile> junit_file;
  if (!junit.empty()) junit_file.emplace(junit);
  output.open(junit_file && junit_file->is_standard_output());
  Tolerances permitted;
  if (!gate.empty()) permitted.add_lines(read_text_file(gate), gate);
  for (const std::string& each : tolerances) permitted.add(each, "--tolerance");
  ComparedPaths paths{line.operands()[0], line.operands()[1], "", ""};
  if (!requests.empty()) {
    paths.before_requests = requests[0];
    paths.after_requests = requests[1];
  }
  const ComparisonReport report = compare_paths(paths, permitted);
  if (output.wanted()) output.write(comparison_json(report));
  std::vector<OutputFile*> others;
  if (junit_file) {
    junit_file->write(comparison_junit(report));
    others.push_back(&*junit_file);
  }
  output.commit(others);
  output.print(markdown ? comparison_markdown(report, {all}) : comparison_text(report, {all}));
  return report.differs() ? 1 : 0;
}

}  // namespace icesim::app
