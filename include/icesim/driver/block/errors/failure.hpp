// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/spec/scsi.hpp"
#include "icesim/spec/utrd.hpp"

#include <array>
#include <cstdint>

namespace icesim {

/// How a command ended that did not end well; as constructed it did.
struct Failure {
  Ocs ocs = Ocs::success;
  scsi::Status status = scsi::Status::good;  ///< where the OCS is success
  bool unit_attention = false;               ///< with CHECK CONDITION: the device tells that it was reset
  bool key_program = false;                  ///< its key could not be put in a keyslot: no command was sent
  bool timed_out = false;                    ///< it did not end in time, and was given up
  bool given_up = false;                     ///< the device was, before: no command was sent

  explicit operator bool() const {
    return ocs != Ocs::success || status != scsi::Status::good || key_program || timed_out || given_up;
  }
};

/// Requests that failed, each by the first of its commands that did.
struct FailureStatistics {
  std::array<std::uint64_t, 16> by_ocs{};
  std::uint64_t check_condition = 0;
  std::uint64_t busy = 0;
  std::uint64_t task_set_full = 0;
  std::uint64_t other_status = 0;
  std::uint64_t key_program = 0;
  std::uint64_t timed_out = 0;
  std::uint64_t given_up = 0;
  bool times_out = false;  ///< commands may
  std::uint64_t first = 0;

  /// Counts request number `number`.
  void add(Failure failure, std::uint64_t number);
  /// Statistics ocs_*, status_*, key_program, timed_out and given_up, and the number of the first.
  void describe(Statistics& s) const;
};

}  // namespace icesim
