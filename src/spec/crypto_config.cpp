// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/crypto_config.hpp"

#include "icesim/spec/bytes.hpp"

namespace icesim {

void CryptoConfig::wipe() { wipe_bytes(words.data(), sizeof words); }

}  // namespace icesim
