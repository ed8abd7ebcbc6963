// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <array>
#include <cstdint>

namespace icesim {

/// How a key finds a keyslot when none has it.
enum class ReplacementPolicy : std::uint8_t { linux_lru, fifo, random, clock, lfu, pinned };

/// Keys in the driver.
struct KeysConfig {
  ReplacementPolicy replacement = ReplacementPolicy::linux_lru;
  std::uint64_t pinned = 1;
  bool optimum = false;

  static constexpr std::array<Choice, 6> policies{
      {{"linux", "The one whose last request ended longest ago, whether it has a key or not"},
       {"fifo", "An empty one, else the one whose key was programmed longest ago"},
       {"random", "An empty one, else any, each as likely; seed chooses"},
       {"clock", "An empty one, else the next in turn that no request has used since its last turn"},
       {"lfu", "An empty one, else the one used least often since its key was programmed; of several the one whose last "
               "request ended longest ago"},
       {"pinned", "As linux, but the keys wanted most often so far stay"}}};

  void describe(Fields& f) {
    f("replacement", replacement, policies,
      fact("Which of the keyslots that no request uses a new key takes",
           "Linux has the first [linux-keyslot-manager], others are known of caches [replacement-policies]"));
    f("pinned", pinned, {0, 255},
      choice("Keys that stay with replacement pinned; one keyslot at least is left to all others"));
    f("optimum", optimum,
      choice("Also counts the fewest keys that could have been programmed, whatever the replacement, in the order in which "
             "keyslots were got and put; memory grows with the trace"));
  }
};

}  // namespace icesim
