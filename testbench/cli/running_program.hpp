// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "program.hpp"

#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace icesim::cli {

/// The icesim program while it runs; killed at the end of the object's life when it still does.
class RunningProgram {
 public:
  explicit RunningProgram(const std::vector<std::string>& arguments, mode_t umask = 022);
  ~RunningProgram();
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  pid_t process() const { return process_; }
  void send(int signal) const;
  bool runs() const;
  /// What a file of /proc says about it.
  std::string proc(const std::string& name) const;
  /// Waits for the end.
  Outcome wait();

 private:
  Directory directory_;
  pid_t process_ = 0;
};

/// Waits until something holds, for half a minute at most; whether it does.
bool wait_until(const std::function<bool()>& holds);

}  // namespace icesim::cli
