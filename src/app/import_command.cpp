// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/workload/import.hpp"
#include "trace_line.hpp"

#include <iostream>

namespace icesim::app {

int import_command(const Arguments& arguments) {
  CommandLine line({"import", "IN OUT",
                    "Converts a trace of any format (docs/traces.md) to icesim's own format and gives every "
                    "request\nits key.",
                    "icesim import phone.ftrace.zst phone.icetrace --keys per_file --inodes requests_inode.csv"});
  namespace po = boost::program_options;
  ImportOptions options;
  std::string keys = "none";
  std::string inodes;
  line.options().add_options()("keys", po::value(&keys)->value_name("MODE"),
                               "Whose key encrypts a request: none (default), per_file, per_policy.")(
      "inodes", po::value(&inodes)->value_name("CSV"),
      "Owners of the requests: timestamp,rw,sector,nsect,comm,inodes[,policy_dir].")(
      "provenance", po::value(&options.provenance)->value_name("TEXT"),
      "One line for the new trace: source, licence, how it was made.");
  TraceLine trace;
  trace.declare(line);
  if (!line.parse(arguments)) return 0;
  options.trace = trace.options();
  options.keys = static_cast<KeyMode>(word_index("--keys", keys, {"none", "per_file", "per_policy"}));
  options.inode_csv = inodes;

  const ImportResult result = import_trace(line.operands()[0], line.operands()[1], options);
  std::cout << line.operands()[1] << ": " << grouped_text(result.records) << " records of "
            << grouped_text(result.input.requests.total()) << " requests, " << grouped_text(result.references)
            << " with one of " << grouped_text(result.keys) << " keys, " << grouped_text(result.with_dun)
            << " with a recorded DUN, " << grouped_text(result.split) << " split between files ("
            << grouped_text(result.split_evenly) << " evenly, for want of knowledge)\n";
  for (const std::string& note : result.input.notes()) std::cout << note << '\n';
  return 0;
}

}  // namespace icesim::app
