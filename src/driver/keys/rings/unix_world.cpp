// SPDX-License-Identifier: Apache-2.0
#include "unix_world.hpp"

#include <algorithm>

namespace icesim {

std::vector<std::uint32_t> UnixWorld::modes_of(const RingScenario& scenario) {
  std::vector<std::uint32_t> modes;
  for (const RingScenario::File& file : scenario.files) modes.push_back(file.mode);
  return modes;
}

bool UnixWorld::is_capable(std::size_t process, std::size_t space) const {
  for (std::size_t at = space;; at = s_.namespaces[at].parent) {
    if (at == space_of(process)) return is_root(process);
    if (at == 0) return false;
    const RingScenario::Namespace& n = s_.namespaces[at];
    if (n.parent == space_of(process) && n.owner == processes_[process].user) return true;
  }
}

bool UnixWorld::has_group(std::size_t process, std::uint32_t gid) const {
  const RingScenario::User& user = s_.users[processes_[process].user];
  return user.gid == gid || std::find(user.groups.begin(), user.groups.end(), gid) != user.groups.end();
}

bool UnixWorld::is_root_over(std::size_t process, std::uint32_t uid) const {
  const auto& users = s_.namespaces[space_of(process)].users;
  const auto maps = [&](std::size_t user) { return s_.users[user].uid == uid; };
  return is_root(process) && (space_of(process) == 0 || std::any_of(users.begin(), users.end(), maps));
}

bool UnixWorld::maps_group(std::size_t process, std::uint32_t gid) const {
  const auto& users = s_.namespaces[space_of(process)].users;
  const auto maps = [&](std::size_t user) { return s_.users[user].gid == gid; };
  return space_of(process) == 0 || std::any_of(users.begin(), users.end(), maps);
}

bool UnixWorld::may_read(std::size_t process, std::size_t file) const {
  const RingScenario::File& f = s_.files[file];
  // Only one of the three counts: an owner without the bit is not helped by that of the others.
  const std::uint32_t bit = uid_of(process) == f.uid ? 0400 : has_group(process, f.gid) ? 0040 : 0004;
  return (modes_[file] & bit) != 0 || (is_root_over(process, f.uid) && maps_group(process, f.gid));
}

bool UnixWorld::may_change_mode(std::size_t process, std::size_t file) const {
  const RingScenario::File& f = s_.files[file];
  return uid_of(process) == f.uid || is_root_over(process, f.uid);
}

}  // namespace icesim
