// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/block/request.hpp"

namespace icesim {

/// Told of commands that do not end, and of those that do.
class CommandWatch {
 public:
  virtual ~CommandWatch() = default;
  /// The command of a request has not ended in time: from now on it is the watch's, whatever becomes of it.
  virtual void timed_out(Request& request) = 0;
  /// A command has ended, or has been put back; only while that is asked for.
  virtual void command_ended() = 0;
};

}  // namespace icesim
