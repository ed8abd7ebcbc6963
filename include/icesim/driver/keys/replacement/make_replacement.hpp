// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/keys_config.hpp"
#include "icesim/driver/keys/replacement/replacement.hpp"

#include <memory>

namespace icesim {

/// The replacement that a configuration names, for so many keyslots.
std::unique_ptr<Replacement> make_replacement(const KeysConfig& config, std::uint32_t num_keyslots, std::uint64_t seed);

}  // namespace icesim
