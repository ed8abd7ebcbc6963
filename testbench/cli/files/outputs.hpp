// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "testbench/cli/program.hpp"
#include "testbench/support/made_traces.hpp"
#include "testbench/support/rigs/guest_rig.hpp"

#include <ostream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace icesim::cli {

/// One option or operand of a command that names a file which is written, as the command's help tells.
struct NamedOutput {
  std::string command;
  std::string option;  ///< "--requests"; empty: the operand OUT
};
inline std::ostream& operator<<(std::ostream& out, const NamedOutput& named) {
  return out << named.command << " " << (named.option.empty() ? "OUT" : named.option);
}

/// All of them: every command of `icesim --help`, every value OUT in its help.
inline std::vector<NamedOutput> named_outputs() {
  std::vector<NamedOutput> all;
  std::istringstream lines(icesim({"--help"}).out);
  bool in_list = false;
  for (std::string line; std::getline(lines, line);) {
    in_list = line == "Commands:" || (in_list && !line.empty());
    if (!in_list || line == "Commands:") continue;
    const std::string command = line.substr(2, line.find(' ', 2) - 2);
    std::istringstream help(icesim({command, "--help"}).out);
    for (std::string text; std::getline(help, text);) {
      if (text.rfind("Usage:", 0) == 0 && text.find(" OUT ") != std::string::npos) all.push_back({command, ""});
      const std::size_t begin = text.find("--"), end = text.find(" OUT ");
      if (text.rfind("  -", 0) != 0 || end == std::string::npos || begin > end) continue;
      all.push_back({command, text.substr(begin, text.find_first_of(" ]", begin) - begin)});
    }
  }
  return all;
}

/// Runs commands with one of their outputs, and all else that they need, in a directory of its own.
class OutputsRig {
 public:
  explicit OutputsRig(NamedOutput named) : named_(std::move(named)) {}

  const Directory& inputs() const { return inputs_; }
  const Directory& directory() const { return directory_; }
  /// What it reads: a trace, or results.
  std::string trace() const {
    const std::string bundled = ICESIM_SOURCE_DIR "/traces/k61-f2fs-key-per-file.icetrace";
    if (named_.command == "merge") {
      static const std::string shard =
          icesim({"sweep", bundled, "--over", "keyslots.num_keyslots=2", "--set", "replay.limit=30", "-o", "-"}).out;
      return inputs_.file("shard.json", shard);
    }
    if (named_.command == "rings") return ICESIM_SOURCE_DIR "/examples/rings/two-users.json";
    if (named_.command == "fit") return inputs_.file("completed.csv", test::made_msr(300).bytes);
    if (named_.command != "compare" && named_.command != "report") return bundled;
    static const std::string results = icesim({"run", bundled, "--set", "replay.limit=30", "-o", "-"}).out;
    return inputs_.file("results.json", results);
  }
  bool serves() const { return named_.command == "serve" || named_.command == "record"; }
  /// Whether the command reads what trace() names.
  bool reads() const {
    return named_.command != "generate" && !serves();
  }

  /// Whether it simulates what trace() names.
  bool is_of_a_trace() const { return named_.command == "run" || studies(); }
  /// Whether it does so several times.
  bool studies() const { return named_.command == "slots" || named_.command == "sweep" || named_.command == "fit"; }

  /// The command line, with this input, if it reads one, and this output. `more` comes at the end.
  std::vector<std::string> line(const std::string& read, const std::string& out, std::vector<std::string> more = {}) const {
    std::vector<std::string> words{named_.command};
    if (named_.command == "trace") words.push_back("text");
    if (reads()) words.push_back(read);
    if (named_.command == "compare") words.push_back(read);
    if (named_.command == "generate" && more.empty()) words.insert(words.end(), {"--requests", "2000"});
    if (named_.command == "sweep") words.insert(words.end(), {"--over", "keyslots.num_keyslots=2,4"});
    if (named_.command == "fit") {
      words.insert(words.end(), {"--vary", "flash.read_time", "--budget", "20", "--holdout", "0"});
    } else if (is_of_a_trace()) {
      words.insert(words.end(), {"--set", "replay.limit=30"});
    }
    if (serves()) words.insert(words.end(), {"--socket", inputs_.path("socket"), "--set", "flash.capacity=16MiB"});
    if (named_.option.empty()) {
      words.push_back(out);
    } else {
      if (named_.command == "record") words.push_back(inputs_.path("recorded"));
      words.insert(words.end(), {named_.option, out});
    }
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  /// Runs it to the end; a guest comes and goes.
  Outcome run(const std::string& out, const std::vector<std::string>& more = {}) const {
    if (!serves()) return icesim(line(trace(), out, more));
    std::thread guest([&] { cosim::test::connect_to(inputs_.path("socket")); });
    const Outcome outcome = icesim(line("", out, more));
    guest.join();
    return outcome;
  }

 private:
  NamedOutput named_;
  Directory inputs_;
  Directory directory_;
};

}  // namespace icesim::cli
