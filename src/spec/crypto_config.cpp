// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/crypto_config.hpp"

namespace icesim {

void CryptoConfig::wipe() {
  volatile std::uint32_t* word = words.data();
  for (std::size_t i = 0; i < word_count; ++i) word[i] = 0;
}

}  // namespace icesim
