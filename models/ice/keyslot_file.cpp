// SPDX-License-Identifier: Apache-2.0
#include "models/ice/keyslot_file.hpp"

#include "icesim/base/error.hpp"

namespace icesim {

KeyslotFile::KeyslotFile(const KeyslotFileConfig& config)
    : wipe_on_(config.wipe_on), readable_keys_(config.readable_keys), entries_(config.num_keyslots) {
  ensure(config.num_keyslots >= 1 && config.num_keyslots <= 256, "KeyslotFile: num_keyslots 1..256");
  const auto units = static_cast<std::uint8_t>(config.data_units);
  if (config.aes_xts_256) capabilities_.push_back({CryptoAlgorithm::aes_xts, units, CryptoKeySize::bits_256});
  if (config.aes_xts_128) capabilities_.push_back({CryptoAlgorithm::aes_xts, units, CryptoKeySize::bits_128});
  layout_.capabilities = static_cast<std::uint32_t>(capabilities_.size());
  layout_.keyslots = static_cast<std::uint32_t>(config.num_keyslots);
  layout_.config_pointer = static_cast<std::uint32_t>(config.config_pointer);
}

KeyslotFile::~KeyslotFile() {
  for (Entry& entry : entries_) entry.config.wipe();
}

std::uint32_t KeyslotFile::capability(std::uint32_t index) const {
  return index < capabilities_.size() ? capabilities_[index].encode() : 0;
}

void KeyslotFile::write(std::uint32_t word, std::uint32_t value) {
  ensure(word < words(), "KeyslotFile: write inside the array");
  Entry& entry = entries_[word / CryptoConfig::word_count];
  const std::size_t index = word % CryptoConfig::word_count;
  ++statistics_.writes;
  if (index > CryptoConfig::config_word + 1) return;
  if (entry.users != 0) ++statistics_.hazards;
  if (index == CryptoConfig::config_word) {
    set_config(entry, value);
  } else {
    if (index < CryptoConfig::config_word && entry.config.config().enabled) ++statistics_.violations;
    entry.config.words[index] = value;
    entry.sequence = true;
  }
  ++entry.version;
}

void KeyslotFile::set_config(Entry& entry, std::uint32_t value) {
  const CryptoConfigWord word = CryptoConfigWord::decode(value);
  entry.config.words[CryptoConfig::config_word] = value;
  entry.data_unit = Bytes{0};
  entry.capability = word.capability_index;
  if (word.enabled) {
    ++entry.generation;
    ++statistics_.programs;
    const bool supported = word.capability_index < capabilities_.size() &&
                           (capabilities_[word.capability_index].data_units & word.data_unit) != 0;
    if (supported) entry.data_unit = data_unit_size(word.data_unit);
  } else if (entry.sequence) {
    ++statistics_.evictions;
    if (user_ != nullptr) user_->key_gone(Keyslot{static_cast<std::uint64_t>(&entry - entries_.data())});
  }
  entry.sequence = false;
}

void KeyslotFile::load(Keyslot keyslot, const CryptoConfig& entry, bool configure) {
  Entry& e = entries_.at(keyslot.n);
  ++statistics_.loads;
  if (e.users != 0) ++statistics_.hazards;
  std::uint32_t any = 0;
  for (std::size_t i = 0; i < CryptoConfig::config_word; ++i) any |= e.config.words[i] = entry.words[i];
  if (any == 0 && !configure && user_ != nullptr) user_->key_gone(keyslot);
  e.sequence = true;
  if (configure) set_config(e, entry.words[CryptoConfig::config_word]);
  ++e.version;
}

std::uint32_t KeyslotFile::read(std::uint32_t word) const {
  ensure(word < words(), "KeyslotFile: read inside the array");
  const std::size_t index = word % CryptoConfig::word_count;
  if (index < CryptoConfig::config_word && !readable_keys_) return 0;
  return entries_[word / CryptoConfig::word_count].config.words[index];
}

void KeyslotFile::wipe(WipeCause cause) {
  const bool wanted = cause == WipeCause::hce_clear        ? wipe_on_.hce_clear
                      : cause == WipeCause::hardware_reset ? wipe_on_.hardware_reset
                                                           : wipe_on_.power_collapse;
  if (!wanted) return;
  ++statistics_.wipes;
  for (Entry& entry : entries_) {
    if (entry.users != 0) ++statistics_.hazards;
    entry.config.wipe();
    entry.data_unit = Bytes{0};
    entry.capability = 0;
    entry.sequence = false;
    ++entry.version;
    if (user_ != nullptr) user_->key_gone(Keyslot{static_cast<std::uint64_t>(&entry - entries_.data())});
  }
}

void KeyslotFile::acquire(Keyslot keyslot) { ++entries_.at(keyslot.n).users; }

void KeyslotFile::release(Keyslot keyslot) {
  Entry& entry = entries_.at(keyslot.n);
  ensure(entry.users > 0, "KeyslotFile: a released keyslot was acquired");
  --entry.users;
}

}  // namespace icesim
