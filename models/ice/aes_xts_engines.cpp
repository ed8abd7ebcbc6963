// SPDX-License-Identifier: Apache-2.0
#include "models/ice/aes_xts_engines.hpp"

#include <algorithm>

namespace icesim {
namespace {

/// xts_aes: `stages` of `rounds` round stages in hardware with two registers each, its own tweak core, keys expanded by
/// software before they are loaded. Fewer than all stages form a ring behind a skid buffer.
AesXtsPipelineConfig unrolled(std::uint64_t rounds, std::uint64_t stages) {
  constexpr std::uint64_t registers = 2;
  const bool full = stages == rounds;
  AesXtsPipelineConfig c;
  c.cycles_per_block = Cycles{divide_up(rounds, stages)};
  c.ring_positions = full ? 1 : registers * stages;
  c.latency = Cycles{registers * rounds + (full ? 0 : 2) - 1};
  c.input_latency = Cycles{full ? 0u : 1u};
  c.tweak_latency = Cycles{registers * rounds + 4};
  c.key_load_cycles = Cycles{0};
  return c;
}

struct Core {
  std::uint64_t latency;
  std::uint64_t cycles_per_block;
  std::uint64_t key;  ///< expansion
  std::uint64_t decryption_key = 0;
  std::uint64_t decryption_block = 0;
};

/// A core without a mode of operation: one for data and another for tweaks, which expand their keys side by side.
AesXtsPipelineConfig pair_of(const Core& core) {
  AesXtsPipelineConfig c;
  c.cycles_per_block = Cycles{core.cycles_per_block};
  c.latency = Cycles{core.latency};
  c.tweak_latency = Cycles{core.latency};
  c.key_load_cycles = Cycles{core.key};
  c.decryption_key_cycles = Cycles{core.decryption_key};
  c.decryption_block_cycles = Cycles{core.decryption_block};
  return c;
}

/// xexaes256: three iterative cores for tweaks and data, which start anew with each data unit, key schedule included.
AesXtsPipelineConfig restarting() {
  AesXtsPipelineConfig c;
  c.cores = 3;
  c.cycles_per_block = Cycles{17};
  c.latency = Cycles{16};
  c.tweak_core = TweakCore::drained;
  c.tweak_latency = Cycles{24};
  c.decryption_tweak_cycles = Cycles{14};
  c.key_load_cycles = Cycles{0};
  return c;
}

}  // namespace

void AesXtsEngine::configure(AesXtsPipelineConfig& other) const {
  AesXtsPipelineConfig changed = config;
  changed.offset_tweak_cycles = other.offset_tweak_cycles;
  changed.expanded_key_cache = other.expanded_key_cache;
  changed.engines = other.engines;
  changed.allocator = other.allocator;
  changed.bypass_latency = other.bypass_latency;
  other = changed;
}

const std::vector<AesXtsEngine>& aes_xts_engines() {
  static const std::vector<AesXtsEngine> engines{
      {"xts-aes256-w15", "eywdck2l xts_aes, AES-256, fully unrolled", unrolled(15, 15)},
      {"xts-aes256-w8", "the same with 8 of 15 round stages", unrolled(15, 8)},
      {"xts-aes256-w5", "the same with 5 of 15 round stages", unrolled(15, 5)},
      {"xts-aes256-w3", "the same with 3 of 15 round stages", unrolled(15, 3)},
      {"xts-aes256-w2", "the same with 2 of 15 round stages", unrolled(15, 2)},
      {"xts-aes256-w1", "the same with 1 of 15 round stages", unrolled(15, 1)},
      {"xts-aes128-w11", "eywdck2l xts_aes, AES-128, fully unrolled", unrolled(11, 11)},
      {"xts-aes128-w6", "the same with 6 of 11 round stages", unrolled(11, 6)},
      {"xts-aes128-w4", "the same with 4 of 11 round stages", unrolled(11, 4)},
      {"xts-aes128-w3", "the same with 3 of 11 round stages", unrolled(11, 3)},
      {"xts-aes128-w2", "the same with 2 of 11 round stages", unrolled(11, 2)},
      {"xts-aes128-w1", "the same with 1 of 11 round stages", unrolled(11, 1)},
      {"xexaes256", "pradyuman xexaes256: three iterative cores shared by tweak and data", restarting()},
      {"secworks-aes256", "secworks aes, AES-256, iterative with 4 S-boxes; one for data, one for tweaks",
       pair_of({73, 73, 19})},
      {"secworks-aes128", "the same with AES-128", pair_of({53, 53, 15})},
      {"usselmann-aes128", "Usselmann aes_core, AES-128, iterative with keys on the fly; one for data, one for tweaks",
       pair_of({12, 12, 0, 12, 1})},
      {"opentitan-aes256", "OpenTitan aes_cipher_core, AES-256, unmasked; one for data, one for tweaks",
       pair_of({15, 16, 0, 14})},
      {"opentitan-aes128", "the same with AES-128", pair_of({11, 12, 0, 10})},
      {"opentitan-masked-aes256", "OpenTitan aes_cipher_core, AES-256, masked; one for data, one for tweaks",
       pair_of({71, 72, 0, 66})},
      {"opentitan-masked-aes128", "the same with AES-128", pair_of({55, 56, 0, 50})},
      {"tiny-aes256",
       "tiny_aes, AES-256, fully unrolled, keys go with the data; encrypts only, decryption taken as alike",
       pair_of({29, 1, 0})},
      {"tiny-aes128", "the same with AES-128", pair_of({21, 1, 0})},
      {"salah-aes128", "Salah aes-128_pipelined, fully unrolled with 4 registers a round; one for data, one for tweaks",
       pair_of({41, 1, 0})},
  };
  return engines;
}

const AesXtsEngine* find_aes_xts_engine(std::string_view name) {
  const std::vector<AesXtsEngine>& engines = aes_xts_engines();
  const auto found =
      std::find_if(engines.begin(), engines.end(), [&](const auto& engine) { return engine.name == name; });
  return found == engines.end() ? nullptr : &*found;
}

}  // namespace icesim
