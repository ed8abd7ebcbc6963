// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/spec/upiu.hpp"

#include <cstdint>
#include <optional>

namespace icesim {

/// The abort of one command: what is done next (Linux: ufshcd_try_to_abort_task) [linux-error-handler]. The device is asked
/// whether it has the task. If it has, it aborts it, and the controller forgets the command. If it has not, the command may
/// be on its way back: it is looked whether it has ended, and after a pause the device is asked again, up to 100 times. Any
/// other answer, and none, is the end of the attempt.
class TaskAbort {
 public:
  enum class Next : std::uint8_t {
    query,  ///< ask the device whether it has the task; then answered()
    look,   ///< whether the command is under way; then looked()
    pause,  ///< for `pause`; then paused()
    abort,  ///< have the device abort the task; then answered()
    clear,  ///< have the controller forget the command, which is the end if it does
    ended,  ///< the command is nobody's any more
    fails   ///< the device or the controller must be reset
  };
  static constexpr std::uint32_t most_queries = 100;
  static constexpr Picoseconds pause{200'000'000};

  Next begin() {
    queries_ = 1;
    aborting_ = false;
    return Next::query;
  }
  /// Nothing: the device has not answered.
  Next answered(std::optional<TaskResponse> response) {
    if (aborting_) return response == TaskResponse::complete ? Next::clear : Next::fails;
    if (response == TaskResponse::complete) return Next::look;
    if (response != TaskResponse::succeeded) return Next::fails;
    aborting_ = true;
    return Next::abort;
  }
  static Next looked(bool under_way) { return under_way ? Next::pause : Next::ended; }
  Next paused() { return ++queries_ > most_queries ? Next::fails : Next::query; }

 private:
  std::uint32_t queries_ = 0;
  bool aborting_ = false;
};

}  // namespace icesim
