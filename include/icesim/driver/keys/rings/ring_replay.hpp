// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/rings/ring_answer.hpp"
#include "icesim/driver/keys/rings/ring_scenario.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace icesim {

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
