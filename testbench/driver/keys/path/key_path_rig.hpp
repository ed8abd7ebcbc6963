// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/path/make_key_path.hpp"
#include "testbench/support/rigs/host_port_mock.hpp"

#include <algorithm>
#include <deque>
#include <vector>

namespace icesim::test {

/// A key path on a mock machine, one key at a time from time 0 on.
class KeyPathRig {
 public:
  static constexpr Keyslot keyslot{3};
  static constexpr std::uint32_t first_word = 0x1000 + 3 * 0x80;
  static constexpr std::uint32_t config = 0x80000008u;  ///< word 16 of `key`

  explicit KeyPathRig(const KeyPathConfig& config_in, std::uint64_t seed = 1)
      : host(1, costs), path(make_key_path(config_in, costs, host, seed)) {
    path->set_layout({1, 8, 0x10});
    for (std::size_t i = 0; i < 16; ++i) key.words[i] = 0xa5000000u + static_cast<std::uint32_t>(i);
    key.set_config({data_unit_mask(logical_block), 0, true});
  }

  /// All pieces of a program or, without a key, of an evict; the machine has carried out what they asked for.
  std::vector<KeyWork> play(bool program) {
    at = std::max(at, host.now());
    return play(program ? path->program(keyslot, key, at) : path->evict(keyslot, at));
  }
  /// The same for work that has begun.
  std::vector<KeyWork> play(const KeyWork& first) {
    std::vector<KeyWork> pieces{first};
    at += pieces.back().busy;
    while (pieces.back().end == KeyWork::End::not_yet) {
      at += pieces.back().asleep;
      std::uint32_t value = 0;
      if (pieces.back().reads != Reg{}) {
        at += costs.mmio_read;
        if (!answers.empty()) {
          value = answers.front();
          answers.pop_front();
        }
      }
      pieces.push_back(path->go_on(at, value));
      at += pieces.back().busy;
    }
    host.run();
    return pieces;
  }

  std::deque<std::uint32_t> answers;  ///< of the doorbells, in their order; 0 behind them
  HostCosts costs;
  HostPortMock host;
  std::unique_ptr<KeyPath> path;
  CryptoConfig key;
  Picoseconds at{};  ///< end of the last key
};

}  // namespace icesim::test
