// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/path/key_path.hpp"

#include <memory>

namespace icesim {

/// The path that `config` names. `seed` is that of the distributions.
std::unique_ptr<KeyPath> make_key_path(const KeyPathConfig& config, const HostCosts& costs, HostPort& host,
                                       std::uint64_t seed);

}  // namespace icesim
