// SPDX-License-Identifier: Apache-2.0
#include "models/controller/ufs_host_controller.hpp"

#include <algorithm>

namespace icesim {

std::string UfsHostController::waiting() const {
  std::string text;
  for (std::size_t tag = 0; tag < commands_.size(); ++tag) {
    const Command& command = commands_[tag];
    const bool pending = std::find(pending_.begin(), pending_.end(), tag) != pending_.end();
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
