// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/errors/scsi_device.hpp"

#include "icesim/base/seldom.hpp"

namespace icesim {

Disposition disposition_of(Failure failure, bool readahead) {
  if (failure.key_program || failure.given_up || !failure) return Disposition::fails;
  if (failure.timed_out) return readahead ? Disposition::fails : Disposition::retries;
  if (failure.ocs == Ocs::aborted || failure.ocs == Ocs::invalid) return Disposition::requeues;
  if (failure.ocs != Ocs::success) return readahead ? Disposition::fails : Disposition::retries;
  switch (failure.status) {
    case scsi::Status::busy:
    case scsi::Status::task_set_full: return Disposition::requeues;
    case scsi::Status::check_condition: return failure.unit_attention ? Disposition::retries : Disposition::fails;
    default: return Disposition::retries;
  }
}

/// Linux: scsi_dev_queue_ready.
bool ScsiDevice::takes() {
  if (seldom(stopped_)) return false;
  if (blocked_ == 0 || (busy_ == 0 && --blocked_ == 0)) {
    ++busy_;
    refused_ = false;
    return true;
  }
  ++statistics_.refusals;
  waits_ = refused_ = true;
  return false;
}

void ScsiDevice::issued(std::uint32_t number, Picoseconds now) {
  Attempt& attempt = attempts_[number];
  if (!attempt.out) attempt.since = now;
  attempt.out = true;
}

/// Linux: scsi_complete, scsi_queue_insert.
bool ScsiDevice::puts_back(std::uint32_t number, Failure failure, Picoseconds now, bool readahead) {
  Attempt& attempt = attempts_[number];
  const Disposition disposition = disposition_of(failure, readahead);
  if (disposition == Disposition::fails) return false;
  const bool too_often = disposition == Disposition::retries && attempt.retries >= retries_;
  if (too_often || now - attempt.since > timeout_ * (retries_ + 1)) {
    ++statistics_.exhausted;
    return false;
  }
  if (disposition == Disposition::retries) ++attempt.retries;
  ++(disposition == Disposition::retries ? statistics_.retries : statistics_.requeues);
  attempt.put_back = true;
  --busy_;
  blocked_ = blocks;
  return true;
}

/// Linux: scsi_finish_command, scsi_run_queue_async.
bool ScsiDevice::ended(std::uint32_t number) {
  attempts_[number] = {};
  --busy_;
  blocked_ = 0;
  const bool waits = waits_;
  waits_ = false;
  return waits;
}

}  // namespace icesim
