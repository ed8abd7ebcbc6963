// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/path/key_path_config.hpp"

#include "icesim/base/error.hpp"

#include <string>

namespace icesim {

void KeyPathConfig::check() const {
  if (!calls_secure_world() || call.is_sound()) return;
  throw UserError("crypto.call.longest: " + std::to_string(call.longest.n) +
                  "ps is less than crypto.call.time=" + std::to_string(call.time.n) + "ps");
}

}  // namespace icesim
