// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "models/base/ports.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace icesim {

enum class TweakCore : std::uint8_t { own, shared, drained };
enum class Engines : std::uint8_t { separate, shared, allocated };

/// How many cores of a pool each direction has.
struct AesXtsAllocator {
  std::uint64_t to_host_alone = 28;
  std::uint64_t to_device_alone = 28;
  std::uint64_t to_host_both = 15;
  std::uint64_t to_device_both = 13;

  static constexpr std::uint64_t max_cores = 64;

  void describe(Fields& f) {
    f("to_host_alone", to_host_alone, {1, max_cores},
      fact("Cores for data to the host while none goes to the device", "Qualcomm's engine [ice-allocator]"));
    f("to_device_alone", to_device_alone, {1, max_cores},
      fact("Cores for data to the device while none goes to the host", "Qualcomm's engine [ice-allocator]"));
    f("to_host_both", to_host_both, {1, max_cores},
      fact("Cores for data to the host while some goes to the device, too", "Qualcomm's engine [ice-allocator]"));
    f("to_device_both", to_device_both, {1, max_cores},
      fact("Cores for data to the device while some goes to the host, too", "Qualcomm's engine [ice-allocator]"));
  }

  std::uint64_t cores(Direction direction, bool both) const {
    if (direction == Direction::to_host) return both ? to_host_both : to_host_alone;
    return both ? to_device_both : to_device_alone;
  }
  /// As many as there must be.
  std::uint64_t pool() const {
    return std::max({to_host_alone, to_device_alone, to_host_both + to_device_both});
  }
};

struct AesXtsPipelineConfig {
  std::uint64_t cores = 1;
  Cycles cycles_per_block{1};
  std::uint64_t ring_positions = 1;
  Cycles latency{29};
  Cycles input_latency{0};
  TweakCore tweak_core = TweakCore::own;
  Cycles tweak_latency{34};
  std::uint64_t tweak_prefetch = 1;
  Cycles offset_tweak_cycles{0};
  Cycles key_load_cycles{38};
  std::uint64_t expanded_key_cache = 0;
  Engines engines = Engines::separate;
  AesXtsAllocator allocator;
  Cycles bypass_latency{4};
  Cycles decryption_block_cycles{0};
  Cycles decryption_tweak_cycles{0};
  Cycles decryption_key_cycles{0};
  Picoseconds self_test{};

  static constexpr std::uint64_t max_cores = 32;
  static constexpr std::uint64_t max_prefetch = 8;
  static constexpr std::uint64_t max_positions = 128;
  static constexpr std::array<Choice, 3> tweak_cores{
      {{"own", "One AES core encrypts tweaks only, one after the other"},
       {"shared", "A tweak takes an issue position of the data cores"},
       {"drained", "The data cores encrypt it once the data unit before has left them"}}};
  static constexpr std::array<Choice, 3> engine_choices{
      {{"separate", "One engine for each direction"},
       {"shared", "One engine serves both directions in the order of jobs"},
       {"allocated", "One engine for each direction, whose cores come from a pool as the allocator says, instead of `cores`"}}};

