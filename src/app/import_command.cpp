// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"
#include "icesim/base/printable.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/key_text.hpp"
#include "icesim/workload/import.hpp"
#include "key_choice.hpp"
#include "report_output.hpp"
#include "trace_line.hpp"

namespace icesim::app {

int import_command(const Arguments& arguments) {
  CommandLine line(
      {"import", "IN OUT",
       "Converts a trace of any format (docs/traces.md) to icesim's own and gives every "
       "request\nits key: those that the trace has, or those that --keys asks for.",
       "icesim import phone.ftrace.zst phone.icetrace --keys per-file --inodes requests_inode.csv"});
  namespace po = boost::program_options;
  ImportOptions options;
  KeyChoice keys;
  keys.declare(line);
  line.options().add_options()(
      "provenance", po::value(&options.provenance)->value_name("TEXT"),
      "One line for the new trace: source, licence, how it was made.");
  TraceLine trace;
  trace.declare(line);
  if (!line.parse(arguments)) return 0;
  options.trace = trace.options();
  options.keys = keys.options(true);

  const std::string& out = line.operands()[1];
  OutputFile file(out);
  const ImportResult result = import_trace(line.operands()[0], file, options);
  std::string report = printable_text(out) + ": " + grouped_text(result.keys.records) + " records of " +
                       grouped_text(result.input.requests.total()) + " requests, " +
                       grouped_text(result.keys.references) + " with one of " + grouped_text(result.keys.keys) +
                       " keys, " + grouped_text(result.keys.with_dun) + " with a recorded DUN, " +
                       grouped_text(result.keys.split) + " split between files (" +
                       grouped_text(result.keys.split_evenly) + " evenly, for want of knowledge)\n" +
                       key_rules_text(key_mode_name(options.keys.mode), list_statistics(result.keys), "");
  if (const std::uint64_t events = result.input.key_events.total(); events > 0) {
    report += grouped_text(events) + " events of keys " +
              (options.keys.mode == KeyMode::recorded ? "are kept\n" : "were left out, since the keys are others\n");
  }
  for (const std::string& note : result.input.notes()) report += printable_text(note) + "\n";
  print_beside(file, report);
  return 0;
}

}  // namespace icesim::app
