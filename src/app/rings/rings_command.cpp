// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "icesim/crypto/sha256.hpp"
#include "icesim/result/rings/ring_reader.hpp"
#include "icesim/result/rings/ring_writers.hpp"
#include "src/app/command_line.hpp"
#include "src/app/report_output.hpp"
#include "src/app/trace_line.hpp"
#include "src/app/version.hpp"

namespace icesim::app {

int rings_command(const Arguments& arguments) {
  CommandLine line({"rings", "FILE",
                    "Plays a scenario of users, namespaces, processes, files and keys under five models of who may use a key that "
                    "is loaded,\nand prints what each model says of each step, what that changes of who reads what, and where two\nmodels differ "
                    "(docs/rings.md).\n'icesim describe schema rings-scenario' is what FILE may hold.",
                    "icesim rings examples/rings/two-users.json"});
  bool all = false;
  line.options().add_options()("all", boost::program_options::bool_switch(&all), "Shows all who read after each step, not only what it changes.");
  ReportOutput output;
  output.declare(line, "Writes the same as JSON ('icesim describe schema rings'); '-' is the standard output, without the table.");
  if (!line.parse(arguments)) return 0;
  output.open(false);
  const std::string& path = line.operands()[0];
  const auto [name, text] = read_named_text(path, 16 << 20);
  RingReport report;
  report.origin = {version_text(), line.command()};
  report.sha256 = sha256_hex(text);
  report.scenario = read_ring_scenario(text, name);
  report.scenario.name = trace_name(path);
  report.outcomes = replay_rings(report.scenario);
  if (output.wanted()) output.write(ring_json(report));
  output.commit();
  output.print(ring_text(report, all));
  return 0;
}

}  // namespace icesim::app
