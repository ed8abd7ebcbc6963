// SPDX-License-Identifier: Apache-2.0
#include "command.hpp"
#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"
#include "icesim/base/leftover.hpp"
#include "icesim/base/printable.hpp"
#include "icesim/base/text/list_text.hpp"
#include "icesim/crypto/secret.hpp"
#include "icesim/result/near_match.hpp"
#include "icesim/result/text_table.hpp"
#include "version.hpp"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <systemc>
#include <unistd.h>

namespace icesim::app {
namespace {

using Words = std::vector<std::string>;

enum ExitCode { success = 0, user_error = 2, internal_error = 70 };

/// A standard stream that is closed would become the number of the next file, and what is printed would go there. It is
/// opened so that using it is an error.
void fill_standard_streams() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) < 0) ::open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY);
  }
}

std::string help() {
  TextTable table("ll", "  ");
  for (const Command& command : commands()) table.row({std::string(command.name), std::string(command.sentence)});
  return "icesim " + version_text() +
         ": cycle-accurate UFS host controller with inline crypto engine\n\n"
         "Usage: icesim COMMAND [options]\n\nCommands:\n" +
         table.text() +
         "\n'icesim help COMMAND', or 'icesim COMMAND --help', explains a command; 'icesim version' prints the version.\n\n"
         "Example:\n  icesim run traces/k61-f2fs-key-per-file.icetrace --set keyslots.num_keyslots=8\n";
}

int dispatch(const Words& arguments) {
  std::vector<std::string> names;
  for (const Command& command : commands()) names.emplace_back(command.name);
  const std::string allowed = "; commands are " + list_text(names) + "; see 'icesim --help'";
  if (arguments.empty()) throw UserError("a command is missing" + allowed);
  const std::string& word = arguments.front();
  const bool asks_help = word == "--help" || word == "-h" || word == "help";
  const bool asks_version = word == "--version" || word == "-V" || word == "version";
  const std::size_t most = word == "help" ? 2 : 1;
  if ((asks_help || asks_version) && arguments.size() > most)
    throw UserError("unexpected argument '" + arguments[most] + "' behind '" + word + "'; see 'icesim --help'");
  if (asks_version) std::cout << "icesim " << version_text() << "\n";
  if (asks_help && arguments.size() == 1) std::cout << help();
  if (asks_version || (asks_help && arguments.size() == 1)) return success;
  const std::string& name = asks_help ? arguments[1] : word;
  for (const Command& command : commands()) {
    if (command.name == name) return command.run({asks_help ? Words{"--help"} : Words{arguments.begin() + 1, arguments.end()}, nullptr});
  }
  if (name.empty() || name.front() != '-') throw UserError("unknown command '" + name + "'" + did_you_mean(name, names) + allowed);
  throw UserError("unknown option '" + name + "'" + did_you_mean(name, {"--help", "--version"}) + allowed);
}

/// Runs a command; what it prints to the standard output comes at its end, like every other output (OutputFile).
int run_printing(const Words& arguments) {
  std::ostringstream printed;
  std::streambuf* const standard_output = std::cout.rdbuf(printed.rdbuf());
  int code = success;
  try {
    code = dispatch(arguments);
  } catch (...) {
    std::cout.rdbuf(standard_output);
    throw;
  }
  std::cout.rdbuf(standard_output);
  if (const std::string text = printed.str(); !text.empty()) write_file_atomically("-", text);
  return code;
}

int report_bug(std::string what) {
  // SystemC's messages have several lines; scripts expect one.
  std::replace(what.begin(), what.end(), '\n', ' ');
  std::cerr << "icesim: internal error: " << printable_text(what) << "; please report this with the command line and the trace\n";
  return internal_error;
}

/// The kernel prints to standard output by default, where a results file may be on its way.
void report_to_stderr(const sc_core::sc_report& message, const sc_core::sc_actions& actions) {
  if (message.get_severity() >= sc_core::SC_ERROR) return sc_core::sc_report_handler::default_handler(message, actions);
  // What it says of an ordinary stop is nothing a user needs beside our own line.
  if (message.get_severity() == sc_core::SC_INFO) return;
  std::cerr << "icesim: SystemC: " << printable_text(message.get_msg()) << "\n";
}

}  // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> all{
      {"run", "Replays a trace and tells where each request's time went.", run_command},
      {"explain", "Replays a trace and tells the story of one request.", explain_command},
      {"slots", "Finds how many keyslots a trace needs.", slots_command},
      {"sweep", "Simulates all combinations of some values, side by side.", sweep_command},
      {"fit", "Finds the device that a recorded trace was recorded on.", fit_command},
      {"merge", "Puts the shards of a sweep together.", merge_command},
      {"report", "Makes one page of HTML of results: the answer, where it comes from, what it rests on.", report_command},
      {"compare", "Tells what moved between two results, by how many cycles, in which request first.", compare_command},
      {"golden", "Keeps results of traces to be compared with.", golden_command},
      {"serve", "Gives a Linux guest the simulated controller as its PCI device.", serve_command},
      {"record", "Serves a guest and makes a trace of its requests.", record_command},
      {"import", "Converts a trace to icesim's own format, with keys.", import_command},
      {"trace", "Tells what is in a trace: requests, sizes, queue depth, keys, oddities.", trace_command},
      {"generate", "Makes a synthetic trace.", generate_command},
      {"rings", "Tells who may use a loaded key, under five models of key rings, step by step.", rings_command},
      {"describe", "Lists parameters, statistics, registers or one of them; prints schemas and completions.", describe_command},
      {"platforms", "Lists the built-in platforms, or prints one as a starting point.", platforms_command}};
  return all;
}

}  // namespace icesim::app

int sc_main(int argc, char** argv) {
  namespace app = icesim::app;
  try {
    // Before there is any key: a core file would hold it.
    if (!icesim::forbid_core_dumps()) throw icesim::UserError("the system does not let core files be forbidden");
    icesim::remove_leftovers_on_signals();
    return app::run_printing({argv + 1, argv + argc});
  } catch (const icesim::UserError& error) {
    std::cerr << "icesim: " << error.what() << "\n";
    return app::user_error;
  } catch (const std::filesystem::filesystem_error& error) {
    std::cerr << "icesim: " << icesim::UserError(error.path1().string() + ": " + error.code().message()).what() << "\n";
    return app::user_error;
  } catch (const std::exception& error) {
    return app::report_bug(error.what());
  }
}

int main(int argc, char** argv) {
  icesim::app::fill_standard_streams();
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  sc_core::sc_report_handler::set_handler(icesim::app::report_to_stderr);
  // Fatal reports would abort; an exception reaches the handler above and its exit code.
  sc_core::sc_report_handler::set_actions(sc_core::SC_FATAL, sc_core::SC_THROW);
  sc_core::sc_report_handler::set_actions(sc_core::SC_ERROR, sc_core::SC_THROW);
  return sc_core::sc_elab_and_sim(argc, argv);
}
