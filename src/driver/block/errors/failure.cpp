// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/errors/failure.hpp"

#include <string>

namespace icesim {
namespace {

struct Name {
  Ocs ocs;
  std::string_view leaf;
};
constexpr std::array<Name, 11> names{{{Ocs::invalid_command_table, "ocs_invalid_command_table"},
                                      {Ocs::invalid_prdt, "ocs_invalid_prdt"},
                                      {Ocs::mismatch_data_buffer_size, "ocs_mismatch_data_buffer_size"},
                                      {Ocs::mismatch_response_size, "ocs_mismatch_response_size"},
                                      {Ocs::peer_communication_failure, "ocs_peer_communication_failure"},
                                      {Ocs::aborted, "ocs_aborted"},
                                      {Ocs::fatal_error, "ocs_fatal_error"},
                                      {Ocs::device_fatal_error, "ocs_device_fatal_error"},
                                      {Ocs::invalid_crypto_configuration, "ocs_invalid_crypto_configuration"},
                                      {Ocs::general_crypto_error, "ocs_general_crypto_error"},
                                      {Ocs::invalid, "ocs_invalid"}}};

bool has_name(std::size_t ocs) {
  for (const Name& name : names) {
    if (static_cast<std::size_t>(name.ocs) == ocs) return true;
  }
  return false;
}

}  // namespace

void FailureStatistics::add(Failure failure, std::uint64_t number) {
  if (first == 0) first = number;
  if (failure.key_program) {
    ++key_program;
    return;
  }
  if (failure.given_up) {
    ++given_up;
    return;
  }
  if (failure.timed_out) {
    ++timed_out;
    return;
  }
  if (failure.ocs != Ocs::success) {
    ++by_ocs.at(static_cast<std::size_t>(failure.ocs) % by_ocs.size());
    return;
  }
  switch (failure.status) {
    case scsi::Status::check_condition: ++check_condition; break;
    case scsi::Status::busy: ++busy; break;
    case scsi::Status::task_set_full: ++task_set_full; break;
    default: ++other_status; break;
  }
}

void FailureStatistics::describe(Statistics& s) const {
  for (const Name& name : names)
    s(name.leaf, by_ocs.at(static_cast<std::size_t>(name.ocs)),
      "Requests that failed with OCS " + std::string(spelling(name.ocs)));
  std::uint64_t reserved = 0;
  for (std::size_t ocs = 1; ocs < by_ocs.size(); ++ocs) reserved += has_name(ocs) ? 0 : by_ocs.at(ocs);
  s("ocs_reserved", reserved, "Requests that failed with an OCS that the specification does not define");
  s("status_check_condition", check_condition, "Requests that failed with SCSI status CHECK CONDITION");
  s("status_busy", busy, "Requests that failed with SCSI status BUSY");
  s("status_task_set_full", task_set_full, "Requests that failed with SCSI status TASK SET FULL");
  s("status_other", other_status, "Requests that failed with another SCSI status");
  s("key_program", key_program, "Requests that failed because their key could not be put in a keyslot");
  if (times_out) s("timed_out", timed_out, "Requests that failed because their commands did not end in time");
  if (times_out) s("given_up", given_up, "Requests that failed because the device had been given up");
  s("first", first, "Number of the first request that failed, as in --requests; 0: none failed");
}

}  // namespace icesim
