// SPDX-License-Identifier: Apache-2.0
#include "models/device/ufs_device.hpp"

#include <algorithm>

namespace icesim {

std::string UfsDevice::waiting() const {
  std::string text;
  for (const Command& command : pool_) {
    if (command.state == State::free) continue;
    text += (text.empty() ? "tag " : ", tag ") + std::to_string(command.request.tag.n);
    switch (command.state) {
      case State::free:
        break;
      case State::firmware:
        text += " waits for the firmware";
        break;
      case State::reading:
        text += " waits for " + std::to_string(command.media_pending) + " blocks of flash";
        break;
      case State::writing: {
        const bool asks =
            std::any_of(rtts_.begin(), rtts_.end(), [&](const Rtt& rtt) { return &pool_[rtt.command] == &command; });
        text += asks                      ? " waits for DATA OUT"
                : command.waited_for_room ? " waits for room in the write buffer"
                                          : " waits for an RTT";
        break;
      }
      case State::flushing:
        text += " waits for a flush";
        break;
      case State::unmapping:
        text += " waits for the firmware to unmap";
        break;
      case State::responding:
        text += " is being answered";
        break;
      case State::draining:
        text += " is over, but the flash works on it";
        break;
    }
  }
  if (!announced_.empty())
    text += (text.empty() ? "" : ", ") + std::to_string(announced_.size()) + " commands on their way";
  return text.empty() ? "no command" : text;
}

}  // namespace icesim
