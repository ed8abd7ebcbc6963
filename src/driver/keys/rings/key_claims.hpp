// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/rings/ring_scenario.hpp"

#include <map>
#include <set>

namespace icesim {

/// Who claims which key, and what that takes of each user's quota: a key, 64 bytes whatever its length, and its
/// description "IDENTIFIER.uid.UID" with its end, where the identifier has 32 digits [linux-key-quota].
class KeyClaims {
 public:
  KeyClaims(std::size_t keys, const RingScenario::Quota& quota) : users_(keys), quota_(quota) {}

  /// False: the quota is used up. A user has one claim at most.
  bool add(std::size_t key, std::uint32_t uid) {
    if (has(key, uid)) return true;
    Charge& charge = charges_[uid];
    if (charge.keys + 1 > (uid == 0 ? quota_.root_maxkeys : quota_.maxkeys)) return false;
    if (charge.bytes + bytes_of(uid) > (uid == 0 ? quota_.root_maxbytes : quota_.maxbytes)) return false;
    ++charge.keys;
    charge.bytes += bytes_of(uid);
    users_[key].insert(uid);
    return true;
  }
  /// False: the user has none.
  bool remove(std::size_t key, std::uint32_t uid) {
    if (users_[key].erase(uid) == 0) return false;
    --charges_[uid].keys;
    charges_[uid].bytes -= bytes_of(uid);
    return true;
  }
  void clear(std::size_t key) {
    while (!users_[key].empty()) remove(key, *users_[key].begin());
  }
  bool has(std::size_t key, std::uint32_t uid) const { return users_[key].count(uid) > 0; }
  std::size_t count(std::size_t key) const { return users_[key].size(); }

 private:
  struct Charge {
    std::uint64_t keys = 0;
    std::uint64_t bytes = 0;
  };
  static std::uint64_t bytes_of(std::uint32_t uid) { return 32 + 5 + std::to_string(uid).size() + 1 + 64; }

  std::vector<std::set<std::uint32_t>> users_;
  std::map<std::uint32_t, Charge> charges_;
  RingScenario::Quota quota_;
};

}  // namespace icesim
