// SPDX-License-Identifier: Apache-2.0
#include "wave_converter.hpp"

#include "icesim/base/error.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace icesim::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* converter = "vcd2fst";

/// Removes a file unless it was renamed.
struct Temporary {
  std::string path;
  ~Temporary() {
    std::error_code ignored;
    fs::remove(path, ignored);
  }
};

bool is_installed(const char* program) {
  const char* path = std::getenv("PATH");
  std::istringstream directories(path == nullptr ? "" : path);
  for (std::string directory; std::getline(directories, directory, ':');) {
    if (::access((directory + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

/// Runs a program without a shell and without its output; true when it ended well.
bool runs(const std::vector<std::string>& words) {
  std::vector<std::string> copy = words;
  std::vector<char*> argv;
  for (std::string& word : copy) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0);
  pid_t process = 0;
  const bool started = ::posix_spawnp(&process, argv[0], &actions, nullptr, argv.data(), environ) == 0;
  posix_spawn_file_actions_destroy(&actions);
  if (!started) return false;
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

bool wants_fst(const std::string& path) { return fs::path(path).extension() == ".fst"; }

void require_fst_converter(const std::string& path) {
  if (is_installed(converter)) return;
  throw UserError("--waves " + path + ": FST is made by " + converter +
                  ", which is not installed; install the package gtkwave, or give a name that ends in .vcd");
}

void convert_to_fst(const std::string& vcd, const std::string& path) {
  const Temporary made{path + ".part" + std::to_string(::getpid())};
  if (!runs({converter, "-v", vcd, "-f", made.path})) {
    throw UserError(path + ": " + converter + " could not write it; a name that ends in .vcd needs no conversion");
  }
  if (std::rename(made.path.c_str(), path.c_str()) != 0) {
    throw UserError(path + ": cannot write: " + std::strerror(errno));
  }
}

}  // namespace icesim::app
