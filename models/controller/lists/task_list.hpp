// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/upiu.hpp"
#include "icesim/spec/utrd.hpp"

#include <array>
#include <cstdint>

namespace icesim {

/// A task management request under way in the controller.
struct TaskEntry {
  bool active = false;     ///< taken from the list, and not ended
  bool sent = false;       ///< its UPIU has been queued, and a response is waited for
  std::uint32_t life = 0;  ///< counts the requests of this number, so that the end of a cleared one is known as stale
  Picoseconds seen{};      ///< when its response is
  bool interrupt = false;
  Ocs ocs = Ocs::invalid;
  UpiuHeader request{};
  UpiuHeader response{};
};

/// The controller's half of the task management request list.
struct TaskList {
  static constexpr std::uint32_t size = 8;  ///< CAP.NUTMRS, the most that there may be

  std::array<TaskEntry, size> entries;
  std::uint32_t pending = 0;  ///< numbers whose doorbell was rung, a bit each
  bool fetching = false;
};

}  // namespace icesim
