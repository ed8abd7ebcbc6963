// SPDX-License-Identifier: Apache-2.0
#include "register_map.hpp"

#include "icesim/spec/mcq.hpp"
#include "models/system/system_config.hpp"

#include <algorithm>
#include <cctype>

namespace icesim::app {

std::string identifier(std::string_view name) {
  if (name == "64AS") return "AS64";
  std::string text;
  for (const char c : name) text += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return text;
}

std::vector<PlacedArray> placed_arrays() {
  const SystemConfig config;
  const CryptoCapabilities crypto{1, static_cast<std::uint32_t>(config.keyslots.num_keyslots),
                                  static_cast<std::uint32_t>(config.keyslots.config_pointer)};
  const QueueLayout queues;
  const auto placed = [](const RegisterArray& array, std::uint32_t offset, std::uint32_t count) {
    return PlacedArray{identifier(array.name), &array, offset, count};
  };
  return {placed(crypto_register_arrays[0], crypto_capability_offset(0), crypto.capabilities),
          placed(crypto_register_arrays[1], crypto.config_offset(), crypto.keyslots),
          placed(queue_register_arrays[0], queues.config(), QueueLayout::most_queues),
          placed(queue_register_arrays[1], queues.runtime, QueueLayout::most_queues)};
}

std::uint32_t register_map_bytes() {
  std::uint32_t end = 0;
  for (const Register& reg : ufshci_registers) end = std::max(end, reg.offset + 4);
  for (const PlacedArray& group : placed_arrays()) end = std::max(end, group.offset + group.count * group.array->stride);
  return end;
}

std::uint32_t repetitions(const PlacedArray& group, const Register& word) {
  const bool is_key = group.array == &crypto_register_arrays[1] && word.offset == 0;
  return is_key ? std::uint32_t{CryptoConfig::config_word} : 1;
}

std::vector<Field> fields_of(const Register& reg) {
  if (reg.field_count == 0) return {Field{"VALUE", 31, 0, reg.sentence}};
  return {reg.begin(), reg.end()};
}

}  // namespace icesim::app
