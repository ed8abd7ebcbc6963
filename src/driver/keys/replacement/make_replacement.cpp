// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/replacement/make_replacement.hpp"

#include "icesim/base/error.hpp"
#include "src/driver/keys/replacement/pinned.hpp"
#include "src/driver/keys/replacement/policies.hpp"

namespace icesim {

std::unique_ptr<Replacement> make_replacement(const KeysConfig& config, std::uint32_t num_keyslots, std::uint64_t seed) {
  switch (config.replacement) {
    case ReplacementPolicy::linux_lru: return std::make_unique<LinuxReplacement>();
    case ReplacementPolicy::fifo: return std::make_unique<FifoReplacement>(num_keyslots);
    case ReplacementPolicy::random: return std::make_unique<RandomReplacement>(seed);
    case ReplacementPolicy::clock: return std::make_unique<ClockReplacement>(num_keyslots);
    case ReplacementPolicy::lfu: return std::make_unique<LfuReplacement>(num_keyslots);
    case ReplacementPolicy::pinned: return std::make_unique<PinnedReplacement>(num_keyslots, config.pinned);
  }
  throw_bug("a replacement is one of those that the parameter names");
}

}  // namespace icesim
