// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/key_tagging.hpp"

namespace icesim {

void KeyTagger::tag(IoRequest& request) {
  request.key = no_key;
  const std::uint64_t owner = mode_ == KeyMode::per_policy ? request.policy : request.inode;
  if (mode_ == KeyMode::none || request.inode == 0 || owner == 0) {
    request.flags &= static_cast<std::uint8_t>(~IoRequest::has_dun);
    request.dun = {};
    return;
  }
  request.key = ids_.try_emplace(owner, static_cast<KeyId>(ids_.size() + 1)).first->second;
  if ((request.flags & IoRequest::has_dun) == 0) return;
  const std::uint64_t index = request.dun.n & 0xffff'ffff;
  request.dun = Dun{mode_ == KeyMode::per_policy ? (request.inode << 32) | index : index};
}

}  // namespace icesim
