// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/rings/ring_scenario.hpp"

#include <array>
#include <optional>
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

/// What came of a step.
struct RingOutcome {
  std::array<RingAnswer, num_ring_models> answers;
  /// After a step of a key, or of a file with one: what its process is told of it.
  std::optional<std::array<RingKeyStatus, num_ring_models>> statuses;
  /// By process and file, file by file: a bit for each model under which the process gets the file's text, by opening it
  /// now or by a descriptor that it has open.
  std::vector<std::uint8_t> reads;
};

/// Plays the scenario under all models at once; one outcome for each of its steps.
///
/// All models ask Unix permissions first, as the path walk does: owner, group or others, then CAP_DAC_READ_SEARCH of the
/// root of a namespace that maps the file's user and group. They hold when a file is opened; a descriptor stays what it is.
///
/// *Spec.* B is fscrypt's ring of a file system for v2 policies [linux-fscrypt-ring], claims charged to the user's quota
/// [linux-key-quota], and A the same for v1 policies: CAP_SYS_ADMIN in the initial namespace adds and removes. When a key is
/// removed, files that are open keep it (the key is *incompletely removed*), and may be opened again, until a later removal
/// finds them closed. C is the design of an article of 2017 made definite by us: rings like A's, one for each namespace; the
/// nearest ring that has the key serves, and removing for all users empties the rings below as well. D knows keys only: what
/// is cleared is gone, for open files too. E is the model of 2017's proposals: what a process has opened stays readable to it.
///
/// *Not modelled.* Directories and their search permission, pages that a process has mapped or the kernel caches when a key
/// goes, memory pressure (which evicts a closed file's key early), the grace period of RCU after which a quota is given back,
/// policies being set, v1 keys in session rings of Linux, whose inode, once opened by one process, serves all others.
std::vector<RingOutcome> replay_rings(const RingScenario& scenario);

}  // namespace icesim
