// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace icesim::app {

struct Declared;

/// Words after the name of the command. With a place for what it declares, that is told and nothing is run.
struct Arguments {
  std::vector<std::string> words;
  Declared* declared = nullptr;
};

/// One word that may follow `icesim`; `run` returns the exit code and throws UserError for the user's fault.
struct Command {
  std::string_view name;
  std::string_view sentence;
  int (*run)(const Arguments& arguments);
};

/// All of them, in the order of the help.
const std::vector<Command>& commands();

int run_command(const Arguments& arguments);
int explain_command(const Arguments& arguments);
int compare_command(const Arguments& arguments);
int golden_command(const Arguments& arguments);
int report_command(const Arguments& arguments);
int slots_command(const Arguments& arguments);
int sweep_command(const Arguments& arguments);
int fit_command(const Arguments& arguments);
int merge_command(const Arguments& arguments);
int serve_command(const Arguments& arguments);
int record_command(const Arguments& arguments);
int import_command(const Arguments& arguments);
int trace_command(const Arguments& arguments);
int generate_command(const Arguments& arguments);
int describe_command(const Arguments& arguments);
int rings_command(const Arguments& arguments);
int platforms_command(const Arguments& arguments);

}  // namespace icesim::app
