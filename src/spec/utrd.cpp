// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/utrd.hpp"

namespace icesim {

std::string_view spelling(Ocs ocs) {
  switch (ocs) {
    case Ocs::success:
      return "success";
    case Ocs::invalid_command_table:
      return "invalid command table attribute";
    case Ocs::invalid_prdt:
      return "invalid PRDT attribute";
    case Ocs::mismatch_data_buffer_size:
      return "mismatch data buffer size";
    case Ocs::mismatch_response_size:
      return "mismatch response UPIU size";
    case Ocs::peer_communication_failure:
      return "peer communication failure";
    case Ocs::aborted:
      return "aborted";
    case Ocs::fatal_error:
      return "fatal error";
    case Ocs::device_fatal_error:
      return "device fatal error";
    case Ocs::invalid_crypto_configuration:
      return "invalid crypto configuration";
    case Ocs::general_crypto_error:
      return "general crypto error";
    case Ocs::invalid:
      return "invalid";
  }
  return "unknown";
}

}  // namespace icesim
