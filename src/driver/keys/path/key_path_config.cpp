// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/path/key_path_config.hpp"

namespace icesim {

void KeyPathConfig::check() const {
  if (calls_secure_world()) call.check("crypto.call");
}

}  // namespace icesim
