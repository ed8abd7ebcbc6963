// SPDX-License-Identifier: Apache-2.0
#include "fork_map.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/leftover.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <map>
#include <sys/wait.h>
#include <type_traits>
#include <unistd.h>

namespace icesim::app {
namespace {

enum class Outcome : std::uint32_t { nothing, point, user_error, bug };

/// What a child sends before it ends: small enough for a pipe's buffer, so that it never waits for its parent.
struct Message {
  Outcome outcome = Outcome::nothing;
  PointBytes point{};
  char text[1024] = {};
};
static_assert(std::is_trivially_copyable_v<Message> && sizeof(Message) < 4096);

void set_text(Message& message, Outcome outcome, const char* text) {
  message.outcome = outcome;
  std::snprintf(message.text, sizeof message.text, "%s", text);
}

using Simulate = std::function<void(std::size_t, PointBytes&)>;

[[noreturn]] void be_child(pid_t parent, int pipe, std::size_t index, const Simulate& simulate) {
  be_child_of(parent);
  Message message;
  try {
    simulate(index, message.point);
    message.outcome = Outcome::point;
  } catch (const UserError& error) {
    set_text(message, Outcome::user_error, error.what());
  } catch (const std::exception& error) {
    set_text(message, Outcome::bug, error.what());
  }
  const bool sent = ::write(pipe, &message, sizeof message) == static_cast<ssize_t>(sizeof message);
  // No destructors: the parent's buffers and temporary files are the parent's.
  ::_exit(sent ? 0 : 1);
}

Message read_message(int pipe) {
  Message message;
  ssize_t count = 0;
  do {
    count = ::read(pipe, &message, sizeof message);
  } while (count < 0 && errno == EINTR);
  if (count != static_cast<ssize_t>(sizeof message)) set_text(message, Outcome::bug, "a simulation ended early");
  return message;
}

/// The processes that are running; those left at the end, after an error, are stopped.
class Children {
 public:
  Children() = default;
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;
  ~Children() {
    for (const auto& [process, child] : running_) {
      ::close(child.pipe);
      ::kill(process, SIGKILL);
      ::waitpid(process, nullptr, 0);
    }
  }

  std::size_t count() const { return running_.size(); }
  void start(std::size_t index, const Simulate& simulate) {
    int ends[2];
    if (::pipe(ends) != 0) throw UserError(std::string("cannot start a process: ") + std::strerror(errno));
    std::fflush(nullptr);
    const pid_t self = ::getpid();
    const SignalPause pause;
    const pid_t process = ::fork();
    if (process == 0) be_child(self, ends[1], index, simulate);
    ::close(ends[1]);
    if (process < 0) {
      ::close(ends[0]);
      throw UserError(std::string("cannot start a process: ") + std::strerror(errno));
    }
    running_[process] = {index, ends[0], Leftover::child(process)};
  }
  /// Waits for one child; returns its index and what it said.
  std::pair<std::size_t, Message> wait() {
    while (true) {
      const pid_t process = ::waitpid(-1, nullptr, 0);
      const auto found = running_.find(process);
      if (found == running_.end()) {
        ensure(errno == EINTR || process > 0, "a running child can be waited for");
        continue;
      }
      const Child child = std::move(found->second);
      running_.erase(found);
      const Message message = read_message(child.pipe);
      ::close(child.pipe);
      return {child.index, message};
    }
  }

 private:
  struct Child {
    std::size_t index;
    int pipe;
    Leftover leftover;  ///< a signal that ends this process ends the child
  };
  std::map<pid_t, Child> running_;
};

}  // namespace

std::vector<PointBytes> fork_points(std::size_t count, std::uint64_t jobs, const Simulate& simulate,
                                    const std::function<std::string(std::size_t)>& what) {
  std::vector<PointBytes> points(count);
  Children children;
  std::size_t next = 0;
  while (next < count || children.count() > 0) {
    if (next < count && children.count() < std::max<std::uint64_t>(jobs, 1)) {
      children.start(next, simulate);
      ++next;
      continue;
    }
    const auto [index, message] = children.wait();
    const std::string text = message.text;
    if (message.outcome == Outcome::user_error) throw UserError(text);
    if (message.outcome != Outcome::point) throw Bug(what(index) + ": " + text);
    points[index] = message.point;
  }
  return points;
}

}  // namespace icesim::app
