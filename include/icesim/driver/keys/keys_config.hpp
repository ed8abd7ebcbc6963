// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <array>
#include <cstdint>

namespace icesim {

/// How a key finds a keyslot when none has it.
enum class ReplacementPolicy : std::uint8_t { linux_lru, fifo, random, clock, lfu, pinned };

/// The key of the device itself, which traces do not have; virtual machines have others, one less each.
inline constexpr std::uint32_t device_key = ~std::uint32_t{0};

/// When software forgets a key.
enum class KeyLifeRule : std::uint8_t { forever, lru, idle, trace };

/// Keys in the driver.
struct KeysConfig {
  ReplacementPolicy replacement = ReplacementPolicy::linux_lru;
  std::uint64_t pinned = 1;
  bool optimum = false;
  KeyLifeRule life = KeyLifeRule::forever;
  std::uint64_t open_keys = 1000;
  Picoseconds idle_time{30'000'000'000'000};
  bool device_key = false;

  static constexpr std::array<Choice, 4> lives{
      {{"forever", "Never: a key once used can be found in its keyslot until another one takes that"},
       {"lru", "When open_keys others are open, the one whose last request ended longest ago"},
       {"idle", "When no request has come for idle_time"},
       {"trace", "When the trace says so: native traces can, and those of 'icesim record' do"}}};

  static constexpr std::array<Choice, 6> policies{
      {{"linux", "The one whose last request ended longest ago, whether it has a key or not"},
       {"fifo", "An empty one, else the one whose key was programmed longest ago"},
       {"random", "An empty one, else any, each as likely; seed chooses"},
       {"clock", "An empty one, else the next in turn that no request has used since its last turn"},
       {"lfu", "An empty one, else the one used least often since its key was programmed; of several the one whose last "
               "request ended longest ago"},
       {"pinned", "As linux, but the keys wanted most often so far stay"}}};

  void describe(Fields& f) {
    using namespace literals;
    f("replacement", replacement, policies,
      fact("Which of the keyslots that no request uses a new key takes",
           "Linux has the first [linux-keyslot-manager], others are known of caches [replacement-policies]"));
    f("pinned", pinned, {0, 255},
      choice("Keys that stay with replacement pinned; one keyslot at least is left to all others")
        .only_if(replacement == ReplacementPolicy::pinned, "only keys.replacement=pinned lets keys stay"));
    f("optimum", optimum,
      choice("Also counts the fewest keys that could have been programmed, whatever the replacement, in the order in which "
             "keyslots were got and put; memory grows with the trace"));
    f("life", life, lives,
      assumption("When the inode of a file is evicted, and its key with it: it is cleared from its keyslot, and to use it again it "
                 "must be programmed",
                 "of traces only native ones tell; memory pressure and unlinking evict inodes [linux-key-life]", "keyslot_program"));
    f("open_keys", open_keys, {1, 1'000'000},
      assumption("Keys that stay with life lru; those that requests use are never forgotten", "[no-figure]")
        .only_if(life == KeyLifeRule::lru, "only keys.life=lru looks at it"));
    f("idle_time", idle_time, {1_us, Picoseconds{std::uint64_t{3600} * 1'000'000'000'000}},
      assumption("Time after a key's last request after which life idle forgets it", "[no-figure]")
        .only_if(life == KeyLifeRule::idle, "only keys.life=idle looks at it"));
    f("device_key", device_key,
      choice("Reads and writes without a key get that of the device, as under dm-default-key [linux-default-key]"));
  }
};

}  // namespace icesim
