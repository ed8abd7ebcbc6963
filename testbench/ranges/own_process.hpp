// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <functional>
#include <malloc.h>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace icesim::test {

/// What `work` answers, carried out in a process of its own that gets `seconds` of processor time: a crash or an endless
/// loop is an answer, too, and the next case begins with a fresh kernel.
inline std::string in_own_process(const std::function<std::string()>& work, unsigned seconds) {
  int ends[2];
  if (::pipe(ends) != 0) return std::string("no pipe: ") + std::strerror(errno);
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) return std::string("no process: ") + std::strerror(errno);
  if (child == 0) {
    ::close(ends[0]);
    const rlimit limit{seconds, seconds + 1}, no_core{0, 0};
    // What one run frees the next takes: to have the system give and take large pieces costs more than the runs.
    ::mallopt(M_MMAP_THRESHOLD, 1 << 30);
    ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
    ::setrlimit(RLIMIT_CPU, &limit);
    ::setrlimit(RLIMIT_CORE, &no_core);
    const std::string answer = work();
    for (std::size_t done = 0; done < answer.size();) {
      const ssize_t written = ::write(ends[1], answer.data() + done, answer.size() - done);
      if (written <= 0) ::_exit(1);
      done += static_cast<std::size_t>(written);
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string answer;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) != 0;) {
    if (got > 0) answer.append(buffer, static_cast<std::size_t>(got));
    if (got < 0 && errno != EINTR) break;
  }
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
    return "it does not end within " + std::to_string(seconds) + " s of processor time";
  if (WIFSIGNALED(status)) return "it dies of signal " + std::to_string(WTERMSIG(status));
  if (WEXITSTATUS(status) != 0) return "it dies with exit code " + std::to_string(WEXITSTATUS(status));
  return answer;
}

}  // namespace icesim::test
