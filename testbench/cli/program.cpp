// SPDX-License-Identifier: Apache-2.0
#include "program.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace icesim::cli {

namespace fs = std::filesystem;

namespace {

/// Starts the program with these files and returns its exit code.
int run(const std::vector<std::string>& arguments, const std::string& input, const std::string& out,
        const std::string& err) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT | O_NOCTTY, 0600);
  std::vector<std::string> words{ICESIM_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t process = 0;
  const int failed = posix_spawn(&process, ICESIM_PROGRAM, &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ensure(failed == 0, "the program " ICESIM_PROGRAM " starts");
  int status = 0;
  ensure(::waitpid(process, &status, 0) == process, "the program can be waited for");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Outcome icesim(const std::vector<std::string>& arguments, const std::string& input) {
  // Files instead of pipes: nothing can block however much the program writes.
  const Directory directory;
  const std::string out = directory.path("out");
  const std::string err = directory.path("err");
  const int exit_code = run(arguments, input, out, err);
  return {exit_code, read_text_file(out), read_text_file(err)};
}

Outcome icesim_on_terminal(const std::vector<std::string>& arguments) {
  const Directory directory;
  const std::string out = directory.path("out");
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  ensure(terminal >= 0 && ::grantpt(terminal) == 0 && ::unlockpt(terminal) == 0, "a terminal can be made");
  const std::string name = ::ptsname(terminal);
  // The other end stays open, so that nothing is lost before it is read, which must go on while the program writes.
  const int other_end = ::open(name.c_str(), O_WRONLY | O_NOCTTY);
  std::string err;
  std::thread reader([&] {
    char piece[4096];
    for (ssize_t got = 0; (got = ::read(terminal, piece, sizeof piece)) > 0;) {
      err.append(piece, static_cast<std::size_t>(got));
    }
  });
  const int exit_code = run(arguments, "/dev/null", out, name);
  ::close(other_end);
  reader.join();
  ::close(terminal);
  return {exit_code, read_text_file(out), err};
}

std::string without_command(const std::string& results) {
  const std::size_t begin = results.find("  \"command\": ");
  ensure(begin != std::string::npos, "results tell their command");
  return results.substr(0, begin) + results.substr(results.find('\n', begin) + 1);
}

void expect_refused(const std::vector<std::string>& arguments, const std::string& line) {
  const Outcome outcome = icesim(arguments);
  EXPECT_EQ(outcome.exit_code, 2) << line;
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err, "icesim: " + line + "\n");
}

Directory::Directory() {
  directory_ = (fs::temp_directory_path() / "icesim_cli_XXXXXX").string();
  ensure(::mkdtemp(directory_.data()) != nullptr, "a temporary directory can be made");
}

Directory::~Directory() {
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

std::string Directory::file(const std::string& name, const std::string& text) const {
  write_file_atomically(path(name), text);
  return path(name);
}

std::vector<std::string> Directory::files() const {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory_)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

bool has_schema_checker() { return std::system("python3 -c 'import jsonschema' 2>/dev/null") == 0; }

bool schema_accepts(const std::string& schema, const std::string& instance) {
  const std::string check =
      "python3 -c 'import json, jsonschema, sys; schema, instance = (json.load(open(f)) for f in sys.argv[1:]); "
      "sys.exit(not jsonschema.Draft7Validator(schema).is_valid(instance))' ";
  return std::system((check + schema + " " + instance).c_str()) == 0;
}

}  // namespace icesim::cli
