// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace icesim {

/// One answer to: who may use a key that is loaded?
struct RingModelName {
  std::string_view letter;
  std::string_view name;
  std::string_view sentence;
};

inline constexpr std::size_t num_ring_models = 5;
inline constexpr std::array<RingModelName, num_ring_models> ring_models{
    {{"A", "global ring", "One ring that only the root of the initial namespace fills and empties, as for fscrypt's v1 policies; whoever may read a file finds its key"},
     {"B", "claims", "A ring of the file system to which each user adds claims, within a quota; a key is there until its last claim is removed (fscrypt v2)"},
     {"C", "namespaces", "A ring for each user namespace, filled and emptied by its root; a key is looked for in the process's own one, then in its parents"},
     {"D", "engine", "Nothing is asked: a key is in the engine or not, for whoever may read the file, and anybody loads and clears it"},
     {"E", "sessions", "A ring for each process and one for each session, as proposed in 2017; they go with the last process that has them"}}};

/// What a model says of a step; its errors are EACCES, EPERM, EBADF, EDQUOT and ENOKEY.
struct RingAnswer {
  enum class Error : std::uint8_t { none, access, permission, not_open, quota, no_key };
  Error error = Error::none;
  bool other_users = false;  ///< removed a claim, and others are left
  bool files_busy = false;   ///< removed the key, and files that are open still have it

  bool operator==(const RingAnswer& other) const {
    return error == other.error && other_users == other.other_users && files_busy == other.files_busy;
  }
};

/// What a process is told of a key that it asks for.
struct RingKeyStatus {
  enum class State : std::uint8_t { absent, present, incompletely_removed };
  State state = State::absent;
  bool added_by_self = false;    ///< of model B
  std::uint64_t user_count = 0;  ///< claims, of model B

  bool operator==(const RingKeyStatus& other) const {
    return state == other.state && added_by_self == other.added_by_self && user_count == other.user_count;
  }
};

}  // namespace icesim
