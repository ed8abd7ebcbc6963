// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/ice/keyslot_file.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace icesim::twin {

/// The x-CRYPTOCFG array as registers: 32 words a keyslot, of which the first 18 are kept, a counter of what was
/// programmed, and the logic that says from the words alone whether a keyslot may be used.
class KeyslotTwin {
 public:
  struct Key {
    bool usable = false;
    std::uint64_t generation = 0;
    Bytes data_unit{};
    bool operator==(const Key& other) const {
      return usable == other.usable && (!usable || (generation == other.generation && data_unit == other.data_unit));
    }
  };

  explicit KeyslotTwin(const KeyslotFileConfig& config) : config_(config), entries_(config.num_keyslots) {}

  /// Byte offset of the array among the registers, and whether a register lies in it.
  std::uint32_t base() const { return static_cast<std::uint32_t>(config_.config_pointer) * 0x100; }
  bool holds(std::uint32_t offset) const { return offset >= base() && offset < base() + entries_.size() * entry_bytes; }

  void write(std::uint32_t offset, std::uint32_t value) {
    Entry& entry = entries_[(offset - base()) / entry_bytes];
    const std::size_t word = (offset - base()) % entry_bytes / 4;
    if (word >= entry.words.size()) return;
    entry.words[word] = value;
    if (word == config_word) {
      entry.generation += value >> 31;
    }
  }
  std::uint32_t read(std::uint32_t offset) const {
    const Entry& entry = entries_[(offset - base()) / entry_bytes];
    const std::size_t word = (offset - base()) % entry_bytes / 4;
    const bool hidden = word < config_word && !config_.readable_keys;
    return hidden || word >= entry.words.size() ? 0 : entry.words[word];
  }
  /// HCE was cleared.
  void disable() {
    if (!config_.wipe_on.hce_clear) return;
    for (Entry& entry : entries_) entry.words.fill(0);
  }

  Key look_up(Keyslot keyslot) const {
    if (keyslot.n >= entries_.size()) return {};
    const Entry& entry = entries_[keyslot.n];
    const std::uint32_t word = entry.words[config_word];
    const std::uint32_t unit = word & 0xff;
    const std::uint32_t capabilities = (config_.aes_xts_256 ? 1u : 0u) + (config_.aes_xts_128 ? 1u : 0u);
    const bool one_size = unit != 0 && (unit & (unit - 1)) == 0;
    const bool supported = (word >> 8 & 0xff) < capabilities && (config_.data_units & unit) != 0;
    if (word >> 31 == 0 || !one_size || !supported) return {};
    return {true, entry.generation, Bytes{std::uint64_t{unit} * 512}};
  }

 private:
  static constexpr std::size_t config_word = 16;
  static constexpr std::uint32_t entry_bytes = 128;
  struct Entry {
    std::array<std::uint32_t, 18> words{};
    std::uint64_t generation = 0;
  };
  KeyslotFileConfig config_;
  std::vector<Entry> entries_;
};

}  // namespace icesim::twin
