// SPDX-License-Identifier: Apache-2.0
#include "running_program.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace icesim::cli {

RunningProgram::RunningProgram(const std::vector<std::string>& arguments, mode_t umask) {
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
  const mode_t before = ::umask(umask);
  const int failed = posix_spawn(&process_, ICESIM_PROGRAM, &actions, nullptr, argv.data(), environ);
  ::umask(before);
  posix_spawn_file_actions_destroy(&actions);
  ensure(failed == 0, "the program " ICESIM_PROGRAM " starts");
}

RunningProgram::~RunningProgram() {
  if (process_ == 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

void RunningProgram::send(int signal) const { ensure(::kill(process_, signal) == 0, "the program runs"); }

bool RunningProgram::runs() const {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(process_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
}

std::string RunningProgram::proc(const std::string& name) const {
  std::ifstream file("/proc/" + std::to_string(process_) + "/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

Outcome RunningProgram::wait() {
  int status = 0;
  ensure(::waitpid(process_, &status, 0) == process_, "the program can be waited for");
  process_ = 0;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_text_file(directory_.path("out")),
          read_text_file(directory_.path("err"))};
}

bool wait_until(const std::function<bool()>& holds) {
  for (int i = 0; i < 3000 && !holds(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return holds();
}

}  // namespace icesim::cli
