// SPDX-License-Identifier: Apache-2.0
#include "models/controller/ufs_host_controller.hpp"

#include <algorithm>

namespace icesim {

std::string UfsHostController::waiting() const {
  std::string text;
  for (std::size_t tag = 0; tag < config_.tags; ++tag) {
    const Command& command = commands_[tag];
    const auto is_of_tag = [tag](const Pending& each) { return each.source == tag; };
    const bool pending = std::any_of(pending_.begin(), pending_.end(), is_of_tag);
    if (!command.active && !pending) continue;
    text += (text.empty() ? "tag " : ", tag ") + std::to_string(tag);
    if (pending) {
      text += " is to be fetched";
    } else if (command.finished) {
      text += " is about to end";
    } else if (command.sent) {
      text += " was sent (" + std::to_string(command.done.n) + " of " + std::to_string(command.expected.n) +
              " bytes moved)";
    } else {
      text += " is being fetched";
    }
  }
  for (const Pending& each : pending_) {
    if (each.of_queue())
      text += (text.empty() ? "an entry of queue " : ", an entry of queue ") + std::to_string(each.queue()) +
              " is to be fetched";
  }
  for (std::size_t number = 0; number < tasks_.entries.size(); ++number) {
    if (tasks_.entries[number].active)
      text += (text.empty() ? "task " : ", task ") + std::to_string(number) + " is outstanding";
  }
  return text.empty() ? "no tag" : text;
}

Bytes UfsHostController::memory_traffic() const {
  return descriptor_reads_.bytes() + task_reads_.bytes() + data_reads_.bytes() + writes_.bytes() + error_writes_.bytes();
}

}  // namespace icesim
