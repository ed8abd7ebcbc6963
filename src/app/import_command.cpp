// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/key_text.hpp"
#include "icesim/workload/import.hpp"
#include "key_choice.hpp"

#include <iostream>

namespace icesim::app {

int import_command(const Arguments& arguments) {
  CommandLine line(
      {"import", "IN OUT",
       "Converts a trace of any format to icesim's own and gives every request its key: those that the trace "
       "has,\nor those that --keys asks for.",
       "icesim import phone.ftrace.zst phone.icetrace --keys per-file --inodes requests_inode.csv"});
  namespace po = boost::program_options;
  ImportOptions options;
  KeyChoice keys;
  keys.declare(line);
  line.options().add_options()("device", po::value(&options.trace.device)->value_name("MAJOR,MINOR"),
                               "Device to read; that of the first request unless given.")(
      "provenance", po::value(&options.provenance)->value_name("TEXT"),
      "One line for the new trace: source, licence, how it was made.");
  if (!line.parse(arguments)) return 0;
  options.keys = keys.options();

  const std::string& out = line.operands()[1];
  const ImportResult result = import_trace(line.operands()[0], out, options);
  std::cout << out << ": " << grouped_text(result.keys.records) << " records of "
            << grouped_text(result.input.requests.total()) << " requests, " << grouped_text(result.keys.references)
            << " with one of " << grouped_text(result.keys.keys) << " keys, " << grouped_text(result.keys.with_dun)
            << " with a recorded DUN, " << grouped_text(result.keys.split) << " split between files ("
            << grouped_text(result.keys.split_evenly) << " evenly, for want of knowledge)\n"
            << key_rules_text(key_mode_name(options.keys.mode), list_statistics(result.keys), "");
  return 0;
}

}  // namespace icesim::app
