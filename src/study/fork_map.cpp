// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/fork_map.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/leftover.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <list>
#include <poll.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace icesim {
namespace {

/// What ends a child's message; without one it ended early.
constexpr char answer = 'a', user_error = 'u', bug = 'b';

bool send(int pipe, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(pipe, text.data(), text.size());
    if (count < 0 && errno != EINTR) return false;
    if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

[[noreturn]] void be_child(pid_t parent, int pipe, std::size_t index, const ForkMap::Work& work) {
  be_child_of(parent);
  std::string message;
  try {
    message = work(index);
    message += answer;
  } catch (const UserError& error) {
    message = std::string(error.what()) + user_error;
  } catch (const std::exception& error) {
    message = std::string(error.what()) + bug;
  }
  // No destructors: the parent's buffers and temporary files are the parent's.
  ::_exit(send(pipe, message) ? 0 : 1);
}

/// The processes that are running; those left at the end, after an error, are stopped.
class Children {
 public:
  Children() = default;
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;
  ~Children() {
    for (const Child& child : running_) {
      ::close(child.pipe);
      ::kill(child.process, SIGKILL);
      ::waitpid(child.process, nullptr, 0);
    }
  }

  std::size_t count() const { return running_.size(); }
  void start(std::size_t index, const ForkMap::Work& work) {
    int ends[2];
    if (::pipe(ends) != 0) throw UserError(std::string("cannot start a process: ") + std::strerror(errno));
    std::fflush(nullptr);
    const pid_t self = ::getpid();
    const SignalPause pause;
    const pid_t process = ::fork();
    if (process == 0) {
      ::close(ends[0]);
      be_child(self, ends[1], index, work);
    }
    ::close(ends[1]);
    if (process < 0) {
      ::close(ends[0]);
      throw UserError(std::string("cannot start a process: ") + std::strerror(errno));
    }
    running_.push_back({process, index, ends[0], {}, Leftover::child(process)});
  }
  /// Reads what all of them say until one has said it all; returns its index and its message.
  std::pair<std::size_t, std::string> wait() {
    while (true) {
      std::vector<pollfd> pipes;
      for (const Child& child : running_) pipes.push_back({child.pipe, POLLIN, 0});
      if (::poll(pipes.data(), pipes.size(), -1) < 0) {
        ensure(errno == EINTR, "pipes can be waited for");
        continue;
      }
      auto child = running_.begin();
      for (const pollfd& each : pipes) {
        const auto next = std::next(child);
        if (each.revents != 0 && !read(*child)) {
          auto result = std::pair(child->index, std::move(child->said));
          ::close(child->pipe);
          while (::waitpid(child->process, nullptr, 0) < 0 && errno == EINTR) {
          }
          running_.erase(child);
          return result;
        }
        child = next;
      }
    }
  }

 private:
  struct Child {
    pid_t process;
    std::size_t index;
    int pipe;
    std::string said;
    Leftover leftover;  ///< a signal that ends this process ends the child
  };

  /// False at the end of what it says.
  static bool read(Child& child) {
    char buffer[65536];
    const ssize_t count = ::read(child.pipe, buffer, sizeof buffer);
    if (count < 0) return errno == EINTR;
    child.said.append(buffer, static_cast<std::size_t>(count));
    return count > 0;
  }

  std::list<Child> running_;
};

}  // namespace

void ForkMap::run(std::size_t count, const Work& work, const Name& name, const Heard& heard) const {
  Children children;
  std::size_t next = 0;
  while (next < count || children.count() > 0) {
    if (next < count && children.count() < std::max<std::uint64_t>(jobs_, 1)) {
      children.start(next, work);
      ++next;
      continue;
    }
    auto [index, message] = children.wait();
    const char outcome = message.empty() ? '\0' : message.back();
    if (!message.empty()) message.pop_back();
    if (outcome != answer && outcome != user_error)
      throw Bug(name(index) + ": " + (outcome == bug ? message : "a simulation ended early"));
    heard(index, {outcome == user_error, std::move(message)});
  }
}

}  // namespace icesim
