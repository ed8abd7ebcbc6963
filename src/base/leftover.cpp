// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/leftover.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace icesim {

struct Leftover::Entry {
  enum Kind { is_file, is_directory, is_child } kind = is_file;
  int directory = -1;
  std::string name;
  pid_t process = 0;
  Entry* next = nullptr;
  Entry* before = nullptr;

  /// Changes only while signals are held back: the handler always finds a whole list.
  static Entry* youngest;

  /// What a handler may call.
  void remove() const {
    if (kind == is_child) {
      ::kill(process, SIGKILL);
      while (::waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
      }
    } else {
      ::unlinkat(directory, name.c_str(), kind == is_directory ? AT_REMOVEDIR : 0);
    }
  }

  static void end_by_signal(int signal);
};

Leftover::Entry* Leftover::Entry::youngest = nullptr;

namespace {

struct Ending {
  int signal;
  std::string_view name;
};
constexpr std::array<Ending, 5> endings{
    {{SIGHUP, "SIGHUP"}, {SIGINT, "SIGINT"}, {SIGQUIT, "SIGQUIT"}, {SIGTERM, "SIGTERM"}, {SIGXCPU, "SIGXCPU"}}};

sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const Ending& each : endings) sigaddset(&set, each.signal);
  return set;
}

/// Of the run that a signal ends.
const char* sentence_on_signals = "the run is not finished and leaves no file behind";

/// Parts of a line on standard error, as a handler may write it.
void say(std::string_view text) {
  if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return;  // nobody is left to be told
}

void use_default(int signal) {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

void Leftover::Entry::end_by_signal(int signal) {
  // Behind what a bar of progress may have left in the line.
  if (::isatty(STDERR_FILENO) != 0) say("\r\033[K");
  say("icesim: interrupted by ");
  for (const Ending& each : endings) {
    if (each.signal == signal) say(each.name);
  }
  say("; ");
  say(sentence_on_signals);
  say("\n");
  for (const Entry* each = youngest; each != nullptr; each = each->next) each->remove();
  // The shell shall see what ended the program: 128 and the signal's number.
  use_default(signal);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
  ::raise(signal);
  ::_exit(128 + signal);
}

void say_on_signals(const char* sentence) { sentence_on_signals = sentence; }

Leftover::Leftover(Entry entry) : entry_(std::make_unique<Entry>(std::move(entry))) {
  const SignalPause pause;
  entry_->next = Entry::youngest;
  if (entry_->next != nullptr) entry_->next->before = entry_.get();
  Entry::youngest = entry_.get();
}

Leftover Leftover::file(int directory, std::string name) {
  Entry entry;
  entry.directory = directory;
  entry.name = std::move(name);
  return Leftover(std::move(entry));
}

Leftover Leftover::directory(std::string path) {
  Entry entry;
  entry.kind = Entry::is_directory;
  entry.directory = AT_FDCWD;
  entry.name = std::move(path);
  return Leftover(std::move(entry));
}

Leftover Leftover::child(pid_t process) {
  Entry entry;
  entry.kind = Entry::is_child;
  entry.process = process;
  return Leftover(std::move(entry));
}

Leftover::Leftover() = default;
Leftover::~Leftover() { forget(); }
Leftover::Leftover(Leftover&&) noexcept = default;

Leftover& Leftover::operator=(Leftover&& other) noexcept {
  if (this != &other) {
    forget();
    entry_ = std::move(other.entry_);
  }
  return *this;
}

void Leftover::forget() {
  if (!entry_) return;
  const SignalPause pause;
  (entry_->before == nullptr ? Entry::youngest : entry_->before->next) = entry_->next;
  if (entry_->next != nullptr) entry_->next->before = entry_->before;
  entry_.reset();
}

SignalPause::SignalPause() {
  const sigset_t set = ending_signals();
  ::sigprocmask(SIG_BLOCK, &set, &before_);
}

SignalPause::~SignalPause() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

void remove_leftovers_on_signals() {
  struct sigaction action {};
  action.sa_handler = Leftover::Entry::end_by_signal;
  action.sa_mask = ending_signals();
  for (const Ending& each : endings) {
    // Who started the program with a signal ignored, as nohup does, wants it so.
    struct sigaction before {};
    if (::sigaction(each.signal, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;
    ::sigaction(each.signal, &action, nullptr);
  }
  action.sa_handler = SIG_IGN;
  for (const int signal : {SIGPIPE, SIGXFSZ}) ::sigaction(signal, &action, nullptr);
}

void be_child_of(pid_t parent) {
  Leftover::Entry::youngest = nullptr;
  for (const Ending& each : endings) {
    struct sigaction now {};
    if (::sigaction(each.signal, nullptr, &now) == 0 && now.sa_handler == Leftover::Entry::end_by_signal)
      use_default(each.signal);
  }
  for (const int signal : {SIGPIPE, SIGXFSZ}) use_default(signal);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // It may have ended before this process asked to be told.
  if (::getppid() != parent) ::_exit(128 + SIGKILL);
  const sigset_t set = ending_signals();
  ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace icesim
