// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/path/key_path.hpp"

namespace icesim {

KeyWork KeyPath::program(Keyslot keyslot, const CryptoConfig& entry, Picoseconds at) {
  ++statistics_.programs;
  programming_ = true;
  return counted(begin_program(keyslot, entry, at));
}

KeyWork KeyPath::evict(Keyslot keyslot, Picoseconds at) {
  ++statistics_.evictions;
  programming_ = false;
  return counted(begin_evict(keyslot, at));
}

Picoseconds KeyPath::write_word(Keyslot keyslot, std::size_t word, std::uint32_t value, Picoseconds at) {
  at += costs_.mmio_write;
  host_.write_register(crypto_config_offset(layout_, keyslot) + static_cast<std::uint32_t>(4 * word), value, at);
  ++statistics_.register_writes;
  return at;
}

Picoseconds KeyPath::write_entry(Keyslot keyslot, const CryptoConfig& entry, Picoseconds at) {
  for (std::size_t i = 0; i < program_writes; ++i) {
    const CryptoConfigWrite write = program_write(entry, i);
    at = write_word(keyslot, write.offset / 4, write.value, at);
  }
  return at;
}

}  // namespace icesim
