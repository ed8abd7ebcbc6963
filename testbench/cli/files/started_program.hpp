// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"
#include "testbench/cli/program.hpp"

#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace icesim::cli {

/// The program under way, so that it can be looked at and sent signals; killed with the object.
class StartedProgram {
 public:
  explicit StartedProgram(const std::vector<std::string>& arguments) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, directory_.path("out").c_str(), O_WRONLY | O_CREAT, 0600);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, directory_.path("err").c_str(), O_WRONLY | O_CREAT, 0600);
    std::vector<std::string> words{ICESIM_PROGRAM};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const int failed = posix_spawn(&process_, ICESIM_PROGRAM, &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ensure(failed == 0, "the program " ICESIM_PROGRAM " starts");
  }
  ~StartedProgram() {
    if (process_ == 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  StartedProgram(const StartedProgram&) = delete;
  StartedProgram& operator=(const StartedProgram&) = delete;

  pid_t process() const { return process_; }
  void send(int signal) const { ::kill(process_, signal); }
  Outcome wait() {
    int status = 0;
    ensure(::waitpid(process_, &status, 0) == process_, "the program can be waited for");
    process_ = 0;
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_text_file(directory_.path("out")),
            read_text_file(directory_.path("err"))};
  }
  /// A file of /proc about it.
  std::string proc(const std::string& name) const {
    std::ifstream file("/proc/" + std::to_string(process_) + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  Directory directory_;
  pid_t process_ = 0;
};

/// Waits until something holds, for half a minute at most; whether it does.
inline bool wait_until(const std::function<bool()>& holds) {
  for (int i = 0; i < 3000 && !holds(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return holds();
}

}  // namespace icesim::cli
