// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace icesim::app {

/// Words after the name of the command.
using Arguments = std::vector<std::string>;

/// One word that may follow `icesim`; `run` returns the exit code and throws UserError for the user's fault.
struct Command {
  std::string_view name;
  std::string_view sentence;
  int (*run)(const Arguments& arguments);
};

int run_command(const Arguments& arguments);
int compare_command(const Arguments& arguments);
int golden_command(const Arguments& arguments);
int report_command(const Arguments& arguments);
int slots_command(const Arguments& arguments);
int serve_command(const Arguments& arguments);
int record_command(const Arguments& arguments);
int import_command(const Arguments& arguments);
int trace_command(const Arguments& arguments);
int generate_command(const Arguments& arguments);
int describe_command(const Arguments& arguments);
int platforms_command(const Arguments& arguments);

}  // namespace icesim::app