  void describe(Fields& f) {
    f("cores", cores, {1, max_cores},
      fact("AES cores side by side; blocks go to them in turn", "one pipelined core [aes-cores]")
        .only_if(engines != Engines::allocated, "with ice.engines=allocated ice.allocator says how many there are"));
    f("cycles_per_block", cycles_per_block, {Cycles{1}, Cycles{128}},
      fact("Initiation interval of a core", "fully unrolled, 15 round stages [aes-cost-model]"));
    f("ring_positions", ring_positions, {1, max_positions},
      fact("Registers of a core through which blocks go round, once for each of its cycles per block: as many blocks "
           "enter "
           "one right after the other",
           "2 x W of a core with W of 15 round stages; 1 is a core that takes blocks evenly [aes-cost-model]"));
    f("latency", latency, {Cycles{1}, Cycles{256}},
      fact("Cycles from a block's acceptance until it has left",
           "AES-256, two registers a round: 2 x 15 - 1 [aes-cost-model]"));
    f("input_latency", input_latency, {Cycles{0}, Cycles{16}},
      fact("Cycles from a block's arrival until a core can accept it",
           "1 for the skid buffer of a partly unrolled core, 0 for a full pipeline [aes-cost-model]"));
    f("tweak_core", tweak_core, tweak_cores,
      fact("Where tweaks are encrypted", "xts_aes has its own core [aes-cores]"));
    f("tweak_latency", tweak_latency, {Cycles{1}, Cycles{256}},
      fact("Cycles from a request to the tweak, own or drained tweak core", "2 x 15 + 4 [aes-cost-model]"));
    f("tweak_prefetch", tweak_prefetch, {0, max_prefetch},
      fact("Data units by which tweaks run ahead of the data", "xts_aes prefetches the next one [aes-cores]"));
    f("offset_tweak_cycles", offset_tweak_cycles, {Cycles{0}, Cycles{1024}},
      assumption("More cycles for the tweak of a piece that begins inside a data unit",
                 "the multiplication by alpha^j is combinational [our-choice]", "crypto"));
    f("key_load_cycles", key_load_cycles, {Cycles{0}, Cycles{4096}},
      fact("Cycles to expand both keys after a switch, once the engine has drained",
           "two AES-256 schedules of 19 cycles, one after the other [aes-cost-model]"));
    f("expanded_key_cache", expanded_key_cache, {0, 256},
      assumption("Expanded keys kept besides the one in use; switching to one of them is free",
                 "one register set, the cheapest engine [our-choice]", "crypto"));
    f("engines", engines, engine_choices,
      assumption("Whether the two directions have their own engines", "the link is full duplex [our-choice]",
                 "crypto"));
    {
      const Fields::Only only(f, engines == Engines::allocated, "only ice.engines=allocated looks at it");
      f.group("allocator", allocator, "Cores of the pool that each direction has, with engines=allocated");
    }
    f("bypass_latency", bypass_latency, {Cycles{0}, Cycles{256}},
      assumption("Cycles through the engine without encryption", "2 to 10 are usual [no-figure]", "crypto"));
    f("decryption_block_cycles", decryption_block_cycles, {Cycles{0}, Cycles{64}},
      fact("More cycles per block of a core when it decrypts", "none but Usselmann's core, 1 [aes-cores]"));
    f("decryption_tweak_cycles", decryption_tweak_cycles, {Cycles{0}, Cycles{256}},
      fact("More cycles for a tweak when decrypting, own or drained tweak core",
           "none but xexaes256, 14, which expands the key for each data unit [aes-cores]"));
    f("decryption_key_cycles", decryption_key_cycles, {Cycles{0}, Cycles{4096}},
      fact("More cycles to expand the keys when decrypting", "none when round keys are kept [aes-cores]"));
    f("self_test", self_test, {Picoseconds{}, Picoseconds{5'000'000'000}},
      assumption("Time of the self test behind a reset of the controller, and a resume that loses keys, before keys are put back; 0: none",
                 "Qualcomm's driver looks every 50 us for up to 5 ms [ice-self-test]",
                 self_test.n > 0 ? "power" : ""));
  }

  /// N while the other direction is busy, too, or is not.
  std::uint64_t cores_of(Direction direction, bool both) const {
    return engines == Engines::allocated ? allocator.cores(direction, both) : cores;
  }
  /// Cores over which the statistics of one direction are averaged, and how often there are as many.
  std::uint64_t all_cores() const { return engines == Engines::allocated ? allocator.pool() : cores; }
  std::uint64_t times_all_cores() const { return engines == Engines::separate ? 2 : 1; }

  /// II, T and the cycles of a key switch in this direction.
  Cycles block_cycles(Direction direction) const {
    return direction == Direction::to_host ? cycles_per_block + decryption_block_cycles : cycles_per_block;
  }
  Cycles tweak_cycles(Direction direction) const {
    return direction == Direction::to_host ? tweak_latency + decryption_tweak_cycles : tweak_latency;
  }
  Cycles key_cycles(Direction direction) const {
    return direction == Direction::to_host ? key_load_cycles + decryption_key_cycles : key_load_cycles;
  }
};

}  // namespace icesim
