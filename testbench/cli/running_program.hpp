// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "program.hpp"

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

  void send(int signal) const;
  bool runs() const;
  /// Waits for the end.
  Outcome wait();

 private:
  Directory directory_;
  pid_t process_ = 0;
};

}  // namespace icesim::cli
