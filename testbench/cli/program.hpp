// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

namespace icesim::cli {

/// What a finished program left behind.
struct Outcome {
  int exit_code = 0;  ///< 128 + signal when a signal ended it
  std::string out;
  std::string err;
};

/// Runs the icesim program with these arguments (no shell) and a file as its standard input, which is empty unless
/// given.
Outcome icesim(const std::vector<std::string>& arguments, const std::string& input = "/dev/null");

/// The same with a terminal for its errors; `err` is what the terminal gets, with "\r\n" for each line's end.
Outcome icesim_on_terminal(const std::vector<std::string>& arguments);

/// Results without the command that made them, which is not the same where a run is repeated in another way.
std::string without_command(const std::string& results);

/// Expects that the program refuses these arguments with one line, before anything else.
void expect_refused(const std::vector<std::string>& arguments, const std::string& line);

/// The bundled trace with a key per file.
inline const std::string trace = ICESIM_SOURCE_DIR "/traces/k61-f2fs-key-per-file.icetrace";

/// A directory that lives as long as the object.
class Directory {
 public:
  Directory();
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  std::string path(const std::string& name) const { return directory_ + "/" + name; }
  /// Writes a file and returns its path.
  std::string file(const std::string& name, const std::string& text) const;
  /// Names of all files, sorted.
  std::vector<std::string> files() const;

 private:
  std::string directory_;
};

/// True when Python can check JSON by a JSON Schema; else such tests are skipped.
bool has_schema_checker();
/// Whether the schema in one file accepts the JSON in the other.
bool schema_accepts(const std::string& schema, const std::string& instance);

}  // namespace icesim::cli
