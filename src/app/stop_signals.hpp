// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace icesim::app {

/// While it lives, the first SIGHUP, SIGINT or SIGTERM is a wish that can be heard, and not the end; the second does
/// what signals did before. One that was ignored stays so. One at a time per process.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// A descriptor that can be read once a signal came.
  int fd() const { return fd_; }
  /// Which one came; 0: none.
  int signal() const;
  static const char* name(int signal);

 private:
  int fd_;
};

/// Ends the program as the signal does, so that a shell sees what it was.
[[noreturn]] void end_by_signal(int signal);

}  // namespace icesim::app
