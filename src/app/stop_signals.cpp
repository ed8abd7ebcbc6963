// SPDX-License-Identifier: Apache-2.0
#include "stop_signals.hpp"

#include "icesim/base/error.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>

namespace icesim::app {
namespace {

constexpr std::array<int, 3> signals{SIGHUP, SIGINT, SIGTERM};

// A signal is sent to the process: so are its handler and what it knows.
std::atomic<int> came{0};
std::atomic<int> told{-1};
std::array<struct sigaction, signals.size()> before{};

void handle(int signal) {
  const int error = errno;
  int none = 0;
  if (came.compare_exchange_strong(none, signal)) {
    const std::uint64_t one = 1;
    if (::write(told, &one, sizeof one) < 0) ::_exit(128 + signal);
  } else {
    for (std::size_t i = 0; i < signals.size(); ++i) {
      if (signals[i] == signal) ::sigaction(signal, &before[i], nullptr);
    }
    ::raise(signal);  // comes when this handler has returned
  }
  errno = error;
}

}  // namespace

StopSignals::StopSignals() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (fd_ < 0) throw UserError("no file descriptor is left");
  came = 0;
  told = fd_;
  struct sigaction action {};
  action.sa_handler = handle;
  for (std::size_t i = 0; i < signals.size(); ++i) {
    ::sigaction(signals[i], nullptr, &before[i]);
    if (before[i].sa_handler != SIG_IGN) ::sigaction(signals[i], &action, nullptr);
  }
}

StopSignals::~StopSignals() {
  for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &before[i], nullptr);
  told = -1;
  ::close(fd_);
}

int StopSignals::signal() const { return came; }

const char* StopSignals::name(int signal) {
  return signal == SIGHUP ? "SIGHUP" : signal == SIGINT ? "SIGINT" : "SIGTERM";
}

void end_by_signal(int signal) {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  ::sigaction(signal, &action, nullptr);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
  ::raise(signal);
  ::_exit(128 + signal);
}

}  // namespace icesim::app
